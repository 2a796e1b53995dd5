"""What the three sources deliver from April on, and what a source does that changes the unit of a quantity."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from problem.owned import COLUMNS, Delivery
from problem.source import Source, read_source

AGREED = {
    "schedule": {"distance": "mile"},
    "weather": {"temp": "degF", "dewp": "degF", "wind_speed": "mph", "visib": "mile", "pressure": "mbar"},
    "landings": {"arr_delay": "minute"},
}
"""What every source declares as long as nothing changes: the units of ``Facts``."""
FACTORS = (1.003, 1.007, 1.02, 1.05, 1.09, 1.15, 1.3, 1.61, 1.8)
"""The first two lie below the tolerance of the contract."""
DIALLED = ("distance", "wind_speed", "visib", "pressure", "arr_delay")
"""Quantities whose unit can be any."""
CELSIUS = "°F to °C"
NEW_YORK = "America/New_York"


class Change(NamedTuple):
    """``columns`` of a ``source`` become ``factor`` times what they were, plus ``offset``, and are in ``unit`` then.

    The first column is the one that is a feature, or that features are made of.
    """

    source: str
    columns: tuple[str, ...]
    unit: str
    factor: float
    offset: float = 0.0

    @property
    def column(self) -> str:
        """What it is a change of."""
        return self.columns[0]

    @property
    def name(self) -> str:
        """Its factor, as the dial is marked, or what it is called."""
        return CELSIUS if self.offset else f"{self.factor:g}"

    def apply(self, values: pd.Series) -> pd.Series:
        """The same quantities in the new unit."""
        return values * self.factor + self.offset

    def deliver(self, delivery: Delivery, values: bool, declaration: bool) -> Delivery:
        """The delivery as it is then: its values, its declaration, or both are changed."""
        if delivery.source != self.source:
            return delivery
        rows, units = delivery.rows, dict(delivery.units)
        if values:
            rows = rows.assign(**{name: self.apply(rows[name]) for name in self.columns})
        if declaration:
            units |= dict.fromkeys(self.columns, self.unit)
        return Delivery(delivery.source, units, rows)


def list_changes(factors: tuple[float, ...] = FACTORS) -> list[Change]:
    """Every quantity by every factor, and the temperature."""
    source = {name: of for of, units in AGREED.items() for name in units}
    scaled = [
        Change(source[name], (name,), f"{1 / factor:.9g} {AGREED[source[name]][name]}", factor)
        for name in DIALLED
        for factor in factors
    ]
    return [*scaled, Change("weather", ("temp", "dewp"), "degC", 5 / 9, -32 * 5 / 9)]


Deliveries = Mapping[tuple[str, pd.Timestamp], Delivery]
"""By source and day in New York."""


@cache
def load_source() -> Source:
    """The tables of the package, read once."""
    return read_source()


def make_deliveries(source: Source, first: pd.Timestamp, last: pd.Timestamp) -> Deliveries:
    """All deliveries of the days from one to another."""
    flights = source.flights.assign(flight_id=np.arange(len(source.flights)))
    day = pd.to_datetime(flights[["year", "month", "day"]])
    observed = pd.to_datetime(source.weather["time_hour"], utc=True).dt.tz_convert(NEW_YORK).dt.tz_localize(None)
    days = {"schedule": day, "weather": observed.dt.normalize(), "landings": day}
    tables = {"schedule": flights, "weather": source.weather, "landings": flights[flights["arr_delay"].notna()]}
    found = {}
    for name, table in tables.items():
        within = days[name].loc[table.index].between(first, last)
        kept = table.loc[within, [*COLUMNS[name]]]
        for each, rows in kept.groupby(days[name].loc[kept.index]):
            found[name, pd.Timestamp(str(each))] = Delivery(name, AGREED[name], rows)
    return found
