"""Months without a fault and weeks with one, as every watch sees them: samples for Prometheus."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pandas as pd

from lab.patterns.watched_arms import Arms
from lab.patterns.watched_faults import DATA, GONE, WINDOW, Fault, list_starts
from lab.patterns.watched_year import DAY, FAULTY, FOR_LIMITS, LOOKED_AT, QUIET, Year
from measure.data.scores import log_losses
from parts.prometheus.promtool import Sample
from problem.watched import Rows, Watch

FLIGHTS_A_DAY = 931
NONE = "none"
ANSWERS = ("day", "risk")
"""Columns: all that rules look at which remember days gone by."""
LATEST, LAUNCH = "latest", "launch"
"""Limits of the latest month that is for limits; and those of the launch month, kept."""
Labels = dict[str, str]


class Setting(NamedTuple):
    """``requests`` a day, and the share of the rows that a fault hits (``hit``)."""

    requests: int
    hit: float = 1.0

    def write_labels(self) -> Labels:
        """As labels of a metric."""
        return {"requests": str(self.requests), "hit": f"{self.hit:g}"}

    def thin(self, rows: Rows) -> Rows:
        """So many of the requests."""
        return rows[rows["luck"] < self.requests / FLIGHTS_A_DAY]

    def mix(self, clean: Rows, planted: Rows) -> Rows:
        """So many of the requests, some of which the fault hits, and without those that never come."""
        hit = clean["luck"] * 1000 % 1 < self.hit
        rows = (
            planted
            if self.hit == 1
            else pd.concat([clean[~hit].assign(**{GONE: False}), planted[hit]]).sort_values("day")
        )
        return self.thin(rows[~rows[GONE].astype(bool)])


class Watches(NamedTuple):
    """Every side's watch and all other rules, with limits from one month."""

    sides: Mapping[str, Watch]
    arms: Arms

    def look(self, rows: Rows, labels: Labels, first: pd.Timestamp, count: int) -> Iterator[Sample]:
        """What the sides say of so many days from the first one on; ``rows``: theirs, and the week's before, by day."""
        dates = first - WINDOW * DAY + DAY * np.arange(WINDOW + count + 1)
        places = rows["day"].searchsorted(dates)
        for number in range(count):
            begin, day, end = places[[number, number + WINDOW, number + WINDOW + 1]]
            for watch in self.sides.values():
                watch.look(rows.iloc[day:end], rows.iloc[begin:day])
                yield from read_metrics(watch, labels, read_clock(first, number))

    def score(
        self, days: Sequence[Rows], before: Sequence[Rows], labels: Labels, first: pd.Timestamp, whole: bool
    ) -> Iterator[Sample]:
        """What the other rules say; ``before``: the days of the month until then; ``whole``: see ``Arms.follow``."""
        for place, scores in enumerate(self.arms.follow(days, before, whole)):
            for score in scores:
                own = labels | {"rule": score.rule, "limit": score.limit}
                yield Sample("arm_score", own, score.value, read_clock(first, place))
                limit = self.arms.limits[score.rule, score.limit]
                yield Sample("arm_limit", own, limit, read_clock(first, place))


def read_clock(first: pd.Timestamp, place: int) -> float:
    """When the day is looked at that comes so many days after the first, in seconds of Unix time."""
    return float((first + place * DAY + LOOKED_AT).timestamp())


def read_metrics(watch: Watch, labels: Labels, at: float) -> Iterator[Sample]:
    """The metrics of a watch as they are now."""
    for metric in watch.registry.collect():
        for each in metric.samples:
            yield Sample(each.name, labels | each.labels, each.value, at)


def find_limits(month: int) -> int:
    """The latest month for limits before this one."""
    return max(each for each in FOR_LIMITS if each < month)


def cut_days(rows: Rows, first: pd.Timestamp, count: int) -> list[Rows]:
    """A table for each day; one without rows where nothing was asked."""
    groups = dict(iter(rows.groupby("day")))
    return [groups.get(first + place * DAY, rows.iloc[:0]) for place in range(count)]


class Replay:
    """All replays of a year. ``settings``: in the first all rules are tried, and limits of the launch are kept, too.

    ``harm``: by fault of data that was replayed, the days and the nats that it cost, an answer each.
    """

    def __init__(self, year: Year, sides: Mapping[str, ModuleType], settings: Sequence[Setting]) -> None:
        self.year, self.settings = year, settings
        self.harm: dict[str, list[pd.DataFrame]] = {}
        makers = {name: import_module(f"{side.__name__}.watch").Watch for name, side in sides.items()}
        self._watches: dict[tuple[int, int], Watches] = {}
        self._years = {each.requests: year._replace(rows=each.thin(year.rows)) for each in settings}
        for requests, thinned in self._years.items():
            for month in FOR_LIMITS:
                quiet = thinned.take(month)
                watches = {name: make(quiet) for name, make in makers.items()}
                self._watches[requests, month] = Watches(watches, Arms(quiet))

    def run(self, faults: Sequence[Fault]) -> Iterator[Sample]:
        """The samples of all months and weeks."""
        for setting in dict.fromkeys(each._replace(hit=1.0) for each in self.settings):
            for month in (*QUIET, *FAULTY):
                yield from self._look_at_month(setting, month, LATEST)
        for month in QUIET:
            yield from self._look_at_month(self.settings[0], month, LAUNCH)
        for fault in faults:
            for start in list_starts():
                yield from self._look_at_fault(fault, start)

    def _look_at_month(self, setting: Setting, month: int, limits: str) -> Iterator[Sample]:
        first = pd.Timestamp(2013, month, 1)
        rows = self._years[setting.requests].span(first - WINDOW * DAY, first.days_in_month + WINDOW)
        watches = self._watches[setting.requests, find_limits(month) if limits == LATEST else FOR_LIMITS[0]]
        labels = setting.write_labels() | {"limits": limits, "fault": NONE, "start": f"{month:02}"}
        yield from watches.look(rows, labels, first, first.days_in_month)
        days = cut_days(rows, first, first.days_in_month)
        yield from watches.score(days, (), labels, first, whole=setting == self.settings[0])

    def _look_at_fault(self, fault: Fault, start: pd.Timestamp) -> Iterator[Sample]:
        clean = self.year.span(start, WINDOW)
        planted = fault.plant(clean, start, self.year)
        if fault.kind == DATA:
            self.harm.setdefault(fault.name, []).append(count_harm(clean, planted))
        for setting in self.settings if fault.kind == DATA else self.settings[:1]:
            rows, watches = setting.mix(clean, planted), self._watches[setting.requests, find_limits(start.month)]
            labels = setting.write_labels() | {"limits": LATEST, "fault": fault.name, "start": f"{start:%m-%d}"}
            first = min(start.replace(day=1), start - WINDOW * DAY)
            before = self._years[setting.requests].span(first, (start - first).days)
            yield from watches.look(pd.concat([before, rows]), labels, start, WINDOW)
            whole = setting == self.settings[0]
            days = cut_days(rows[[*rows] if whole else [*ANSWERS]], start, WINDOW)
            month = cut_days(before[[*ANSWERS]], start.replace(day=1), start.day - 1)
            yield from watches.score(days, month, labels, start, whole)


def count_harm(clean: Rows, planted: Rows) -> pd.DataFrame:
    """By answer that came in both and whose outcome is known: its ``day``, and the ``nats`` that the fault costs."""
    kept = (clean["late"].notna() & clean["risk"].notna() & planted["risk"].notna()).to_numpy()
    late = clean["late"].to_numpy()[kept] == 1
    losses = [log_losses(late, rows["risk"].to_numpy()[kept]) for rows in (planted, clean)]
    return pd.DataFrame({"day": clean["day"].to_numpy()[kept], "nats": losses[0] - losses[1]})
