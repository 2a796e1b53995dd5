"""Where a view's rows are made: in this process, in two, or on Spark. The rows are equal (tests/test_beyond_*.py)."""

import multiprocessing
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Protocol

import pandas as pd

from reference.systems.fti.adapters.engines.partitions import Task, parts

WORKERS = 2
FORK = multiprocessing.get_context("fork")
"""A worker begins with all modules loaded: to import Feast anew takes longer than most refreshes."""


class Backend(Protocol):
    """``rows``: what a task gives on all facts of its table, oldest refresh first."""

    def rows(self, task: Task, facts: pd.DataFrame) -> pd.DataFrame: ...


class Embedded:
    """This process, all facts at once: what ``reference.systems.fti.features.refresh`` does."""

    def rows(self, task: Task, facts: pd.DataFrame) -> pd.DataFrame:
        return task.in_order(task.rows(facts))


class Workers:
    """So many processes of this machine, a part of the keys each."""

    def __init__(self, count: int = WORKERS) -> None:
        self._count = count

    def rows(self, task: Task, facts: pd.DataFrame) -> pd.DataFrame:
        with ProcessPoolExecutor(self._count, mp_context=FORK) as pool:
            made = list(pool.map(task.rows, parts(facts, task.keys, self._count)))
        return task.in_order(pd.concat(made)) if made else task.rows(facts)


def backend(name: str, spark_conf: Mapping[str, str]) -> Backend:
    """The backend of that name: ``embedded``, ``workers`` or ``spark``; ``ValueError`` for any other."""
    match name:
        case "embedded":
            return Embedded()
        case "workers":
            return Workers()
        case "spark":
            from reference.systems.fti.adapters.engines.on_spark import (
                OnSpark,  # asked for here alone: pyspark takes its time to load
            )

            return OnSpark(spark_conf)
        case other:
            raise ValueError(f"feature_backend names no backend: {other} (embedded, workers or spark)")
