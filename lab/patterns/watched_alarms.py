"""When rules rang: a real Prometheus evaluates them over all replays; what it says is looked up by rule and week."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lab.patterns.watched_faults import WINDOW, Fault, list_starts
from lab.patterns.watched_replays import LATEST, NONE, Setting
from lab.patterns.watched_year import DAY, LOOKED_AT, QUIET
from measure.data.days import Days, Groups
from parts.prometheus.prometheus_server import Prometheus, start_prometheus
from parts.prometheus.promtool import Sample, backfill

SPAN = (pd.Timestamp("2013-05-01"), pd.Timestamp("2013-12-31"))
ARMS = "arms"
ARM_RULES = Path(__file__).with_name("watched_arms.yml")
MONTH = 30
UPKEEP = "upkeep"
"""The family of alarms about the limits themselves: they say nothing of a day."""
Floats = NDArray[np.float64]


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


class Who(NamedTuple):
    """A side or another rule; of a side, one ``family`` of its rules or all ("")."""

    name: str
    family: str = ""


class Alarms:
    """When every rule rang. ``rows``: see ``watched_replays.find_alarms``."""

    def __init__(self, rows: pd.DataFrame) -> None:
        rows = rows[rows["family"] != UPKEEP]
        self._rung: dict[tuple[str, ...], set[pd.Timestamp]] = defaultdict(set)
        for who, family, *replay, day in rows.itertuples(index=False):
            for each in {family, ""}:
                self._rung[who, each, *replay].add(day)
        self._starts, self._placements = list_starts(), Groups(np.arange(len(list_starts())))
        self._quiet = [day for month in QUIET for day in _list_days(month)]
        self._weeks = Days(np.array(self._quiet))

    def count_false(self, who: Who, setting: Setting, limits: str = LATEST) -> Floats:
        """Days in 30 with an alarm in the months without a fault: in the data, and in each draw of whole weeks."""
        rung = [day in self._take(who, setting, limits, NONE, f"{day.month:02}") for day in self._quiet]
        return MONTH * self._weeks.means(rung)

    def ring(self, who: Who, setting: Setting, fault: str) -> Floats:
        """By placement, 1 if there was an alarm within the week; for ``NONE`` in the same weeks without a fault."""
        return np.array([float(bool(self._take_week(who, setting, fault, start))) for start in self._starts])

    def find(self, who: Who, setting: Setting, faults: Sequence[Fault]) -> Floats:
        """The share of placements found beyond chance, a mean over the faults: in the data, and in each draw of
        placements."""
        clean = self.ring(who, setting, NONE)
        beyond = [self.ring(who, setting, fault.name) - clean for fault in faults]
        return self._placements.means(np.mean(beyond, axis=0))

    def count_days(self, who: Who, setting: Setting, faults: Sequence[Fault]) -> float | None:
        """Days from the beginning of a fault to its first alarm, the median where it would have been silent without the
        fault; None if nothing rang there."""
        silent = [start for start in self._starts if not self._take_week(who, setting, NONE, start)]
        rung = [(start, self._take_week(who, setting, fault.name, start)) for fault in faults for start in silent]
        return float(np.median(days)) if (days := [(min(of) - start) / DAY for start, of in rung if of]) else None

    def _take_week(self, who: Who, setting: Setting, fault: str, start: pd.Timestamp) -> set[pd.Timestamp]:
        if fault != NONE:
            return self._take(who, setting, LATEST, fault, f"{start:%m-%d}")
        rung = self._take(who, setting, LATEST, NONE, f"{start.month:02}")
        return {day for day in rung if start <= day < start + WINDOW * DAY}

    def _take(self, who: Who, setting: Setting, limits: str, fault: str, start: str) -> set[pd.Timestamp]:
        hit = 1.0 if fault == NONE else setting.hit
        labels = setting._replace(hit=hit).write_labels()
        return self._rung.get((*who, *labels.values(), limits, fault, start), set())


def _list_days(month: int) -> pd.DatetimeIndex:
    first = pd.Timestamp(2013, month, 1)
    return pd.date_range(first, periods=first.days_in_month)
