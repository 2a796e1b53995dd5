"""Rules beside those of the sides: each the score of a day, with its customary limit, and with one that was set.

The band with a width of its own; PSI (Siddiqi 2006) and Kolmogorov-Smirnov over all features; the Jensen-Shannon
distance over what it comes to without skew; CUSUM (Page 1954) on the day's mean answer; ADWIN (Bifet and Gavaldà 2007)
on every answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from river.drift import ADWIN

from measure.data.alarms import BINS, PSI_BINS
from measure.data.bins import Counts, Floats, limits, number_counts
from measure.data.distances import jensen_shannon, psi
from measure.data.monitor import PSI_ALARM
from problem.contract import CATEGORIES, FEATURES
from problem.watched import Rows
from reference.operation.prediction_monitoring.limits import LEAST, reach

BAND, PSI, KS, FLOOR, CUSUM, DRIFT = "band", "psi", "ks", "floor", "cusum", "adwin"
KS_ALARM = 1.358
"""Of the statistic by the root of the effective number of rows: p = 0.05 of Kolmogorov's distribution."""
SLACK, DECISION = 0.5, 5.0
"""Of CUSUM, in standard deviations of the day's mean: what every day is forgiven, and where it rings."""
CUSTOMARY = {PSI: PSI_ALARM, KS: KS_ALARM, FLOOR: 1.0, CUSUM: DECISION, DRIFT: 0.5}
DRAWS = 200


class Column:
    """A feature as the quiet month had it."""

    def __init__(self, known: pd.Series, is_text: bool, rows_a_day: int) -> None:
        self._names = pd.Index(known.dropna().unique()) if is_text else None
        self._sorted = np.array([]) if is_text else np.sort(known.dropna().to_numpy(float))
        self._ends = {} if is_text else {bins: limits(known.to_numpy(float), bins) for bins in (BINS, PSI_BINS)}
        self._known = {bins: self._count(known, bins) for bins in (BINS, PSI_BINS)}
        self._floor = max(self._find_floor(rows_a_day), LEAST)

    def compare(self, day: pd.Series) -> tuple[float, float, float]:
        """PSI; the Kolmogorov-Smirnov statistic by the root of the rows, 0 for text; the distance over its floor."""
        index = float(psi(self._known[PSI_BINS], self._count(day, PSI_BINS)))
        distance = float(jensen_shannon(self._known[BINS], self._count(day, BINS)))
        return index, self._compare_steps(day), distance / self._floor

    def _count(self, values: pd.Series, bins: int) -> Counts:
        if self._names is None:
            return number_counts(values.to_numpy(float), self._ends[bins])
        place = self._names.get_indexer(values.to_numpy())
        return np.bincount(np.where(place < 0, len(self._names), place), minlength=len(self._names) + 1)

    def _find_floor(self, rows_a_day: int) -> float:
        known = self._known[BINS]
        drawn = np.random.default_rng(0).multinomial(rows_a_day, known / known.sum(), size=DRAWS)
        return float(np.quantile(jensen_shannon(np.broadcast_to(known, drawn.shape), drawn), 0.95))

    def _compare_steps(self, day: pd.Series) -> float:
        if self._names is not None:
            return 0.0
        values = np.sort(day.to_numpy(float))
        values = values[: len(values) - int(np.isnan(values).sum())]  # nulls are sorted last
        if not len(values) or not len(self._sorted):
            return 0.0
        below, upto = (np.searchsorted(self._sorted, values, side) / len(self._sorted) for side in ("left", "right"))
        steps = np.arange(len(values) + 1) / len(values)
        apart = max(float(np.max(steps[1:] - below)), float(np.max(upto - steps[:-1])))
        return apart * float(np.sqrt(len(values) * len(self._sorted) / (len(values) + len(self._sorted))))


class Score(NamedTuple):
    """What a rule says of a day: ``limit`` is how its own is called, ``customary`` or ``set``."""

    rule: str
    limit: str
    value: float


class Arms:
    """All rules, with limits from a quiet month. ``limits``: by rule and kind of limit."""

    def __init__(self, quiet: Rows) -> None:
        days = [day for _, day in quiet.groupby("day")]
        usual_rows = round(len(quiet) / len(days))
        self._columns = {name: Column(quiet[name], name in CATEGORIES, usual_rows) for name in FEATURES}
        means = pd.Series([day["risk"].mean() for day in days])
        self._mean, self._spread = float(means.median()), float(means.std())
        compared = np.array([self._compare(day) for day in days])
        self._usual = np.maximum(np.median(compared, axis=0), LEAST)
        told = [*self.follow(days)]
        self.limits = {(rule, "customary"): limit for rule, limit in CUSTOMARY.items()}
        for rule in (BAND, PSI, KS, FLOOR, CUSUM):
            values = [score.value for of in told for score in of if (score.rule, score.limit) == (rule, "set")]
            self.limits[rule, "set"] = reach(values)

    def follow(self, days: Iterable[Rows], before: Sequence[Rows] = (), whole: bool = True) -> Iterator[list[Score]]:
        """Scores of days in a row, after those that came before: some rules remember them.

        ``whole``: or else only of the rules that look at nothing but answers.
        """
        up = down = 0.0
        drift = ADWIN()
        for place, day in enumerate([*before, *days]):
            mean = float(day["risk"].mean())
            far = 0.0 if np.isnan(mean) else (mean - self._mean) / self._spread
            up, down = max(0.0, up + far - SLACK), max(0.0, down - far - SLACK)
            drifted = whole and _feed(drift, day["risk"])
            if place >= len(before):
                told = [Score(CUSUM, limit, max(up, down)) for limit in ("customary", "set")]
                told += [Score(BAND, "set", abs(mean / self._mean - 1))]
                yield [*told, Score(DRIFT, "customary", float(drifted)), *self._score(day)] if whole else told

    def _score(self, day: Rows) -> list[Score]:
        told = self._compare(day)
        highest = {"customary": told.max(axis=1), "set": (told / self._usual).max(axis=1)}
        return [
            Score(rule, limit, float(value))
            for limit, values in highest.items()
            for rule, value in zip((PSI, KS, FLOOR), values, strict=True)
        ]

    def _compare(self, day: Rows) -> Floats:
        """Shape (3, features); NaN for a day without rows."""
        if day.empty:
            return np.full((3, len(FEATURES)), np.nan)
        return np.array([column.compare(day[name]) for name, column in self._columns.items()]).T


def _feed(drift: ADWIN, values: pd.Series) -> bool:
    found = False
    for value in values.dropna().tolist():
        drift.update(value)
        found |= drift.drift_detected
    return found
