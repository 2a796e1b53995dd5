"""C12: features made on two workers and on Spark, as one variable says, with the values that one process gives."""

import json
import os
import shutil
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import psutil
import pytest

from lab.changes.operation import TICK, count_unequal
from lab.changes.replay_dataset import ROLLED_OUT
from problem.contract import ENGINE, KEYS
from problem.replay import look_ups
from problem.world import World

SETTINGS = """
spark.master                     local[2]
spark.ui.enabled                 false
spark.driver.host                127.0.0.1
spark.driver.bindAddress         127.0.0.1
spark.driver.memory              512m
spark.driver.extraJavaOptions    -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.catalogImplementation  in-memory
spark.sql.shuffle.partitions     2
spark.eventLog.enabled           true
spark.eventLog.compress          false
spark.eventLog.rolling.enabled   false
"""


class Life(NamedTuple):
    """What a new installation made: by mode, features for training and for the last questions; when it went on to
    these; and CPU seconds by process beside ours, before and after that."""

    training: dict
    served: dict
    evening: float
    past: dict
    night: dict


class Beside(threading.Thread):
    """Watches the processes below this one: CPU seconds by process."""

    def __enter__(self):
        self.cpu, self.over = {}, threading.Event()
        self.start()
        return self.cpu

    def __exit__(self, *_):
        self.over.set()
        self.join()

    def run(self):
        while not self.over.wait(0.005):
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    self.cpu[child.pid] = sum(child.cpu_times()[:2])


def lived(operation, engine):
    facts, anew = operation.ground.facts, operation.anew()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENGINE, engine)
        with Beside() as past:
            system, world = anew.opened(), World(facts, ROLLED_OUT)
            system.wake(world)
            training = {m: system.training_features(world.warehouse, operation.past(m)) for m in operation.modes}
        evening = time.time()
        with Beside() as night:
            every = [operation.asked(mode) for mode in operation.modes]
            last = pd.concat([asked[asked["asked_at"] == asked["asked_at"].max()] for asked in every])
            served = pd.concat(look_ups(anew.opened(), facts, last, TICK))
    return Life(training, dict(list(served.groupby("mode"))), evening, past, night)


@pytest.fixture(scope="module")
def local(operation):
    return lived(operation, "local")


@pytest.fixture(scope="module")
def workers(operation):
    return lived(operation, "workers")


@pytest.fixture(scope="module")
def spark(operation, tmp_path_factory):
    """A life on Spark, and the tasks that Spark says it has done. Nothing of it outlives the tests."""
    assert shutil.which("java") or "JAVA_HOME" in os.environ, "Spark needs Java 17 or later"
    folder = tmp_path_factory.mktemp("spark")
    events = folder / "events"
    events.mkdir()
    places = f"spark.eventLog.dir {events.as_uri()}\nspark.local.dir {folder / 'scratch'}\n"
    (folder / "spark-defaults.conf").write_text(SETTINGS + places)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SPARK_HOME", raising=False)
        patch.setenv("SPARK_CONF_DIR", str(folder))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", str(Path.cwd()))  # the cluster has the code that we have
        life = lived(operation, "spark")
        from pyspark.sql import SparkSession

        if session := SparkSession.getActiveSession():
            session.stop()
    yield life, tasks(events)
    left = psutil.Process().children(recursive=True)
    for process in left:
        process.terminate()
    psutil.wait_procs(left, timeout=30)


def tasks(events):
    """When each task that succeeded was launched, in seconds since 1970."""
    lines = [json.loads(line) for log in events.iterdir() for line in log.open()]
    ended = [line for line in lines if line["Event"] == "SparkListenerTaskEnd"]
    return [line["Task Info"]["Launch Time"] / 1000 for line in ended if line["Task End Reason"]["Reason"] == "Success"]


def equal(operation, one, other):
    for mode in operation.modes:
        for mine, yours in ((one.training[mode], other.training[mode]), (one.served[mode], other.served[mode])):
            assert len(mine) > 0
            assert mine[list(KEYS)].to_numpy().tolist() == yours[list(KEYS)].to_numpy().tolist()
            assert count_unequal(mine, yours) == {}
        ages = one.served[mode].filter(like="age_") - other.served[mode].filter(like="age_")
        assert not ages.to_numpy().any()


def test_a_name_that_is_no_engine_is_refused(operation):
    with pytest.raises(ValueError, match="abacus"):
        lived(operation, "abacus")


def test_two_workers_give_the_values_of_one_process(operation, local, workers):
    equal(operation, local, workers)


def test_two_workers_made_features_for_training(local, workers):
    assert not local.past
    assert sum(seconds > 0 for seconds in workers.past.values()) >= 2


def test_workers_made_the_features_of_a_night(operation, local, workers):
    assert not local.night
    assert "batch" not in operation.modes or any(workers.night.values())


def test_spark_gives_the_values_of_one_process(operation, local, spark):
    equal(operation, local, spark[0])


def test_spark_made_features_for_training(spark):
    life, launched = spark
    assert sum(at < life.evening for at in launched) >= 2


def test_spark_made_the_features_of_a_night(operation, spark):
    life, launched = spark
    assert "batch" not in operation.modes or any(at >= life.evening for at in launched)
