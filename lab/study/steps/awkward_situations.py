"""What is awkward about a question: an event at the edge of a window, an empty window, no tail number, another day."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from problem.facts import Facts
from problem.questions import NEW_YORK

WINDOWS = {
    "origin": ("departures", ["origin"], pd.Timedelta(hours=2)),
    "carrier": ("landings", ["carrier", "origin"], pd.Timedelta(hours=24)),
    "route": ("landings", ["origin", "dest"], pd.Timedelta(days=28)),
}
"""The windows of SPEC.md: the facts, the key and the length of each."""


def find_situations(facts: Facts, asked: pd.DataFrame, at: pd.Series) -> pd.DataFrame:
    """One column of booleans per situation, one row per question, as seen from the instants ``at`` (UTC).

    An *edge* is an event exactly as old as the window is long, a *tie* one at the very instant, *empty* no event.
    """
    found = {}
    for name, (table, keys, length) in WINDOWS.items():
        events = getattr(facts, table)[[*keys, "known_at"]]
        for situation, moments in (("edge", at - length), ("tie", at)):
            found[f"{name}_{situation}"] = find_among(asked.assign(known_at=moments), events, [*keys, "known_at"])
        found[f"{name}_empty"] = _find_empty(events, keys, length, asked[keys].assign(at=at))
    built = facts.planes.set_index("tailnum")["built"]
    local, utc = asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt, asked["scheduled_at"].dt
    found |= {"no_tailnum": asked["tailnum"].isna(), "other_month": local.month != utc.month}
    found |= {"unknown_plane": asked["tailnum"].notna() & ~asked["tailnum"].isin(built.index)}
    found |= {"plane_without_year": asked["tailnum"].isin(built.index[built.isna()]), "other_day": local.day != utc.day}
    return pd.DataFrame(found, index=asked.index).join(pd.get_dummies(local.strftime("on_%Y-%m-%d")))


def find_next_midnight(asked: pd.DataFrame) -> pd.Series:
    """The New York midnight after each question; of a batch question, the one before the flight."""
    return asked["asked_at"].dt.tz_convert(NEW_YORK).dt.ceil("D").dt.tz_convert("UTC")


def find_among(rows: pd.DataFrame, others: pd.DataFrame, keys: list[str]) -> NDArray[np.bool_]:
    """Which ``rows`` have the keys of one of the others."""
    return pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(others[keys]))


def _find_empty(events: pd.DataFrame, keys: list[str], length: pd.Timedelta, asked: pd.DataFrame) -> pd.Series:
    in_order, events = asked.sort_values("at"), events.assign(last=events["known_at"]).sort_values("known_at")
    last = pd.merge_asof(in_order, events, left_on="at", right_on="known_at", by=keys)["last"].set_axis(in_order.index)
    return ~(last.reindex(asked.index) > asked["at"] - length)
