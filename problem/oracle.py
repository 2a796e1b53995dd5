"""The oracle: every feature of SPEC.md, computed the slow and obvious way for one question.

Uses only facts with ``known_at <= asked_at``. Nothing here is shared with any system; tests hold it against them.
"""

from dataclasses import replace
from typing import Any

import pandas as pd

from problem.contract import FEATURES, KEYS, STORED
from problem.facts import Facts
from problem.questions import NEW_YORK

Question = Any  # one row of a question frame, as itertuples gives it
WEATHER = ("temp", "wind_speed", "precip", "visib", "pressure")


def oracle(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """``KEYS`` and ``FEATURES`` for each question asked, in its order; about 10 ms per question on the full year."""
    facts = _with_categories(facts)
    answers = [_answer(facts.known_at(question.asked_at), question) for question in asked.itertuples()]
    return pd.DataFrame(answers, columns=[*KEYS, *FEATURES])


def oracle_at_ages(facts: Facts, logged: pd.DataFrame) -> pd.DataFrame:
    """What the oracle says of logged vectors (``VECTOR``), each stored feature as of the age that the log states.

    A system that answers from values as old as it says agrees with this in every cell. Rows keep order and index.
    """
    asked = logged[["flight_id", "asked_at"]].merge(facts.flights, on="flight_id").set_axis(logged.index)
    ages = logged[[f"age_{name}" for name in STORED]].set_axis(list(STORED), axis=1)
    pairs = pd.MultiIndex.from_frame(ages.stack().reset_index(0), names=["row", "age"]).drop_duplicates()
    minutes = pd.to_timedelta(pairs.get_level_values("age"), unit="min")
    earlier = asked.loc[pairs.get_level_values("row")].assign(asked_at=lambda then: then["asked_at"] - minutes)
    values = oracle(facts, earlier).set_axis(pairs)
    values["aircraft_hours_since_landing"] += minutes / pd.Timedelta(hours=1)  # hours count up to the question
    truth = pd.DataFrame([_request_time(question) for question in asked.itertuples()], index=logged.index)
    truth = asked[list(KEYS)].join(truth)
    for feature in STORED:
        truth[feature] = values[feature].reindex(pd.MultiIndex.from_arrays([ages.index, ages[feature]])).to_numpy()
    return truth


def _with_categories(facts: Facts) -> Facts:
    """The same facts with their keys as categories: comparing those is comparing numbers, and several times faster."""
    keys = ("carrier", "origin", "dest", "tailnum")
    tables = {name: getattr(facts, name) for name in ("departures", "landings", "weather", "planes")}
    return replace(
        facts,
        **{name: table.astype({key: "category" for key in keys if key in table}) for name, table in tables.items()},
    )


def _answer(known: Facts, question: Question) -> dict[str, Any]:
    return {
        "flight_id": question.flight_id,
        "asked_at": question.asked_at,
        **_origin(known, question),
        **_carrier_at_origin(known, question),
        **_route(known, question),
        **_last_leg(known, question),
        **_weather(known, question),
        **_aircraft(known, question),
        **_request_time(question),
    }


def _within(facts: pd.DataFrame, question: Question, window: str) -> pd.DataFrame:
    """The facts in (t − window, t]."""
    return facts[facts["known_at"] > question.asked_at - pd.Timedelta(window)]


def _origin(known: Facts, question: Question) -> dict[str, Any]:
    recent = _within(known.departures, question, "2h")
    recent = recent[recent["origin"] == question.origin]
    return {"origin_dep_delay_2h": recent["dep_delay"].mean(), "origin_departures_2h": len(recent)}


def _carrier_at_origin(known: Facts, question: Question) -> dict[str, Any]:
    recent = _within(known.landings, question, "24h")
    recent = recent[(recent["carrier"] == question.carrier) & (recent["origin"] == question.origin)]
    return {"carrier_origin_arr_delay_24h": recent["arr_delay"].mean()}


def _route(known: Facts, question: Question) -> dict[str, Any]:
    recent = _within(known.landings, question, "28d")
    recent = recent[(recent["origin"] == question.origin) & (recent["dest"] == question.dest)]
    late = (recent["arr_delay"] >= 15).mean() if len(recent) else None
    return {"route_arr_delay_28d": recent["arr_delay"].mean(), "route_late_rate_28d": late}


def _last_leg(known: Facts, question: Question) -> dict[str, Any]:
    legs = known.landings[known.landings["tailnum"] == question.tailnum]
    if legs.empty:
        return {"aircraft_last_arr_delay": None, "aircraft_hours_since_landing": None}
    last = legs.sort_values(["arrived_at", "flight_id"]).iloc[-1]
    hours = (question.asked_at - last["arrived_at"]) / pd.Timedelta(hours=1)
    return {"aircraft_last_arr_delay": last["arr_delay"], "aircraft_hours_since_landing": hours}


def _weather(known: Facts, question: Question) -> dict[str, Any]:
    seen = known.weather[known.weather["origin"] == question.origin]
    seen = seen[seen["observed_at"] >= question.asked_at - pd.Timedelta(hours=6)]
    if seen.empty:
        return dict.fromkeys(WEATHER)
    last = seen.sort_values("observed_at").iloc[-1]
    return {name: last[name] for name in WEATHER}


def _aircraft(known: Facts, question: Question) -> dict[str, Any]:
    plane = known.planes[known.planes["tailnum"] == question.tailnum]
    if plane.empty:
        return {"aircraft_age": None, "aircraft_seats": None}
    return {"aircraft_age": 2013 - plane["built"].iloc[0], "aircraft_seats": plane["seats"].iloc[0]}


def _request_time(question: Question) -> dict[str, Any]:
    local = question.scheduled_at.tz_convert(NEW_YORK)
    return {
        "local_hour": local.hour,
        "weekday": local.dayofweek,
        "distance": question.distance,
        "minutes_to_departure": (question.scheduled_at - question.asked_at) / pd.Timedelta(minutes=1),
        "carrier": question.carrier,
        "origin": question.origin,
        "dest": question.dest,
    }
