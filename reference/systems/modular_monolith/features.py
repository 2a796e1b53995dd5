"""Every feature, defined once: a pure function of the facts and the questions.

Each question is answered as of its own ``asked_at``, from the rows with ``known_at <= asked_at``. A question of last
March and one of tonight go the same way, so nothing here needs to know which of the two is asked.
"""

import pandas as pd

from problem.contract import FEATURES, KEYS
from problem.facts import Facts
from problem.questions import NEW_YORK

WEATHER = ["temp", "wind_speed", "precip", "visib", "pressure"]
LATE_FROM = 15  # minutes


def features(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """``KEYS`` and ``FEATURES`` of each question, in the order asked; the facts may go on after the questions."""
    asked = asked.reset_index(drop=True)
    parts = [part(facts, asked) for part in PARTS]
    return asked.join(parts)[[*KEYS, *FEATURES]]


def origin_departures(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """Departures from the origin in the last two hours: mean delay in minutes, and their number."""
    window = trailing(facts.departures, asked, ["origin"], ["dep_delay"], "2h")
    return pd.DataFrame({"origin_dep_delay_2h": mean(window, "dep_delay"), "origin_departures_2h": window["n"]})


def carrier_landings(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """Landings of the carrier's flights from the origin in the last 24 hours: mean delay in minutes."""
    window = trailing(facts.landings, asked, ["carrier", "origin"], ["arr_delay"], "24h")
    return pd.DataFrame({"carrier_origin_arr_delay_24h": mean(window, "arr_delay")})


def route_landings(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """Landings on the route in the last 28 days: mean delay in minutes, and the share that was late."""
    landings = facts.landings.assign(late=facts.landings["arr_delay"] >= LATE_FROM)
    window = trailing(landings, asked, ["origin", "dest"], ["arr_delay", "late"], "28d")
    return pd.DataFrame({"route_arr_delay_28d": mean(window, "arr_delay"), "route_late_rate_28d": mean(window, "late")})


def last_landing(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """The aircraft's latest landing: its delay in minutes, and the hours since."""
    landings = facts.landings.sort_values(["known_at", "flight_id"])  # of two at one instant the larger id is the last
    last = as_of(landings[["tailnum", "known_at", "arr_delay"]], asked, ["tailnum"], asked["asked_at"])
    hours = (asked["asked_at"] - last["known_at"]) / pd.Timedelta(hours=1)
    return pd.DataFrame({"aircraft_last_arr_delay": last["arr_delay"], "aircraft_hours_since_landing": hours})


def latest_weather(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """The latest observation at the origin, taken whole, none older than six hours."""
    seen = facts.weather[["origin", "known_at", *WEATHER]]
    return as_of(seen, asked, ["origin"], asked["asked_at"], none_older_than=pd.Timedelta("6h"))[WEATHER]


def aircraft(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """Age in years and seats of the aircraft."""
    planes = facts.planes.set_index("tailnum")
    planes = planes.assign(aircraft_age=2013 - planes["built"], aircraft_seats=planes["seats"])
    planes = planes[["aircraft_age", "aircraft_seats"]]
    return asked[["tailnum"]].join(planes, on="tailnum", validate="many_to_one").drop(columns="tailnum")


def request_time(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """What the schedule says; carrier, origin, dest and distance are features as they are asked."""
    local = asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt
    minutes = (asked["scheduled_at"] - asked["asked_at"]) / pd.Timedelta(minutes=1)
    return pd.DataFrame({"local_hour": local.hour, "weekday": local.dayofweek, "minutes_to_departure": minutes})


PARTS = (
    origin_departures,
    carrier_landings,
    route_landings,
    last_landing,
    latest_weather,
    aircraft,
    request_time,
)


def trailing(
    events: pd.DataFrame, asked: pd.DataFrame, keys: list[str], values: list[str], window: str
) -> pd.DataFrame:
    """Sums of the values and number ``n`` of the events in ``(t − window, t]``, per key, one row a question.

    Differences of running sums, which are exact because delays are whole minutes.
    """
    sums = events[values].assign(n=1).astype(float).groupby([events[key] for key in keys]).cumsum()
    running = events[[*keys, "known_at"]].join(sums)
    until, before = asked["asked_at"], asked["asked_at"] - pd.Timedelta(window)
    entered, left = (as_of(running, asked, keys, at)[sums.columns].fillna(0) for at in (until, before))
    return entered - left


def mean(window: pd.DataFrame, value: str) -> pd.Series:
    """Null if nothing is in the window."""
    return window[value] / window["n"].where(window["n"] > 0)


def as_of(
    rows: pd.DataFrame,
    asked: pd.DataFrame,
    keys: list[str],
    instants: pd.Series,
    none_older_than: pd.Timedelta | None = None,
) -> pd.DataFrame:
    """Per question the last of its key's rows known at the instant, null if there is none; rows come by ``known_at``.

    ``instants`` has the index of ``asked``, and so has the result.
    """
    marks = asked[keys].assign(instant=instants, question=asked.index).dropna(subset=keys).sort_values("instant")
    times = {"left_on": "instant", "right_on": "known_at", "tolerance": none_older_than}
    return pd.merge_asof(marks, rows, by=keys, **times).set_index("question").reindex(asked.index)
