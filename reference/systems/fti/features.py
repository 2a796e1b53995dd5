"""Feature pipeline: the only place where a stored feature is defined.

Each view's function gives its rows at the refresh instants in ``(after, until]``, and only the rows whose value can
have changed: something entered the window or fell out of it. The same functions fill a year of history in one sweep and
keep it up to date every quarter of an hour; the stamp of a row is the refresh it was made by, so a question asked later
finds what the store held then, neither more nor less.
"""

from collections.abc import Callable, Iterator

import pandas as pd

from problem.facts import Facts
from reference.systems.fti.schedule import last_refresh, next_refresh
from reference.systems.fti.stores import FeatureStore

STAMP = "event_timestamp"
BEGINNING = pd.Timestamp("2012-12-01", tz="UTC")
LONGEST_INTERVAL = pd.Timedelta(days=1)
ROUTE = ["origin", "dest"]
WEATHER = ["temp", "wind_speed", "precip", "visib", "pressure"]


def refresh(store: FeatureStore, warehouse: Facts, now: pd.Timestamp) -> None:
    """Bring every view up to its last scheduled refresh at or before ``now``.

    ``warehouse`` holds at least all facts known at ``now``. Where the pipeline missed refreshes, their rows are made up
    for, each with its own stamp. Views that cannot be refreshed keep no other from it: their errors are raised together
    once the others are stored.
    """
    failed = []
    for view, every, after, until in _due(store, now):
        try:
            rows = VIEWS[view](warehouse, every, after, until)
            store.write(view, rows[(rows[STAMP] > after) & (rows[STAMP] <= until)], until)
        except Exception as error:
            failed.append(error)
    if failed:
        store.flush()
        raise ExceptionGroup("views could not be refreshed", failed)


def _due(store: FeatureStore, now: pd.Timestamp) -> Iterator[tuple[str, str, pd.Timestamp, pd.Timestamp]]:
    """The views that are due, with their interval, and between which instants their rows are missing."""
    for view, every in store.schedules.items():
        after = store.refreshed.get(view, BEGINNING)
        until = last_refresh(pd.DatetimeIndex([now]), every)[0]
        if until > after:
            yield view, every, after, until


def origin_departures(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Departures from the origin in the last two hours: mean delay in minutes, and their number."""
    departures = warehouse.departures[["origin", "known_at", "dep_delay"]]
    rows = trailing(departures, ["origin"], "2h", every, after, until)
    rows["origin_departures_2h"] = rows["n"]
    return rows.rename(columns={"dep_delay": "origin_dep_delay_2h"}).drop(columns="n")


def carrier_landings(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Landings of the carrier's flights from the origin in the last 24 hours: mean delay in minutes."""
    landings = warehouse.landings[["carrier", "origin", "known_at", "arr_delay"]]
    rows = trailing(landings, ["carrier", "origin"], "24h", every, after, until)
    return rows.rename(columns={"arr_delay": "carrier_origin_arr_delay_24h"}).drop(columns="n")


def route_landings(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Landings on the route in the last 28 days: mean delay in minutes, and the share 15 minutes late or more."""
    landings = warehouse.landings[[*ROUTE, "known_at", "arr_delay"]]
    landings = landings.assign(late=(landings["arr_delay"] >= 15).astype(float))
    rows = trailing(landings, ROUTE, "28d", every, after, until)
    names = {"arr_delay": "route_arr_delay_28d", "late": "route_late_rate_28d"}
    return rows.rename(columns=names).drop(columns="n")


def aircraft_landings(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """The aircraft's latest landing: its delay in minutes, and the instant in seconds since 1970."""
    landings = warehouse.landings[warehouse.landings["known_at"] > after - LONGEST_INTERVAL]
    landings = landings.dropna(subset="tailnum").sort_values(["arrived_at", "flight_id"])
    stamps = next_refresh(pd.DatetimeIndex(landings["known_at"]), every)
    rows = landings.assign(
        aircraft_last_arr_delay=landings["arr_delay"],
        aircraft_landed_at=landings["arrived_at"].astype("int64") // 10**9,
        **{STAMP: stamps},
    )
    rows = rows.drop_duplicates(["tailnum", STAMP], keep="last")
    return rows[["tailnum", STAMP, "aircraft_last_arr_delay", "aircraft_landed_at"]]


def weather(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """The latest observation at the origin, none older than six hours."""
    seen = warehouse.weather[warehouse.weather["known_at"] > after - pd.Timedelta("6h") - LONGEST_INTERVAL]
    too_old = pd.Timedelta("6h") + pd.Timedelta(1, "ns")
    points = changes(seen, ["origin"], too_old, every)
    seen = seen.assign(**{STAMP: seen["known_at"]})[["origin", STAMP, *WEATHER]]
    return pd.merge_asof(points, seen, on=STAMP, by="origin", tolerance=pd.Timedelta("6h"))


def aircraft(warehouse: Facts, every: str, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Age in years and seats of the aircraft."""
    planes = warehouse.planes[["tailnum", "known_at", "built", "seats"]]
    rows = planes.assign(
        aircraft_age=2013 - planes["built"],
        aircraft_seats=planes["seats"].astype(float),
        **{STAMP: next_refresh(pd.DatetimeIndex(planes["known_at"]), every)},
    )
    return rows[["tailnum", STAMP, "aircraft_age", "aircraft_seats"]]


VIEWS: dict[str, Callable[[Facts, str, pd.Timestamp, pd.Timestamp], pd.DataFrame]] = {
    function.__name__: function
    for function in (origin_departures, carrier_landings, route_landings, aircraft_landings, weather, aircraft)
}


def trailing(
    events: pd.DataFrame, keys: list[str], window: str, every: str, after: pd.Timestamp, until: pd.Timestamp
) -> pd.DataFrame:
    """Means of the value columns, and their number ``n``, over ``(t − window, t]`` at each refresh t with a change."""
    length = pd.Timedelta(window)
    events = events[(events["known_at"] > after - length - LONGEST_INTERVAL) & (events["known_at"] <= until)]
    points = changes(events, keys, length, every)
    values = [column for column in events if column not in [*keys, "known_at"]]
    sums = events.assign(n=1.0).groupby(keys)[[*values, "n"]].cumsum()
    sums = pd.concat([events[keys], sums.assign(**{STAMP: events["known_at"]})], axis=1)
    entered = pd.merge_asof(points, sums, on=STAMP, by=keys).fillna(0.0)
    left = pd.merge_asof(points.assign(**{STAMP: points[STAMP] - length}), sums, on=STAMP, by=keys).fillna(0.0)
    inside = entered[[*values, "n"]] - left[[*values, "n"]]
    means = inside[values].div(inside["n"].where(inside["n"] > 0), axis=0)
    return pd.concat([points, means, inside["n"].astype(int)], axis=1)


def changes(events: pd.DataFrame, keys: list[str], length: pd.Timedelta, every: str) -> pd.DataFrame:
    """The refreshes at which a key's window changes: where an event enters it, and where it is ``length`` old."""
    known_at = pd.DatetimeIndex(events["known_at"])
    moments = [events[keys].assign(**{STAMP: next_refresh(at, every)}) for at in (known_at, known_at + length)]
    return pd.concat(moments).drop_duplicates().sort_values(STAMP, ignore_index=True)
