"""The contract of what comes in: a column each, with unit, range, tolerance and owner."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).with_name("contract.toml")


class Column(NamedTuple):
    """``low`` and ``high``: what can be, in ``unit``; ``tolerance``: see ``cross_checks``, None without such a check;
    ``until``: the last day on which ``owner`` answers for it."""

    name: str
    source: str
    unit: str
    low: float
    high: float
    tolerance: float | None
    owner: str
    until: date


def read_contract(file: Path = FILE) -> dict[str, Column]:
    """All columns by name; raises ``ValueError`` or ``OSError`` with the file's name for one that cannot be read."""
    try:
        return {name: _read(name, dict(said)) for name, said in tomllib.loads(file.read_text()).items()}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file.name} cannot be read: {error!r}") from error


def _read(name: str, said: dict[str, Any]) -> Column:
    low, high = said.pop("range")
    column = Column(name, low=low, high=high, **({"tolerance": None} | said))
    if not isinstance(column.until, date) or not column.owner:
        raise ValueError(f"{name} has no owner, or no day up to which he answers for it")
    return column
