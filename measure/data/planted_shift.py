"""Test pieces for rulers: a table with a difference of known size."""

import numpy as np
import pandas as pd


def plant_shift(table: pd.DataFrame, column: str, share: float, seed: int) -> pd.DataFrame:
    """A copy in which ``share`` of the rows (0 to 1, to the nearest row) have another value in ``column``.

    Numbers move by more than their own size, booleans turn, text gets longer. Rows are drawn from those that
    hold a value; raises ``ValueError`` if there are too few.
    """
    values = table[column]
    holds = np.flatnonzero(values.notna() & ~values.isin([np.inf, -np.inf]))
    wanted = round(share * len(table))
    if not 0 <= wanted <= len(holds):
        raise ValueError(f"cannot shift {wanted} rows: {len(holds)} hold a value in {column!r}")
    rows = np.random.default_rng(seed).choice(holds, wanted, replace=False)
    shifted = values.astype(object) if isinstance(values.dtype, pd.CategoricalDtype) else values.copy()
    shifted.iloc[rows] = _shift(shifted.iloc[rows].infer_objects())
    return table.assign(**{column: shifted})


def _shift(values: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(values):
        return ~values
    if pd.api.types.is_numeric_dtype(values):
        return values + values.abs() + 1
    if pd.api.types.is_datetime64_any_dtype(values):
        return values + pd.Timedelta(days=1)
    return values + "~"
