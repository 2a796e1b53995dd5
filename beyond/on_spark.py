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

from beyond import partitions
from beyond.partitions import ORDER, STAMP, Task
from reference.fti import features
from reference.fti.feature_repo.definitions import COLUMNS
from reference.fti.feature_repo.definitions import Int64 as Whole

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
        table = self._spark.createDataFrame(facts.assign(**{ORDER: range(len(facts))}))
        return task.in_order(_in_utc(spread(task, table, PARTS).toPandas()))


def session(spark_conf: Mapping[str, str]) -> SparkSession:
    """The running session, or a new one in which Python workers use this interpreter."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return get_spark_session_or_start_new_with_repoconfig(SparkOfflineStoreConfig(spark_conf=dict(spark_conf)))


def spread(task: Task, facts: DataFrame, count: int) -> DataFrame:
    """The rows of a task on Spark; ``facts``: the table of facts that it reads, with the column ``ORDER``."""
    part = F.pmod(F.xxhash64(*task.keys), F.lit(count))

    def made(rows: pd.DataFrame) -> pd.DataFrame:
        return task.rows(_in_utc(rows.sort_values(ORDER)).drop(columns=ORDER))

    return facts.groupBy(part).applyInPandas(made, _schema(task))


def _schema(task: Task) -> str:
    (columns,) = (of for name, (_, of) in COLUMNS.items() if name == task.function.__name__)
    kinds = {key: "string" for key in task.keys} | {STAMP: "timestamp"}
    kinds |= {name: "bigint" if kind == Whole else "double" for name, kind in columns.items()}
    return ", ".join(f"{name} {kind}" for name, kind in kinds.items())


def _in_utc(table: pd.DataFrame) -> pd.DataFrame:
    """Spark hands instants to pandas without a zone; the session's zone is UTC (``variants/*.yaml``)."""
    times = table.select_dtypes("datetime").columns
    return table.assign(**{name: table[name].dt.tz_localize("UTC").dt.as_unit("ns") for name in times})
