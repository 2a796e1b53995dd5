"""What a quantity should be, by something that does not come in the same unit.

A distance by the coordinates of its airports (haversine); a temperature by dew point and relative humidity, which has
no unit (Magnus, with the constants of Alduchov and Eskridge 1996); a delay by the clocks that are in its message.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

RADIUS = 3958.8
"""Of the earth, in miles."""
DAY, SHORT = 1440, 15
"""Minutes; a delay below the second says little of its unit."""
FEWEST = 10
"""Rows that can be compared; with fewer nothing is said."""
Floats = NDArray[np.float64]
Expect = Callable[[pd.DataFrame, pd.DataFrame], Floats]


def measure_apart(name: str, rows: pd.DataFrame, places: pd.DataFrame) -> float:
    """How far the usual value of a column is from what it is held against, as a share of that; NaN for too few rows."""
    expected = EXPECTED[name](rows, places)
    values = rows[name].to_numpy(float)
    known = ~np.isnan(values) & ~np.isnan(expected) & (expected != 0)
    if known.sum() < FEWEST:
        return float("nan")
    return float(abs(np.median(values[known] / expected[known]) - 1))


def expect_distance(rows: pd.DataFrame, places: pd.DataFrame) -> Floats:
    """Miles on the great circle between the two airports; NaN where one is not in ``places``."""
    at = places.set_index("faa")[["lat", "lon"]]
    here, there = (np.radians(at.reindex(rows[name]).to_numpy(float)) for name in ("origin", "dest"))
    half = np.sin((there - here) / 2) ** 2
    between = half[:, 0] + np.cos(here[:, 0]) * np.cos(there[:, 0]) * half[:, 1]
    return 2 * RADIUS * np.arcsin(np.sqrt(between))


def expect_temperature(rows: pd.DataFrame, places: pd.DataFrame) -> Floats:
    """°F, from the dew point in °F and the relative humidity in per cent."""
    dew = (rows["dewp"].to_numpy(float) - 32) * 5 / 9
    vapour = 17.625 * dew / (243.04 + dew) - np.log(rows["humid"].to_numpy(float) / 100)
    return 243.04 * vapour / (17.625 - vapour) * 9 / 5 + 32


def expect_delay(rows: pd.DataFrame, places: pd.DataFrame) -> Floats:
    """Minutes from the scheduled to the actual clock, within half a day of it; NaN where that is short."""
    clock, scheduled = (rows[name].to_numpy(float) for name in ("arr_time", "sched_arr_time"))
    minutes = (clock // 100 * 60 + clock % 100) - (scheduled // 100 * 60 + scheduled % 100)
    behind = (minutes + DAY / 2) % DAY - DAY / 2
    return np.where(abs(behind) < SHORT, np.nan, behind)


EXPECTED: Mapping[str, Expect] = {
    "distance": expect_distance,
    "temp": expect_temperature,
    "arr_delay": expect_delay,
}
