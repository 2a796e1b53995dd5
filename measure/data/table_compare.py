"""Two tables about the same rows: brought together by their keys, compared cell by cell."""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

RTOL = 1e-6
ATOL = 1e-9

Sides = tuple[str, str]
"""What messages call the left and the right table."""

KINDS = {
    "integer": "integer",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
    "boolean": "boolean",
    "string": "text",
    "datetime64": "instant",
    "datetime": "instant",
    "timedelta64": "duration",
    "timedelta": "duration",
    "date": "date",
}
"""What pandas infers from a column's values, and how we compare it."""


class CannotCompare(ValueError):
    """Two tables, or two columns, between which no comparison would be honest."""


class Cell(IntEnum):
    """What comparing two cells can give; two nulls are equal."""

    EQUAL = 0
    VALUE_DIFFERS = 1
    NULL_ONLY_LEFT = 2
    NULL_ONLY_RIGHT = 3


def match_rows(
    left: pd.DataFrame, right: pd.DataFrame, on: Sequence[str], columns: Sequence[str], sides: Sides
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables, the rows of the right one in the order of the left.

    Raises ``CannotCompare`` if there is nothing to compare, if a column is missing, or if the keys ``on`` are null,
    of two types, not unique, or not the same on both sides.
    """
    if not (on and columns):
        raise CannotCompare("name at least one key and one column to compare")
    for table, side in ((left, sides[0]), (right, sides[1])):
        require(table, [*on, *columns], side)
    keys = _keys(left, right, on, sides)
    for index, side in zip(keys, sides, strict=True):
        if index.has_duplicates:
            raise CannotCompare(f"{index.duplicated().sum()} duplicate keys {list(on)} in {side}")
    position = keys[1].get_indexer(keys[0])
    only_left, only_right = int((position < 0).sum()), int((keys[0].get_indexer(keys[1]) < 0).sum())
    if only_left or only_right:
        raise CannotCompare(f"unmatched rows: {only_left} only in {sides[0]}, {only_right} only in {sides[1]}")
    return left, right.iloc[position]


def compare_tables(
    left: pd.Series, right: pd.Series, sides: Sides, rtol: float = RTOL, atol: float = ATOL
) -> NDArray[np.int8]:
    """The ``Cell`` of each row of two columns in the same order; shape (rows,).

    Where one side has floats, two numbers are equal within ``np.isclose``, taken both ways round so that swapping the
    sides changes nothing; integers, booleans, text and instants are compared exactly. Raises ``CannotCompare`` if
    the types have no common comparison.
    """
    kind = _common_kind(left, right, sides)
    no_left, no_right = left.isna().to_numpy(bool), right.isna().to_numpy(bool)
    both = ~no_left & ~no_right
    cells = np.full(len(left), Cell.EQUAL, dtype=np.int8)
    cells[no_left & ~no_right] = Cell.NULL_ONLY_LEFT
    cells[no_right & ~no_left] = Cell.NULL_ONLY_RIGHT
    a, b = _values(left[both], kind), _values(right[both], kind)
    same = np.isclose(a, b, rtol, atol) | np.isclose(b, a, rtol, atol) if kind == "number" else a == b
    cells[both] = np.where(same, Cell.EQUAL, Cell.VALUE_DIFFERS)
    return cells


def require(table: pd.DataFrame, columns: Sequence[str], side: str) -> None:
    """Refuse a table in which a column is missing or named twice, and one without rows, with ``CannotCompare``."""
    for name in columns:
        found = int((table.columns == name).sum())
        if found != 1:
            raise CannotCompare(f"column {name!r} is {'missing from' if not found else 'named twice in'} {side}")
    if table.empty:
        raise CannotCompare(f"no rows in {side}")


def _keys(left: pd.DataFrame, right: pd.DataFrame, on: Sequence[str], sides: Sides) -> list[pd.MultiIndex]:
    kinds = {name: _common_kind(left[name], right[name], sides) for name in on}
    for table, side in ((left, sides[0]), (right, sides[1])):
        for name in on:
            if table[name].isna().any():
                raise CannotCompare(f"key {name!r} is null in {table[name].isna().sum()} rows of {side}")
    return [
        pd.MultiIndex.from_arrays([_values(table[name], kind) for name, kind in kinds.items()])
        for table in (left, right)
    ]


def _common_kind(left: pd.Series, right: pd.Series, sides: Sides) -> str:
    """How to compare two columns; a column of nulls goes with every type."""
    kinds = [kind_of(left), kind_of(right)]
    known = set(kinds) - {"null"}
    if known <= {"integer", "number"} and len(known) == 2:
        return "number"
    if len(known) > 1 or not known <= {*KINDS.values(), "instant with zone"}:
        raise CannotCompare(f"column {left.name!r} is {kinds[0]} in {sides[0]} and {kinds[1]} in {sides[1]}")
    return known.pop() if known else "null"


def kind_of(column: pd.Series) -> str:
    """What a column holds, by its values and not by its dtype: a word of ``KINDS``, "null" if it holds nothing."""
    present = column.dropna()
    if present.empty:
        return "null"
    if isinstance(column.dtype, pd.CategoricalDtype):
        present = present.astype(object)
    inferred = pd.api.types.infer_dtype(present)
    kind = KINDS.get(inferred, inferred)
    zoned = kind == "instant" and present.iloc[0].tzinfo is not None
    return f"{kind} with zone" if zoned else kind


def _values(column: pd.Series, kind: str) -> NDArray:
    """The values of a column without nulls, in one form whatever dtype, zone or resolution it has."""
    if kind in {"integer", "number", "boolean"}:
        return column.to_numpy({"integer": np.int64, "number": np.float64, "boolean": np.bool_}[kind])
    if kind.startswith("instant"):
        return pd.to_datetime(column, utc=True).to_numpy("datetime64[ns]")
    if kind == "duration":
        return pd.to_timedelta(column).to_numpy("timedelta64[ns]")
    return column.to_numpy(object)
