"""The same facts as a less kind world reports them: late, corrected afterwards, and not all of them to everybody.

Real landings with made-up troubles. What is drawn for a flight hangs on the flight and the trouble alone, not on the
order of rows, on other flights or on other troubles. What is reported late arrives out of order, and nothing is known
before it is reported.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Literal

import numpy as np
import pandas as pd

from problem.facts import Facts
from problem.questions import NEW_YORK
from problem.world import Event, World

Trouble = Literal["late reports", "corrections", "slow refresh", "lost writes"]
LATE, CORRECTED, SLOW, LOST = TROUBLES = ("late reports", "corrections", "slow refresh", "lost writes")
MINUTE, HOUR, DAY = pd.Timedelta(minutes=1), pd.Timedelta(hours=1), pd.Timedelta(days=1)


@dataclass(frozen=True)
class Rates:
    """How bad it is. We know of no published rates: each number is an assumption, with its reason.

    ``lateness``: share, least and greatest delay of a report. Aircraft send their landing by radio (ACARS), which takes
    minutes from one system to the next; a station agent enters the others before the shift ends; the rest is found
    missing when the day's books are closed, over a weekend maybe.
    ``corrected``, ``too_early``: the share of landings of which the first report said the touchdown and not the gate,
    and the minutes between the two: the taxi, which at the airports of 2013 took from some minutes to a third of an
    hour. (The outcome is counted at the gate.)
    ``settled_after``, ``settled_at``: the carrier's corrected file overwrites the first report so many days later (it
    has until the 15th of the next month by 14 CFR 234, but we let it be quick), in the warehouse's nightly load, at
    this New York hour.
    ``lag``: from the instant up to which a job has read until what it made is there: one refresh of a store, one load
    of a warehouse, or the way from an event to the state of a service, the same for all.
    ``lost``: the share of writes to an online state that never arrives, of timeouts that nobody repeats. High for a
    store that is watched; a tenth of it would do a tenth of the harm.
    """

    lateness: tuple[tuple[float, pd.Timedelta, pd.Timedelta], ...] = (
        (0.85, 1 * MINUTE, 10 * MINUTE),
        (0.12, 1 * HOUR, 6 * HOUR),
        (0.03, 1 * DAY, 3 * DAY),
    )
    corrected: float = 0.10
    too_early: tuple[int, int] = (4, 20)
    settled_after: tuple[int, int] = (1, 7)
    settled_at: pd.Timedelta = 4 * HOUR
    lag: pd.Timedelta = 5 * MINUTE
    lost: float = 0.01


@dataclass(frozen=True)
class MessyFacts(Facts):
    """Facts in which a correction overwrites the first report in place, as warehouses do: its ``known_at`` stays.

    So whoever reads later sees a history that nobody has served from. ``first_reports``: flight_id, known_at,
    settled_at (from when on the corrected values are there), and what was said until then: arrived_at, arr_delay, late.
    ``rebooking_seats``, which nothing here is fitted on, is not corrected but right from the start.
    """

    first_reports: pd.DataFrame

    def known_between(self, after: pd.Timestamp | None, until: pd.Timestamp) -> Facts:
        """What a warehouse would give at ``until``, of the rows that were first reported in between."""
        last = Facts(*(getattr(self, table.name) for table in fields(Facts))).known_between(after, until)
        said = self.first_reports
        return _put_back(last, said[(said["known_at"] <= until) & (said["settled_at"] > until)])

    def report_first(self, lost: float) -> Facts:
        """What an operational feed tells: every event once, as first reported, and a share ``lost`` of them never.

        A feed speaks of flights under way; a correction that comes days later is in the carrier's file, which only
        the warehouse loads. (Were it told again, a service that adds up landings would count it twice.)
        """
        told = _put_back(replace(self), self.first_reports)
        kept = {name: _drop_lost(getattr(told, name), name, lost) for name in ("departures", "landings", "weather")}
        return replace(told, **kept)


def make_messy(facts: Facts, troubles: Collection[str], rates: Rates = Rates()) -> MessyFacts:
    """The facts with those of the ``troubles`` that are of reports (``LATE``, ``CORRECTED``); with none, the same."""
    landings = facts.landings
    if LATE in troubles:
        landings = landings.assign(known_at=landings["known_at"] + draw_lateness(landings["flight_id"], rates))
    known_at = facts.outcomes["flight_id"].map(landings.set_index("flight_id")["known_at"])
    outcomes = facts.outcomes.assign(known_at=known_at.fillna(facts.outcomes["known_at"]))
    tables = {name: table.sort_values("known_at", kind="stable", ignore_index=True)
              for name, table in (("landings", landings), ("outcomes", outcomes))}  # fmt: skip
    first = _draw_first_reports(landings, rates if CORRECTED in troubles else replace(rates, corrected=0.0))
    every = {table.name: getattr(facts, table.name) for table in fields(Facts)}
    return MessyFacts(**every | tables, first_reports=first)


def draw_lateness(flight_ids: pd.Series, rates: Rates) -> pd.Series:
    """How long after its landing each flight is reported, in whole minutes; the index is that of ``flight_ids``."""
    kind, place = (draw_shares(flight_ids.to_frame(), f"{LATE} {what}") for what in ("kind", "place"))
    shares, least, greatest = zip(*rates.lateness, strict=True)
    chosen = np.searchsorted(np.cumsum(shares)[:-1], kind, side="right")
    shortest, longest = (np.array([value / MINUTE for value in bounds])[chosen] for bounds in (least, greatest))
    return pd.Series(np.floor(shortest + place * (longest - shortest)), flight_ids.index) * MINUTE


def draw_shares(rows: pd.DataFrame, what: str) -> np.ndarray:
    """A number from 0 to 1 for each row, drawn for what its columns say and for ``what``, whatever the other rows."""
    hashed = pd.util.hash_pandas_object(rows.assign(what=what), index=False)
    return hashed.to_numpy() / 2.0**64


def _draw_first_reports(landings: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    keys = landings[["flight_id"]]
    of = landings[draw_shares(keys, CORRECTED) < rates.corrected]
    taxi = _draw_whole(of, "taxi", rates.too_early)
    nights = _draw_whole(of, "nights", rates.settled_after)
    local = (of["known_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None) - rates.settled_at).dt.normalize()
    settled_at = local + (nights + 1) * DAY + rates.settled_at
    arr_delay = of["arr_delay"] - taxi
    return of[["flight_id", "known_at"]].assign(
        settled_at=settled_at.dt.tz_localize(NEW_YORK).dt.tz_convert("UTC"),
        arrived_at=of["arrived_at"] - taxi * MINUTE,
        arr_delay=arr_delay,
        late=(arr_delay >= 15).astype(int),
    )


def _draw_whole(rows: pd.DataFrame, what: str, bounds: tuple[int, int]) -> np.ndarray:
    """A whole number for each flight, both bounds included."""
    least, greatest = bounds
    return least + np.floor(draw_shares(rows[["flight_id"]], what) * (greatest - least + 1))


def _put_back(facts: Facts, said: pd.DataFrame) -> Facts:
    """The facts with what was ``said`` of some flights in the place of their corrected values."""
    columns = {"landings": ["arrived_at", "arr_delay"], "outcomes": ["late"]}
    return replace(facts, **{name: _overwrite(getattr(facts, name), said, of) for name, of in columns.items()})


def _overwrite(table: pd.DataFrame, said: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    rows = np.flatnonzero(table["flight_id"].isin(said["flight_id"]))
    if not len(rows):
        return table
    values = said.set_index("flight_id").loc[table["flight_id"].iloc[rows], columns]
    table = table.copy()
    for name in columns:
        table.iloc[rows, table.columns.get_loc(name)] = values[name].array
    return table


def _drop_lost(table: pd.DataFrame, name: str, lost: float) -> pd.DataFrame:
    keys = ["origin", "known_at"] if name == "weather" else ["flight_id"]
    return table[draw_shares(table[keys], f"{LOST} {name}") >= lost]


class MessyWorld(World):
    """The world as a system sees it that is ``lag`` behind: what the warehouse and the feed had told by then."""

    def __init__(self, facts: MessyFacts, now: pd.Timestamp, lost: float) -> None:
        super().__init__(facts, now)
        self._feed = World(facts.report_first(lost), now)

    def stream(self) -> list[Event]:
        """See ``World``: as first reported, and without what was lost."""
        self._feed.move_to(self.now)
        return self._feed.stream()
