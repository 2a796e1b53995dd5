"""Ten things that go wrong with a service, each where it would. Nothing here knows what a diagnosis looks at."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lab.patterns.feature_tables import ENTITIES
from lab.patterns.recorded_case import Case, Strike, Struck
from lab.patterns.recorded_replay import CALLERS, Fetched, Question, Stack, list_questions
from lab.patterns.recorded_store import Store, find_refreshed, refresh_table
from problem.questions import NEW_YORK

LATER = 0.001
"""Seconds by which a slow store answers later."""
LARGE = 0.05
"""A carrier of this share of the questions or more may change its code."""
WEATHER = ENTITIES["weather"][1]
STORE_MS = "ms_stored"


def _strike(case: Case, stack: Stack, cause: Sequence[str], beside: Sequence[str] = ()) -> Struck:
    return Struck(stack, list_questions(case.asked), frozenset(cause), frozenset([*cause, *beside]))


def stop_weather(case: Case) -> Struck:
    """No observation comes any more; the refresh goes on with what there is."""
    weather = case.facts.weather
    stack = case.refresh("weather", replace(case.facts, weather=weather[weather["known_at"] <= case.onset]))
    return _strike(case, stack, WEATHER)


def hang_refresh(case: Case) -> Struck:
    """One table stays as it was; the others are refreshed."""
    table = case.draw([*ENTITIES])
    then = case.asked.assign(asked_at=case.onset)
    stored = case.stored.assign(**refresh_table(table, case.facts, then))
    store = Store(stored, find_refreshed(case.asked).assign(**{table: find_refreshed(then)[table]}))
    return _strike(case, replace(case.stack, fetch=store.fetch), [f"age_{table}", *ENTITIES[table][1]])


def measure_in_celsius(case: Case) -> Struck:
    """The feed's temperatures come in another unit."""
    weather = case.facts.weather
    late = weather["known_at"] > case.onset
    celsius = weather.assign(temp=weather["temp"].where(~late, (weather["temp"] - 32) / 1.8))
    return _strike(case, case.refresh("weather", replace(case.facts, weather=celsius)), ["temp"])


def rename_carrier(case: Case) -> Struck:
    """The flights of one large carrier come under the code of another one, as after a merger."""
    shares = case.asked["carrier"].value_counts(normalize=True)
    gone = case.draw(sorted(shares[shares >= LARGE].index))
    other = case.draw(sorted({*shares.index} - {gone}))
    asked = case.asked.assign(carrier=case.asked["carrier"].replace(gone, other))
    struck = _strike(
        case, case.refresh("carrier_airport", case.facts, asked), ["carrier"], ENTITIES["carrier_airport"][1]
    )
    return struck._replace(questions=list_questions(asked))


def lose_departures(case: Case) -> Struck:
    """The departures of one airport no longer come in."""
    airport, departures = case.draw(["EWR", "JFK", "LGA"]), case.facts.departures
    lost = (departures["origin"] == airport) & (departures["known_at"] > case.onset)
    stack = case.refresh("airport", replace(case.facts, departures=departures[~lost]))
    return _strike(case, stack, ENTITIES["airport"][1])


def release_wrong_champion(case: Case) -> Struck:
    """A model that should not have been released is, with a version of its own."""
    return _strike(case, replace(case.stack, score=case.wrong, version="late/8"), ["model_version"])


def overwrite_champion(case: Case) -> Struck:
    """The same model is copied over the file of the one in force."""
    return _strike(case, replace(case.stack, score=case.wrong), ["model_version"])


def roll_back_release(case: Case) -> Struck:
    """Instances come up with the code of the release before."""
    return _strike(case, replace(case.stack, release="r6"), ["release", "local_hour"], ["weekday"])


def slow_store(case: Case) -> Struck:
    """The store answers later."""

    def fetch(question: Question) -> Fetched:
        time.sleep(LATER)
        return case.stack.fetch(question)

    return _strike(case, replace(case.stack, fetch=fetch), [STORE_MS])


def add_offset_twice(case: Case) -> Struck:
    """One caller takes a time for local that is in UTC, and converts it."""
    caller = case.draw([*CALLERS])
    local = case.asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None).dt.tz_localize("UTC")
    later = case.asked["scheduled_at"] + (case.asked["scheduled_at"] - local)
    asked = case.asked.assign(scheduled_at=case.asked["scheduled_at"].where(case.asked["caller"] != caller, later))
    struck = _strike(case, case.stack, ["caller", "minutes_to_departure", "local_hour"], ["weekday"])
    return struck._replace(questions=list_questions(asked))


FAULTS: Mapping[str, Strike] = {
    "weather feed stops": stop_weather,
    "refresh of a table hangs": hang_refresh,
    "temperature in °C": measure_in_celsius,
    "a carrier under another code": rename_carrier,
    "an airport's departures lost": lose_departures,
    "wrong champion released": release_wrong_champion,
    "wrong model over the right one": overwrite_champion,
    "older release": roll_back_release,
    "store 1 ms later": slow_store,
    "a caller's offset twice": add_offset_twice,
}
