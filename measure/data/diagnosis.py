"""What happened? One fixed procedure that ranks whatever was recorded by how much it moved before a complaint.

It knows no fault, and to it no field has a meaning. The hours before the complaint are held against the same hours of
the days before (*reference days*), in two figures for each field: how far its distribution lies from that of the other
days (Jensen-Shannon), and, of a number, how far its mean does. How far the reference days lie from one another says how
much a field moves by itself: what is ranked is how many *times* farther than the farthest of them the hours before the
complaint lie. The same is asked of every reference day, as if somebody had complained on that one; if none of them came
out as high on any field, the first three fields are named, else none is (after the manner of a permutation test by
days on the largest of many figures; Westfall and Young 1993, "Resampling-Based Multiple Testing"). *Own
operationalisation.*
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from measure.data.bins import Counts, Floats, limits
from measure.data.distances import jensen_shannon

WINDOW = pd.Timedelta(hours=6)
"""Before the complaint."""
DAYS, FEWEST_DAYS = 14, 4
"""Reference days: looked at, and at least needed."""
NAMED = 3
BINS = 20
DAY = pd.Timedelta(days=1)
Places = NDArray[np.int64]
"""By row, its day: 0 for the hours before the complaint, then the reference days."""
Others = NDArray[np.bool_]
"""By day, which days it is held against: all reference days but itself; shape (days, days)."""


class CannotDiagnose(ValueError):
    """The records do not reach: one line that says what is missing."""


class Moved(NamedTuple):
    """A field, and how many times farther it has moved than on any reference day."""

    field: str
    times: float


@dataclass(frozen=True)
class Diagnosis:
    """``ranking``: all fields, what moved most first. ``limit``: the most that any field reaches on any reference day,
    held against the others."""

    ranking: tuple[Moved, ...]
    limit: float

    @property
    def named(self) -> tuple[str, ...]:
        """The first three fields; none if the first moved no more than fields do on other days."""
        is_news = bool(self.ranking) and self.ranking[0].times > self.limit
        return tuple(moved.field for moved in self.ranking[:NAMED]) if is_news else ()


def diagnose(records: pd.DataFrame, instant: str, complaint: pd.Timestamp) -> Diagnosis:
    """What has moved in the six hours before a complaint, among all columns but ``instant``, the rows' time.

    Raises ``CannotDiagnose`` if there is no row of these hours, or of the same hours on fewer than four days before.
    """
    if instant not in records:
        raise CannotDiagnose(f"no column {instant!r} says when: nothing can be held against other days")
    before = complaint - records[instant]
    inside = (before >= pd.Timedelta(0)) & (before < (DAYS + 1) * DAY) & (before % DAY < WINDOW)
    days, place = np.unique((before[inside] // DAY).to_numpy(np.int64), return_inverse=True)
    demand_days(days, complaint)
    others = np.tile(np.arange(len(days)) > 0, (len(days), 1)) & ~np.eye(len(days), dtype=bool)
    rows = records.loc[inside].drop(columns=instant)
    times = {str(name): find_times(rows[name], place, others) for name in rows}
    ranking = sorted((Moved(name, float(each[0])) for name, each in times.items()), key=lambda moved: -moved.times)
    return Diagnosis(tuple(ranking), max((float(each[1:].max()) for each in times.values()), default=0.0))


def demand_days(days: Places, complaint: pd.Timestamp) -> None:
    """Raise ``CannotDiagnose`` unless there are rows before the complaint, and days to hold them against."""
    if 0 not in days:
        raise CannotDiagnose(f"nothing was recorded in the six hours before {complaint:%Y-%m-%d %H:%M}")
    if len(days) <= FEWEST_DAYS:
        raise CannotDiagnose(f"the same hours were recorded on {len(days) - 1} days before, {FEWEST_DAYS} are needed")


def find_times(column: pd.Series, place: Places, others: Others) -> Floats:
    """By day, how many times farther a field lies from the other days than any of these from the rest."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(np.float64, na_value=math.nan)
        codes = code_numbers(values, place, others)
        return np.maximum(compare_shapes(codes, place, others), compare_means(values, place, others))
    codes, _ = pd.factorize(column.astype(object), use_na_sentinel=False)
    return compare_shapes(codes.astype(np.int64), place, others)


def code_numbers(values: Floats, place: Places, others: Others) -> Places:
    """The bin of each value: quantiles of the reference days, and one each for what lies below and above all other
    days, and for nulls."""
    ends = limits(values[place > 0], BINS)
    least, most = np.full(len(others), np.inf), np.full(len(others), -np.inf)
    np.fmin.at(least, place, values)
    np.fmax.at(most, place, values)
    low, high = np.where(others, least, np.inf).min(axis=1), np.where(others, most, -np.inf).max(axis=1)
    codes = np.searchsorted(ends, values) + 3
    codes[values < low[place]], codes[values > high[place]], codes[np.isnan(values)] = 0, 1, 2
    return np.asarray(codes, dtype=np.int64)


def compare_shapes(codes: Places, place: Places, others: Others) -> Floats:
    """The same for the distribution over bins. What one degree of freedom moves by chance is the least that counts, as
    a field may be the same on all days."""
    bins = int(codes.max()) + 1
    counts: Counts = np.bincount(place * bins + codes, minlength=len(others) * bins).reshape(len(others), bins)
    chance = np.sqrt(1 / (8 * math.log(2) * counts.sum(axis=1)))
    return divide_by_others(jensen_shannon(counts, others @ counts), chance)


def compare_means(values: Floats, place: Places, others: Others) -> Floats:
    """The same for the mean of what is not null; the least that counts is its standard error."""
    present, reference = ~np.isnan(values), values[(place > 0) & ~np.isnan(values)]
    if not len(reference):
        return np.zeros(len(others))
    moved = values[present] - np.median(reference)  # so that what is constant is exactly 0
    counts = np.bincount(place[present], minlength=len(others))
    means = np.bincount(place[present], weights=moved, minlength=len(others)) / np.maximum(counts, 1)
    rest = (others @ means) / np.maximum(others @ np.minimum(counts, 1), 1)
    apart = np.where(counts > 0, np.abs(means - rest), 0.0)
    return divide_by_others(apart, np.std(moved[place[present] > 0]) / np.sqrt(np.maximum(counts, 1)))


def divide_by_others(figure: Floats, least: Floats) -> Floats:
    """A figure of each day over the largest of all other days, the one in question too, so that each day is treated
    alike; or over the least that counts. 0 where both are 0."""
    beside = ~np.eye(len(figure), dtype=bool)
    bound = np.maximum(np.where(beside, figure, 0.0).max(axis=1), least)
    return np.divide(figure, bound, out=np.zeros(len(figure)), where=bound > 0)
