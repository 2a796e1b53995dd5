"""Months without a fault and weeks with one, as every watch sees them: samples for Prometheus, and when rules rang."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pandas as pd

from lab.patterns.watched_arms import Arms
from lab.patterns.watched_faults import DATA, FAULTS, GONE, WINDOW, Fault, list_starts, take_window
from lab.patterns.watched_year import DAY, FAULTY, FOR_LIMITS, LOOKED_AT, QUIET, Year
from parts.prometheus.promtool import Sample, backfill
from parts.prometheus.prometheus_server import Prometheus, start_prometheus
from problem.watched import Rows, Watch

FLIGHTS_A_DAY = 931
NONE = "none"
LATEST, LAUNCH = "latest", "launch"
"""Limits of the latest month that is for limits; and those of the launch month, kept."""
SPAN = (pd.Timestamp("2013-05-01"), pd.Timestamp("2013-12-31"))
ARMS = "arms"
ARM_RULES = Path(__file__).with_name("watched_arms.yml")
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
        rows = self.thin(pd.concat([clean[~hit].assign(**{GONE: False}), planted[hit]]).sort_index())
        return rows[~rows[GONE].astype(bool)]


class Watches(NamedTuple):
    """Every side's watch and all other rules, with limits from one month."""

    sides: Mapping[str, Watch]
    arms: Arms

    def look(self, days: Sequence[Rows], week: Sequence[Rows], labels: Labels, first: pd.Timestamp) -> Iterator[Sample]:
        """What the sides say of days in a row, of which the first has that date; ``week``: the days before it."""
        recent = deque(week, maxlen=WINDOW)
        for place, rows in enumerate(days):
            before = pd.concat(recent)
            for watch in self.sides.values():
                watch.look(rows, before)
                yield from read_metrics(watch, labels, read_clock(first, place))
            recent.append(rows)

    def score(
        self, days: Sequence[Rows], before: Sequence[Rows], labels: Labels, first: pd.Timestamp
    ) -> Iterator[Sample]:
        """What the other rules say; ``before``: the days of the month until then."""
        for place, scores in enumerate(self.arms.follow(days, before)):
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
    """All replays of a year. ``settings``: the first is the one in which limits of the launch are kept, too."""

    def __init__(self, year: Year, sides: Mapping[str, ModuleType], settings: Sequence[Setting]) -> None:
        self.year, self.settings = year, settings
        makers = {name: import_module(f"{side.__name__}.watch").Watch for name, side in sides.items()}
        self.watches: dict[tuple[int, int], Watches] = {}
        self.days: dict[int, dict[pd.Timestamp, Rows]] = {}
        for requests in {setting.requests for setting in settings}:
            self.days[requests] = dict(iter(Setting(requests).thin(year.rows).groupby("day")))
            for month in FOR_LIMITS:
                quiet = Setting(requests).thin(year.take(month))
                watches = {name: make(quiet) for name, make in makers.items()}
                self.watches[requests, month] = Watches(watches, Arms(quiet))

    def run(self, faults: Sequence[Fault] = FAULTS) -> Iterator[Sample]:
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
        days = self._cut(setting, first, first.days_in_month)
        watches = self.watches[setting.requests, find_limits(month) if limits == LATEST else FOR_LIMITS[0]]
        labels = setting.write_labels() | {"limits": limits, "fault": NONE, "start": f"{month:02}"}
        yield from watches.look(days, self._cut(setting, first - WINDOW * DAY, WINDOW), labels, first)
        yield from watches.score(days, (), labels, first)

    def _look_at_fault(self, fault: Fault, start: pd.Timestamp) -> Iterator[Sample]:
        clean = take_window(self.year.take(start.month), start)
        planted = fault.plant(clean, start, self.year)
        for setting in self.settings if fault.kind == DATA else self.settings[:1]:
            days = cut_days(setting.mix(clean, planted), start, WINDOW)
            labels = setting.write_labels() | {"limits": LATEST, "fault": fault.name, "start": f"{start:%m-%d}"}
            watches = self.watches[setting.requests, find_limits(start.month)]
            yield from watches.look(days, self._cut(setting, start - WINDOW * DAY, WINDOW), labels, start)
            if setting.hit == 1:
                yield from watches.score(days, self._cut(setting, start.replace(day=1), start.day - 1), labels, start)

    def _cut(self, setting: Setting, first: pd.Timestamp, count: int) -> list[Rows]:
        """Days in a row, as they were."""
        rows = self.days[setting.requests]
        return [rows.get(first + place * DAY, self.year.rows.iloc[:0]) for place in range(count)]


def find_alarms(folder: Path, samples: Iterator[Sample], sides: Mapping[str, ModuleType]) -> pd.DataFrame:
    """When a real Prometheus would have rung, over these samples: a row an alarm of a day.

    ``who``: the side, or the rule and its limit; ``family`` of the side's rule; ``requests``, ``hit``, ``limits``,
    ``fault``, ``start`` as in the labels; ``day``. Raises ``NoPrometheus``.
    """
    home = folder / "prometheus"
    backfill(home / "data", samples)
    rules = [Path(str(side.__file__)).with_name("rules.yml") for side in sides.values()]
    with start_prometheus(home, [*rules, ARM_RULES]) as server:
        return pd.DataFrame(_ring(server)).drop_duplicates(ignore_index=True)


def _ring(server: Prometheus) -> Iterator[dict[str, object]]:
    first, last = ((each + LOOKED_AT).timestamp() for each in SPAN)
    for alert in server.list_alerts():
        for labels, at in server.evaluate(alert.query, first, last):
            if "fault" in labels:  # an alarm because there is nothing at all has no labels
                who = f"{labels['rule']}, {labels['limit']}" if alert.group == ARMS else alert.group
                kept = {name: labels[name] for name in ("requests", "hit", "limits", "fault", "start")}
                day = (pd.Timestamp(at, unit="s") - LOOKED_AT).normalize()
                yield {"who": who, "family": alert.labels.get("family", who), **kept, "day": day}
