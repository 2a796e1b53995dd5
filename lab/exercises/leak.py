"""Exercise 1: a training table in which one feature knows too much; the tables it is made of, and the check."""

from collections.abc import Iterator
from functools import cache

import duckdb
import pandas as pd
from sklearn.metrics import roc_auc_score

from lab.exercises.answers import Answers, Note, NotYet, Parts, count_unequal, explain_errors
from problem.facts import load_facts
from problem.questions import NEW_YORK, questions, scheduled_between

Tables = dict[str, pd.DataFrame]
PLACE, DAY = "LGA", "2013-07-22"
ELSEWHERE, ANOTHER_DAY = "EWR", "2013-05-08"
"""Where the mended query is tried besides: a table that only fits the one day is found out."""
LEAKING = "origin_dep_delay_2h"
FEATURES = (LEAKING, "carrier_arr_delay_24h", "aircraft_last_arr_delay", "temp")
SCHEDULED = ["flight_id", "carrier", "origin", "tailnum", "scheduled_at"]
DEPARTED, ARRIVED = ["departed_at", "dep_delay"], ["arrived_at", "arr_delay"]
QUERY = """\
SELECT asked.flight_id,
  (SELECT avg(legs.dep_delay) FROM legs
   WHERE legs.origin = asked.origin
     AND legs.scheduled_at > asked.asked_at - INTERVAL 2 HOUR AND legs.scheduled_at <= asked.asked_at
  ) AS origin_dep_delay_2h,
  (SELECT avg(legs.arr_delay) FROM legs
   WHERE legs.carrier = asked.carrier AND legs.origin = asked.origin
     AND legs.arrived_at > asked.asked_at - INTERVAL 24 HOUR AND legs.arrived_at <= asked.asked_at
  ) AS carrier_arr_delay_24h,
  (SELECT arg_max(legs.arr_delay, legs.arrived_at) FROM legs
   WHERE legs.tailnum = asked.tailnum AND legs.arrived_at <= asked.asked_at
  ) AS aircraft_last_arr_delay,
  (SELECT arg_max(weather.temp, weather.observed_at) FROM weather
   WHERE weather.origin = asked.origin AND weather.observed_at <= asked.asked_at
  ) AS temp
FROM asked ORDER BY asked.asked_at, asked.flight_id
"""
"""The query as somebody wrote it: the warehouse is sorted by scheduled departure, so a window is cut there."""


@cache
def tables(place: str = PLACE, day: str = DAY) -> Tables:
    """``asked``, ``legs`` and ``weather`` around one day at one airport; all instants are UTC, written without a zone.

    ``asked``: a question an hour before each departure, with ``late``, what became of it. ``legs``: one row a flight,
    as the warehouse has it the week after: a ``dep_delay`` was known at ``departed_at``, an ``arr_delay`` at
    ``arrived_at``, both in minutes. ``weather``: temperatures in °F, known at ``observed_at``.
    """
    facts, first = load_facts(), pd.Timestamp(day, tz=NEW_YORK)
    legs = scheduled_between(facts.flights, first - pd.Timedelta("2D"), first + pd.DateOffset(days=1))
    legs = legs.loc[legs["origin"] == place, SCHEDULED].sort_values("scheduled_at")
    for events in (facts.departures[["flight_id", *DEPARTED]], facts.landings[["flight_id", *ARRIVED]]):
        legs = legs.merge(events, on="flight_id", how="left")
    asked = scheduled_between(questions(facts, "real_time"), first, first + pd.DateOffset(days=1))
    asked = asked[asked["origin"] == place].merge(facts.outcomes[["flight_id", "late"]], on="flight_id")
    asked = asked[[*SCHEDULED, "asked_at", "late"]]
    around = facts.weather["observed_at"].between(first - pd.Timedelta("2D"), first + pd.Timedelta("1D"))
    weather = facts.weather.loc[around & (facts.weather["origin"] == place), ["origin", "observed_at", "temp"]]
    found = {"asked": asked, "legs": legs, "weather": weather}
    return {name: _without_zone(table).reset_index(drop=True) for name, table in found.items()}


def run(query: str, on: Tables) -> pd.DataFrame:
    """What DuckDB answers to a query on the tables."""
    with duckdb.connect() as connection:
        for name, table in on.items():
            connection.register(name, table)
        return connection.sql(query).df()


def _without_zone(table: pd.DataFrame) -> pd.DataFrame:
    instants = [name for name in table if name.endswith("_at")]
    return table.assign(**{name: table[name].dt.tz_convert("UTC").dt.tz_localize(None) for name in instants})


def seen(on: Tables, clock: str) -> dict[int, pd.DataFrame]:
    """By question, the departures that the window of two hours holds if it is cut on ``clock``; slow and obvious."""
    legs, length = on["legs"].dropna(subset="dep_delay"), pd.Timedelta(hours=2)
    found = {}
    for row in on["asked"].itertuples():
        within = (legs[clock] > row.asked_at - length) & (legs[clock] <= row.asked_at)
        found[row.flight_id] = legs[(legs["origin"] == row.origin) & within]
    return found


def too_early(on: Tables) -> set[int]:
    """The questions whose value holds a delay that nobody could know when they were asked."""
    at = on["asked"].set_index("flight_id")["asked_at"]
    return {number for number, legs in seen(on, "scheduled_at").items() if (legs["departed_at"] > at[number]).any()}


def _guess(answers: Answers) -> Iterator[str]:
    guess, on = answers.take_number("guess", 0, 1), tables()
    yield Note(f"you guessed that {guess:.0%} of the rows leak; {len(too_early(on)) / len(on['asked']):.0%} do")


def _feature(answers: Answers) -> Iterator[str]:
    said = answers.take("leaking")
    if said not in FEATURES:
        yield f"`leaking` is to be one of {', '.join(FEATURES)}, not {said!r}"
    elif said != LEAKING:
        yield f"every window of {said} ends on the clock at which its fact was known: compare the others"


def _rows(answers: Answers) -> Iterator[str]:
    try:
        said = {int(number) for number in answers.take("leaked")}
    except (TypeError, ValueError):
        raise NotYet("`leaked` is to hold flight_ids") from None
    wanted = too_early(tables())
    if unknown := said - set(tables()["asked"]["flight_id"]):
        yield f"`leaked`: {len(unknown)} are no flight_id of `asked`; name the questions, not the legs that they see"
    elif said - wanted:
        yield f"`leaked`: {len(said - wanted)} of your rows see only delays that were known: known at asked_at counts"
    if wanted - said:
        yield f"`leaked`: {len(wanted - said)} rows are missing; which leg in the window had not left at asked_at?"


def _query(answers: Answers) -> Iterator[str]:
    query = answers.take("mended", str, "a text, the query")
    for place, day in ((PLACE, DAY), (ELSEWHERE, ANOTHER_DAY)):
        wrong = list(_compared(query, tables(place, day)))
        yield from (f"{place}, {day}: {line}" for line in wrong)
        if wrong:
            return
    yield from _scores(run(query, tables()))


def _compared(query: str, on: Tables) -> Iterator[str]:
    with explain_errors("`mended`"):
        found, given = run(query, on), run(QUERY, on)
    if missing := {"flight_id", *FEATURES} - set(found):
        raise NotYet(f"`mended` has no column {sorted(missing)[0]}")
    if sorted(found["flight_id"]) != sorted(given["flight_id"]):
        raise NotYet("`mended` is to hold one row for each question")
    found, given = (table.set_index("flight_id").sort_index() for table in (found, given))
    truth = {number: legs["dep_delay"].mean() for number, legs in seen(on, "departed_at").items()}
    wanted = given.assign(**{LEAKING: pd.Series(truth)})
    for name in FEATURES:
        if differ := count_unequal(found[name], wanted[name]):
            hint = "what was known in the two hours up to asked_at, that instant included?" if name == LEAKING else ""
            yield f"{name} is wrong in {differ} of {len(found)} rows; {hint or 'it did not leak: leave it as it was'}"


def _scores(mended: pd.DataFrame) -> Iterator[str]:
    """How large the feature is, and how well it alone tells late flights from others, before and after."""
    late = tables()["asked"].set_index("flight_id")["late"]
    for name, table in (("as it was", run(QUERY, tables())), ("mended", mended)):
        values = table.set_index("flight_id")[LEAKING].dropna()
        auc = roc_auc_score(late[values.index], values)
        yield Note(f"{name}: {values.mean():.0f} minutes on average; AUC of the feature alone {auc:.2f}")


PARTS: Parts = {"a guess": _guess, "the feature": _feature, "the rows": _rows, "the query": _query}
