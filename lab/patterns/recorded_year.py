"""A service that answers all year, and evenings on which something goes wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from lab.patterns.asked_flights import fit, fit_wrong, make_extract
from lab.patterns.recorded_case import Case
from lab.patterns.recorded_checks import verify
from lab.patterns.recorded_faults import FAULTS, STORE_MS
from lab.patterns.recorded_replay import FIRST, FROM_HOUR, VERSION, Score, Stack, ask_flights, list_questions
from lab.patterns.recorded_store import Store, find_refreshed, refresh_all
from measure.data.diagnosis import DAYS
from parts.vector_models.compiled_scoring import by_graph
from problem.facts import Facts, load_facts
from problem.recorded import Answered

DAY, HOUR = pd.Timedelta(days=1), pd.Timedelta(hours=1)
ONSET = 3.0
"""Hours within which a fault begins."""


@dataclass(frozen=True)
class Year:
    """A service and a year of questions; ``asked`` as ``ask_flights`` has it, ``stored`` as ``refresh_all``;
    ``wrong``: what a champion says that went wrong."""

    facts: Facts
    asked: pd.DataFrame
    stored: pd.DataFrame
    stack: Stack
    wrong: Score

    def list_evenings(self) -> list[pd.Timestamp]:
        """The midnights (UTC) at which somebody may complain: before them lie two weeks of answers and an evening."""
        ends = self.asked["asked_at"].dt.floor("D").drop_duplicates() + DAY
        return [end for end in ends if end - self.asked["asked_at"].iloc[0] > (DAYS + 1) * DAY]


def open_year(every: int = 2, end: str = "2013-12-31") -> Year:
    """Fit a champion on the weeks before, and let it stand for the year."""
    facts = load_facts()
    rows = make_extract(facts, pd.Timestamp(FIRST, tz="UTC") - DAY)
    asked = ask_flights(facts, end=end, every=every)
    stored = refresh_all(facts, asked)
    stack = Stack("r7", VERSION, by_graph(fit(rows)), Store(stored, find_refreshed(asked)).fetch)
    return Year(facts, asked, stored, stack, by_graph(fit_wrong(rows)))


class Trouble(NamedTuple):
    """A fault on an evening: the numbers of the questions that it may touch, their answers, and what names it."""

    fault: str
    complaint: pd.Timestamp
    numbers: Sequence[int]
    answers: Sequence[Answered]
    cause: frozenset[str]


def strike(year: Year, well: Sequence[Answered], fault: str, complaint: pd.Timestamp, seed: int) -> Trouble:
    """Let it happen; raises ``NotInjected``. ``well``: the year's answers, while all is well."""
    random = np.random.default_rng([seed, [*FAULTS].index(fault)])
    onset = complaint - (24 - FROM_HOUR) * HOUR + float(random.uniform(0, ONSET)) * HOUR
    hit = year.asked["asked_at"].between(onset, complaint, inclusive="left")
    asked, stored = (table[hit].reset_index(drop=True) for table in (year.asked, year.stored))
    case = Case(year.facts.known_at(complaint), asked, stored, onset, year.stack, year.wrong, random)
    struck = FAULTS[fault](case)
    numbers = np.flatnonzero(hit).tolist()
    usual, answers = [well[number] for number in numbers], struck.stack.answer_all(struck.questions)
    verify(fault, struck, usual, answers)
    timed = answers if STORE_MS in struck.cause else take_times(answers, usual)
    return Trouble(fault, complaint, numbers, timed, struck.cause)


def take_times(answers: Sequence[Answered], usual: Sequence[Answered]) -> list[Answered]:
    """The answers with the times of the same questions while all was well: a fault that is none of time changes none,
    but a machine does, as it answers again some seconds later."""
    pairs = zip(answers, usual, strict=True)
    return [each._replace(milliseconds=before.milliseconds) for each, before in pairs]


def answer_year(year: Year) -> list[Answered]:
    """All answers, while all is well."""
    return year.stack.answer_all(list_questions(year.asked))
