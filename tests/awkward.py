"""Questions that have gone wrong elsewhere, and a comparison of answers that knows no system."""

import numpy as np
import pandas as pd

from lab.systems import list_core, read_systems
from problem.contract import FEATURES, KEYS
from problem.facts import Facts
from problem.questions import NEW_YORK, questions

DOORS = [(name, mode) for name, system in read_systems().items() for mode in system.modes]
"""Every system with each kind of question that it answers."""
STUDIED = [door for door in DOORS if door[0] in list_core()]


def awkward(facts: Facts, mode: str) -> pd.DataFrame:
    """Where clocks, nulls and edges bite: clock changes, midnight, no tail number, no weather, ends of the year."""
    asked = questions(facts, mode)
    local = asked["scheduled_at"].dt.tz_convert(NEW_YORK)
    day = local.dt.strftime("%m-%d")
    landings = facts.landings.set_index("flight_id")["arrived_at"].reindex(asked["flight_id"])
    next_day = landings.dt.tz_convert(NEW_YORK).dt.dayofyear.to_numpy() > local.dt.dayofyear
    kinds = [
        day.isin(["03-10", "03-11"]),
        day.isin(["11-03", "11-04"]),
        asked["tailnum"].isna(),
        (local.dt.hour == 23) & (local.dt.minute == 59),
        next_day,
        day == "01-01",
        day == "12-31",
    ]
    picked = [asked[kind].sample(4, random_state=1) for kind in kinds]
    return pd.concat(picked).drop_duplicates().sort_values(["asked_at", "flight_id"], ignore_index=True)


def differing(left: pd.DataFrame, right: pd.DataFrame) -> dict[str, int]:
    """Features that differ between two tables of the same questions, with the number of rows; joined on the keys."""
    both = left.merge(right, on=list(KEYS), suffixes=("", "_right"), validate="one_to_one")
    assert len(both) == len(left) == len(right)
    counts = {name: int((~_equal(both[name], both[f"{name}_right"])).sum()) for name in FEATURES}
    return {name: count for name, count in counts.items() if count}


def _equal(left: pd.Series, right: pd.Series) -> np.ndarray:
    if left.dtype == object and isinstance(left.iloc[0], str):
        return (left == right).to_numpy()
    return np.isclose(left.astype(float), right.astype(float), rtol=1e-6, atol=1e-9, equal_nan=True)
