"""A small piece of autumn 2013 in which a hundred questions meet what is awkward about time: the ground for mutants.

Real flights and real observations; some are left out, none is changed or made up. A year has so many flights that, for
nearly every situation in which a feature can go wrong, questions in it can be picked. Left out on purpose are some
observations (``SILENCES``: none was missing for over six hours that autumn), one evening's flights (``QUIET``: no
origin rests before ten at night), and the days in the middle of the 28 before a question, to keep the world small. One
situation could not be had: two landings of one aircraft at one instant, which the data holds once, on 18 April.
"""

from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from lab.study.steps.awkward_situations import WINDOWS, find_among, find_next_midnight, find_situations
from problem.facts import Facts
from problem.questions import NEW_YORK, questions

DAYS = ("2013-10-31", "2013-11-03", "2013-11-09")
"""New York days whose flights are asked about. The clocks went back on 3 November; on the evening before the last day a
flight left at 22:00 sharp, two hours before midnight, which none had done for four weeks."""
KEPT = (0, 1, 2, 28, 29)
"""Facts are kept of the days so many days before a day asked about: those that enter or leave a window."""
SILENCES = (
    ("LGA", "2013-10-31T16:00Z", "2013-11-01T05:00Z"),
    ("JFK", "2013-10-31T17:00Z", "2013-11-01T05:00Z"),
    ("EWR", "2013-11-02T20:00Z", "2013-11-03T06:00Z"),
    ("JFK", "2013-11-02T19:00Z", "2013-11-03T06:00Z"),
    ("LGA", "2013-11-02T22:00Z", "2013-11-03T06:00Z"),
    ("EWR", "2013-11-08T22:00Z", "2013-11-09T06:00Z"),
)
"""Origin, its last observation, and the next one that is kept."""
QUIET = ("LGA", "2013-11-02T17:00", "2013-11-03T00:00")
"""An origin, and the New York hours in which none of its flights was scheduled to leave."""
BUSIEST = 200
"""Flights on the busiest route asked about, in all days kept: what a question costs is its history."""
TIMES = 4
"""How many batch questions are to meet each situation, if there are as many; of real-time instants, one."""


class SmallWorld(NamedTuple):
    """The kept facts, and the questions (columns as in ``problem.questions``) of both modes, in the order asked."""

    facts: Facts
    asked: pd.DataFrame


def make_small_world(facts: Facts) -> SmallWorld:
    """Pick the questions of both modes in the facts of the days kept, then let go of flights that no window needs."""
    facts = _keep_days(facts)
    asked = pd.concat([_pick_real_time(facts), _pick_batch(facts)])
    return SmallWorld(_keep_needed(facts, asked), asked.sort_values(["asked_at", "flight_id"], ignore_index=True))


def _list_candidates(facts: Facts, mode: str) -> pd.DataFrame:
    """The questions about flights of ``DAYS``, quiet routes first: their history is short."""
    asked = questions(facts, mode)
    size = asked.groupby(["origin", "dest"])["flight_id"].transform("size")
    asked = asked.assign(size=size).sort_values(["size", "asked_at", "flight_id"], ignore_index=True)
    asked = asked[asked["size"] <= BUSIEST]
    return asked[_find_days(asked).isin(pd.to_datetime(DAYS))].drop(columns="size")


def _pick_real_time(facts: Facts) -> pd.DataFrame:
    """All questions of few instants: what costs is the instant, at which every job is run."""
    asked = _list_candidates(facts, "real_time")
    met = find_situations(facts, asked, asked["asked_at"])
    return asked[asked["asked_at"].isin(_pick_rows(met.groupby(asked["asked_at"]).sum(), 1))]


def _pick_batch(facts: Facts) -> pd.DataFrame:
    """Questions that meet a situation at the instant asked, or at the midnight before the flight."""
    asked = _list_candidates(facts, "batch")
    looks = {"": asked["asked_at"], "_at_midnight": find_next_midnight(asked)}
    met = [find_situations(facts, asked, at).add_suffix(end) for end, at in looks.items()]
    places = pd.get_dummies(asked["origin"] + asked["asked_at"].dt.strftime("%d"))
    return asked.loc[_pick_rows(pd.concat([*met, places], axis=1), TIMES)]


def _pick_rows(met: pd.DataFrame, times: int) -> list[object]:
    """Rows of ``met`` until each situation was met so many times: again and again the one that adds most."""
    met, picked = met.astype(int), []
    wanted = met.sum().clip(upper=times)
    while wanted.any():
        picked.append(met.clip(upper=wanted, axis=1).sum(axis=1).idxmax())  # the first of equals
        wanted = (wanted - met.loc[picked[-1]]).clip(lower=0)
        met = met.drop(picked[-1])
    return picked


def _keep_days(facts: Facts) -> Facts:
    """The facts of the days kept, without silences and quiet hours."""
    days = pd.to_datetime(DAYS)
    flights = facts.flights[_find_days(facts.flights).isin([day for n in KEPT for day in days - pd.Timedelta(days=n)])]
    origin, *hours = QUIET
    quiet = flights["scheduled_at"].between(*_make_instants(*hours)) & (flights["origin"] == origin)
    heard = facts.weather["known_at"].between(*_make_instants("2013-10-29", "2013-11-10"))
    for origin, last, following in SILENCES:
        silent = facts.weather["known_at"].between(pd.Timestamp(last), pd.Timestamp(following), inclusive="neither")
        heard &= ~(silent & (facts.weather["origin"] == origin))
    return replace(facts.only(flights.loc[~quiet, "flight_id"]), weather=facts.weather[heard])


def _keep_needed(facts: Facts, asked: pd.DataFrame) -> Facts:
    """The flights on a route asked about, and those at the edge of a window or at the instant of a question."""
    needed = [facts.flights.loc[find_among(facts.flights, asked, ["origin", "dest"]), "flight_id"]]
    for table, keys, length in WINDOWS.values():
        events = getattr(facts, table)
        for at in (asked["asked_at"], find_next_midnight(asked)):
            for moment in (at, at - length):
                marks = asked.assign(known_at=moment)
                needed.append(events.loc[find_among(events, marks, [*keys, "known_at"]), "flight_id"])
    planes = facts.planes[facts.planes["tailnum"].isin(asked["tailnum"])]
    return replace(facts.only(pd.concat(needed)), planes=planes)


def _find_days(asked: pd.DataFrame) -> pd.Series:
    return asked["scheduled_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None).dt.normalize()


def _make_instants(first: str, last: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    return pd.Timestamp(first, tz=NEW_YORK).tz_convert("UTC"), pd.Timestamp(last, tz=NEW_YORK).tz_convert("UTC")
