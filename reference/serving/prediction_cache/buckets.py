"""Features in buckets: which bucket a value lies in, and which value stands for all that lie there."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from problem.asked_again import Row
from problem.contract import CATEGORIES, FEATURES

NUMBERS = tuple(name for name in FEATURES if name not in CATEGORIES)
NULL = "-"


@dataclass(frozen=True)
class Buckets:
    """Of every number among the features: the ``edges`` between its buckets, and the ``middles``, one more of these."""

    edges: dict[str, list[float]]
    middles: dict[str, list[float]]

    def find_codes(self, vector: Row) -> list[str]:
        """By feature, the number of its bucket; a category is itself."""
        return [*(str(vector[name]) for name in CATEGORIES), *(self._find_code(name, vector[name]) for name in NUMBERS)]

    def round_vector(self, vector: Row) -> Row:
        """The vector that stands for all of its buckets."""
        return {**vector, **{name: self._round(name, vector[name]) for name in NUMBERS}}

    def round_table(self, rows: pd.DataFrame, names: Iterable[str] = NUMBERS) -> pd.DataFrame:
        """The same for many; ``names``: of these numbers only."""
        return rows.assign(**{name: self._round_many(name, rows[name].to_numpy(float)) for name in names})

    def _find_code(self, name: str, value: Any) -> str:
        return NULL if _is_null(value) else str(bisect_right(self.edges[name], value))

    def _round(self, name: str, value: Any) -> Any:
        return value if _is_null(value) else self.middles[name][bisect_right(self.edges[name], value)]

    def _round_many(self, name: str, values: Any) -> Any:
        places = np.searchsorted(self.edges[name], values, side="right")
        return np.where(np.isnan(values), np.nan, np.asarray(self.middles[name])[places])


def _is_null(value: Any) -> bool:
    return value is None or value != value


def cut(rows: pd.DataFrame, count: int) -> Buckets:
    """At most so many buckets a feature with as many of these rows in each, the median standing for each.

    Raises ``ValueError`` for no rows.
    """
    if rows.empty:
        raise ValueError("no rows to cut buckets from")
    edges, middles = {}, {}
    for name in NUMBERS:
        values = np.sort(rows[name].dropna().to_numpy(float))
        edges[name] = _find_edges(values, count)
        inside = np.split(values, np.searchsorted(values, edges[name]))
        middles[name] = [float(np.median(each)) if len(each) else float("nan") for each in inside]
    return Buckets(edges, middles)


def _find_edges(values: Any, count: int) -> list[float]:
    """Values that occur, none of them the least: so no bucket is empty."""
    if not len(values):
        return []
    cuts = np.quantile(values, np.arange(1, count) / count, method="inverted_cdf")
    return [float(edge) for edge in np.unique(cuts) if edge > values[0]]
