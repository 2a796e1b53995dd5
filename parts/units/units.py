"""Units as sources declare them, and the way from one to another.

A declaration is a name, or a number before it, as UDUNITS has it: ``0.5 mile`` is half a mile.
"""

from typing import NamedTuple

import pandas as pd


class UnknownUnit(ValueError):
    """A declaration that cannot be read, or one that measures something else."""


class Unit(NamedTuple):
    """A value times ``factor`` plus ``offset`` is in the first unit of its ``kind``."""

    kind: str
    factor: float
    offset: float = 0.0


UNITS = {
    "metre": Unit("length", 1.0),
    "yard": Unit("length", 0.9144),
    "km": Unit("length", 1000.0),
    "mile": Unit("length", 1609.344),
    "nautical mile": Unit("length", 1852.0),
    "m/s": Unit("speed", 1.0),
    "km/h": Unit("speed", 1 / 3.6),
    "mph": Unit("speed", 0.44704),
    "knot": Unit("speed", 1852 / 3600),
    "mbar": Unit("pressure", 1.0),
    "hPa": Unit("pressure", 1.0),
    "inHg": Unit("pressure", 33.8639),
    "minute": Unit("time", 1.0),
    "second": Unit("time", 1 / 60),
    "hour": Unit("time", 60.0),
    "degC": Unit("temperature", 1.0),
    "degF": Unit("temperature", 5 / 9, -32 * 5 / 9),
}


def read_unit(declared: str) -> Unit:
    """Raises ``UnknownUnit``."""
    number, _, name = declared.strip().partition(" ")
    try:
        scale = float(number)
    except ValueError:
        scale, name = 1.0, declared.strip()
    if name not in UNITS or not 0 < scale < float("inf"):
        raise UnknownUnit(f"nobody knows the unit {declared!r}")
    unit = UNITS[name]
    return unit._replace(factor=unit.factor * scale)


def convert(values: pd.Series, declared: str, wanted: str) -> pd.Series:
    """The same quantities in another unit; raises ``UnknownUnit``, also for what measures something else."""
    one, other = read_unit(declared), read_unit(wanted)
    if one.kind != other.kind:
        raise UnknownUnit(f"{declared} is no {other.kind}")
    return (values * one.factor + one.offset - other.offset) / other.factor
