"""Rows that are made up: what is tried with them is not what is learned from them."""

import numpy as np
import pandas as pd

from lab.patterns.parted_models import Fitted, fit_on
from problem.contract import FEATURES, STORED
from problem.questions import NEW_YORK

ROWS = 600
NAMES = {"carrier": ["B6", "EV", "UA"], "origin": ["EWR", "JFK", "LGA"], "dest": ["ATL", "BOS", "IAH", "ORD"]}
NULLS = 0.05


def fit_on_made_up_rows() -> Fitted:
    """Both models, fitted on the first half of the rows."""
    rows = make_up_rows()
    return fit_on(rows.iloc[: ROWS // 2].reset_index(drop=True), rows.iloc[ROWS // 2 :].reset_index(drop=True))


def make_up_rows() -> pd.DataFrame:
    """Vectors over four weeks, as ``make_rows`` has them; whoever meets wind is late."""
    random = np.random.default_rng(0)
    hours = pd.to_timedelta(np.arange(ROWS), unit="h")
    asked_at = pd.Timestamp("2013-07-01", tz="UTC") + hours
    local = (asked_at + pd.Timedelta(hours=1)).tz_convert(NEW_YORK)
    rows = pd.DataFrame(random.normal(size=(ROWS, len(STORED))), columns=list(STORED))
    late = (rows["wind_speed"] + random.normal(size=ROWS) > 1).astype(int)
    rows = rows.mask(random.random(rows.shape) < NULLS)
    rows = rows.assign(local_hour=local.hour, weekday=local.dayofweek, minutes_to_departure=60.0)
    rows = rows.assign(distance=random.integers(200, 3000, ROWS))
    rows = rows.assign(**{name: random.choice(values, ROWS) for name, values in NAMES.items()})[list(FEATURES)]
    return rows.assign(asked_at=asked_at, week=np.arange(ROWS) // (7 * 24), late=late)
