"""The faults of a service that is watched: what each does to the requests that it hits, planted and seen there."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from lab.patterns.watched_year import FAILED, FAULTY, Year, score
from problem.contract import STORED
from problem.watched import ANSWERED, NO_ANSWER, Rows

DATA, SOFTWARE, WATCHED = "data", "software", "the watch itself"
STARTS = (2, 9, 16, 23)
"""Days of a month on which a fault begins."""
WINDOW = 7
"""Days that it lasts, and in which it can be found."""
WEATHER = ["temp", "wind_speed", "precip", "visib", "pressure"]
AIRCRAFT = ["aircraft_last_arr_delay", "aircraft_hours_since_landing", "aircraft_age", "aircraft_seats"]
MILE = 1.609344
UTC_AHEAD = {6: 4, 9: 4, 12: 5}
"""Hours that UTC is ahead of New York, by month."""
ERRORS, SLOW, SECONDS, HOUR, UNUSABLE = 0.05, 0.2, 0.5, 17, 0.01
GONE = "gone"
"""A column that says which requests never come."""
Change = Callable[[Rows, pd.Timestamp, Year], Rows]


class NotPlanted(AssertionError):
    """The fault cannot be seen in the rows: nothing that follows would mean anything."""


class Fault(NamedTuple):
    """``change``: the rows from the fault's first day on, as they are then; ``scored``: the model answers them anew."""

    name: str
    kind: str
    change: Change
    scored: bool = False

    def plant(self, rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
        """The same requests under the fault, with a column ``gone``. Raises ``NotPlanted`` if nothing has changed."""
        hit = self.change(rows, start, year)
        if self.scored:
            hit = hit.assign(risk=np.where(hit["risk"].isna(), np.nan, score(year.model, hit)))
        if hit.drop(columns=GONE, errors="ignore").equals(rows) and not hit.get(GONE, pd.Series(dtype=bool)).any():
            raise NotPlanted(f"{self.name}: the rows are as before")
        return hit if GONE in hit else hit.assign(**{GONE: False})


def list_starts() -> list[pd.Timestamp]:
    """The days on which faults begin, in order."""
    return [pd.Timestamp(2013, month, day) for month in FAULTY for day in STARTS]


def _shuffle_aircraft(rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
    other = rows[AIRCRAFT].sample(frac=1, random_state=start.dayofyear)
    return rows.assign(**{name: other[name].to_numpy() for name in AIRCRAFT})


def _fill(rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
    return rows.assign(**rows[[*STORED]].fillna(0.0))


def _stop_refresh(rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
    return rows.assign(**year.freeze(start, rows))


def _answer_wrongly(rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
    return rows.assign(risk=np.where(rows["risk"].isna(), np.nan, score(year.wrong, rows)))


def _rename_carriers(rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
    return rows.assign(carrier=rows["carrier"].astype(object) + "X")


def _turn_hours(rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
    return rows.assign(local_hour=(rows["local_hour"] + UTC_AHEAD[start.month]) % 24)


def _fail(share: float, status: int) -> Change:
    """A share of the requests fails, drawn by chance."""

    def change(rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
        hit = _draw(rows, share, start) & (rows["status"] == ANSWERED)
        return rows.assign(status=rows["status"].where(~hit, status), risk=rows["risk"].where(~hit))

    return change


def _close_for_an_hour(rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
    hit = rows["local_hour"] == HOUR
    return rows.assign(status=rows["status"].where(~hit, NO_ANSWER), risk=rows["risk"].where(~hit))


def _slow_down(rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
    return rows.assign(seconds=rows["seconds"] + SECONDS * _draw(rows, SLOW, start))


def _spoil(rows: Rows, start: pd.Timestamp, year: Year) -> Rows:
    return rows.assign(risk=rows["risk"].where(~_draw(rows, UNUSABLE, start)))


def _draw(rows: Rows, share: float, start: pd.Timestamp) -> pd.Series:
    random = np.random.default_rng(start.dayofyear)
    return pd.Series(random.random(len(rows)) < share, index=rows.index)


FAULTS = (
    Fault("kilometres for miles", DATA, lambda rows, *_: rows.assign(distance=rows["distance"] * MILE), scored=True),
    Fault("hour in UTC", DATA, _turn_hours, scored=True),
    Fault("weather missing", DATA, lambda rows, *_: rows.assign(**dict.fromkeys(WEATHER, np.nan)), scored=True),
    Fault("features stand still", DATA, _stop_refresh, scored=True),
    Fault("another aircraft", DATA, _shuffle_aircraft, scored=True),
    Fault(
        "rate as per cent",
        DATA,
        lambda rows, *_: rows.assign(route_late_rate_28d=rows["route_late_rate_28d"] * 100),
        scored=True,
    ),
    Fault("unknown codes", DATA, _rename_carriers, scored=True),
    Fault("0 for null", DATA, _fill, scored=True),
    Fault("wrong model", DATA, _answer_wrongly),
    Fault("one airport gone", DATA, lambda rows, *_: rows.assign(**{GONE: rows["origin"] == "EWR"})),
    Fault("5 % errors", SOFTWARE, _fail(ERRORS, FAILED)),
    Fault("20 % slow", SOFTWARE, _slow_down),
    Fault("down for an hour", SOFTWARE, _close_for_an_hour),
    Fault("down", SOFTWARE, _fail(1.0, NO_ANSWER)),
    Fault("no outcomes", WATCHED, lambda rows, *_: rows.assign(late=np.nan)),
    Fault("1 % NaN", WATCHED, _spoil),
)
