"""On which days each check rings: those of the sides at the boundary, and rules of O-b that look at what was served."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType

import pandas as pd

from lab.patterns.owned_deliveries import Change, Deliveries
from lab.patterns.owned_features import DELAY, LINEAR, TREES, Served
from lab.patterns.watched_replays import find_limits
from lab.patterns.watched_year import DAY, FAULTY, FOR_LIMITS
from problem.contract import FEATURES
from problem.owned import COLUMNS, CROSS, DECLARED, RANGE, Delivery, Intake
from problem.watched import Rows
from reference.operation.prediction_monitoring.limits import QuietMonth
from reference.operation.prediction_monitoring.shares import measure_distances

STARTS, WINDOW, WEEK = (2, 9, 16), 14, 7
"""Days of a month on which a source changes, for how many days it is looked at, and days in the week before a day."""
MONTHLY, SHARES, OUTCOMES = "range of the month", "distribution", "outcomes"
AFFECTED = {
    DELAY: ("carrier_origin_arr_delay_24h", "route_arr_delay_28d", "route_late_rate_28d", "aircraft_last_arr_delay")
}
"""The features that are made of a quantity, where it is none itself."""
Named = set[tuple[str, str]]
"""Checks that rang, each with the column that it named; outcomes name none."""


def list_starts() -> list[pd.Timestamp]:
    """The days on which a source changes, in order."""
    return [pd.Timestamp(2013, month, day) for month in FAULTY for day in STARTS]


def open_intakes(sides: Mapping[str, ModuleType], places: pd.DataFrame) -> dict[str, Intake]:
    """The door of each side."""
    return {name: import_module(f"{side.__name__}.intake").Intake(places) for name, side in sides.items()}


class AtTheDoor:
    """The checks of one side, and the range of the latest month for limits beside them."""

    def __init__(self, intake: Intake, deliveries: Deliveries) -> None:
        self.intake, self._deliveries = intake, deliveries
        self._ranges = {month: dict(self._find_ranges(month)) for month in FOR_LIMITS}

    def ring(
        self,
        day: pd.Timestamp,
        sources: Sequence[str] = tuple(COLUMNS),
        change: Change | None = None,
        declared: bool = False,
    ) -> Named:
        """What rings on a day's deliveries; under a change of their values, and of what is ``declared`` of them."""
        rung: Named = set()
        for source in sources:
            if (source, day) in self._deliveries:
                delivery = self._deliveries[source, day]
                delivery = change.deliver(delivery, values=True, declaration=declared) if change else delivery
                rung |= {(said.check, said.column) for said in self.intake.take(delivery).complaints}
                rung |= {(MONTHLY, name) for name in self._leave_range(delivery, find_limits(day.month))}
        return rung

    def _find_ranges(self, month: int) -> Iterator[tuple[str, tuple[float, float]]]:
        for source in COLUMNS:
            days = [of.rows for (name, day), of in self._deliveries.items() if name == source and day.month == month]
            for name in self._deliveries[source, pd.Timestamp(2013, month, 1)].units:
                values = pd.concat([rows[name] for rows in days])
                yield name, (float(values.min()), float(values.max()))

    def _leave_range(self, delivery: Delivery, month: int) -> Iterator[str]:
        for name in delivery.units:
            low, high = self._ranges[month][name]
            values = delivery.rows[name].to_numpy(float)
            if ((values < low) | (values > high)).any():
                yield name


class AtTheEnd:
    """The rules about what one model got and said. ``rows``: all requests that are watched, with its answers;
    ``shares``: its features are looked at, too."""

    def __init__(self, rows: Rows, model: str, shares: bool) -> None:
        self.rows, self.shares, self.outcomes = rows, shares, name_outcomes(model)
        self._months = {month: QuietMonth(rows[rows["month"] == month]) for month in FOR_LIMITS}

    def ring(self, day: pd.Timestamp, rows: Rows, names: Sequence[str] = FEATURES) -> Named:
        """What rings on a day, about these features; ``rows`` hold the day and the week before it, in order."""
        places = rows["day"].searchsorted([day - WEEK * DAY, day, day + DAY])
        week, today = rows.iloc[places[0] : places[1]], rows.iloc[places[1] : places[2]]
        month = self._months[find_limits(day.month)]
        far = measure_distances(today, week, [*names]) if self.shares else {}
        rung = {(SHARES, name) for name, distance in far.items() if distance > month.distances[name]}
        return rung | ({(self.outcomes, "")} if month.measure_excess(today) > month.excess else set())

    def take(self, first: pd.Timestamp, days: int) -> Rows:
        """The requests of some days, and of the week before them."""
        begin, end = self.rows["day"].searchsorted([first - WEEK * DAY, first + days * DAY])
        return self.rows.iloc[begin:end]


def name_outcomes(model: str) -> str:
    """The rule about a model's outcomes."""
    return f"{OUTCOMES}, {model}"


def thin(served: Served, model: str, share: float) -> Rows:
    """The requests that are watched, with what a model said of them."""
    rows = served.year.rows
    rows = rows[rows["luck"] < share]
    return rows.assign(risk=served.answer(model, rows))


def name_affected(change: Change) -> Named:
    """The checks and columns that an alarm about a change may name."""
    checks = {(check, name) for check in (RANGE, DECLARED, CROSS, MONTHLY) for name in change.columns}
    features = {(SHARES, name) for name in list_features(change)}
    return checks | features | {(name_outcomes(model), "") for model in (TREES, LINEAR)}


def list_features(change: Change) -> list[str]:
    """The features that are made of what has changed."""
    return [*AFFECTED.get(change.column, (change.column,))]
