"""A view's rows made on Spark, by the same function: facts in as a Spark table, rows out as one."""

import os
import sys
from collections.abc import Mapping

import pandas as pd
from feast.infra.offline_stores.contrib.spark_offline_store.spark import (
    SparkOfflineStoreConfig,
    get_spark_session_or_start_new_with_repoconfig,
)
from pyspark import cloudpickle
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # as everybody calls it

from reference.systems.fti import features
from reference.systems.fti.adapters.engines import partitions
from reference.systems.fti.adapters.engines.partitions import ORDER, STAMP, Task, in_utc
from reference.systems.fti.feature_repo.definitions import COLUMNS
from reference.systems.fti.feature_repo.definitions import Int64 as Whole

PARTS = 8
"""Parts of a view's keys; Spark hands them to whatever executors there are."""

for module in (partitions, features):  # workers get the code with the task: they need no Feast, which loads for seconds
    cloudpickle.register_pickle_by_value(module)


class OnSpark:
    """The Spark session that ``spark_conf`` describes; the same one in which Feast's Spark store reads."""

    def __init__(self, spark_conf: Mapping[str, str]) -> None:
        self._spark = session(spark_conf)

    def rows(self, task: Task, facts: pd.DataFrame) -> pd.DataFrame:
        """See ``Backend``. The facts go to Spark and the rows come back; ``spread`` works on Spark's own tables."""
        if facts.empty:  # no type can be told from nothing
            return task.in_order(task.rows(facts))
        table = self._spark.createDataFrame(facts.assign(**{ORDER: range(len(facts))}))
        return task.in_order(in_utc(spread(task, table, PARTS).toPandas()))


def session(spark_conf: Mapping[str, str]) -> SparkSession:
    """The running session, or a new one in which Python workers use this interpreter."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return get_spark_session_or_start_new_with_repoconfig(SparkOfflineStoreConfig(spark_conf=dict(spark_conf)))


def spread(task: Task, facts: DataFrame, count: int) -> DataFrame:
    """The rows of a task on Spark; ``facts``: the table of facts that it reads, with the column ``ORDER``."""
    part = F.pmod(F.xxhash64(*task.keys), F.lit(count))
    # What this names besides the task would be imported by the workers, and this module imports Feast.
    return facts.groupBy(part).applyInPandas(lambda rows: task.rows_of_part(rows), _schema(task))


def _schema(task: Task) -> str:
    kinds = {key: "string" for key in task.keys} | {STAMP: "timestamp"}
    kinds |= {name: "bigint" if kind == Whole else "double" for name, kind in COLUMNS[task.view][1].items()}
    return ", ".join(f"{name} {kind}" for name, kind in kinds.items())
