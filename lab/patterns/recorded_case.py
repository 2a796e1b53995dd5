"""A service before something goes wrong with it, and after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from lab.patterns.recorded_replay import Question, Score, Stack
from lab.patterns.recorded_store import Store, find_refreshed, refresh_table
from problem.facts import Facts


@dataclass(frozen=True)
class Case:
    """A service that is well, and what it is asked from the ``onset`` on (``asked``, as ``ask_flights`` has it).

    ``facts``: known until the end; ``stored``: of ``refresh_all``, while all is well; ``wrong``: what a model says that
    should not be released; ``random``: draws which table, airport, carrier or caller it is.
    """

    facts: Facts
    asked: pd.DataFrame
    stored: pd.DataFrame
    onset: pd.Timestamp
    stack: Stack
    wrong: Score
    random: np.random.Generator

    def draw(self, among: Sequence[str]) -> str:
        """One of them."""
        return str(among[int(self.random.integers(len(among)))])

    def refresh(self, table: str, facts: Facts, asked: pd.DataFrame | None = None) -> Stack:
        """The service with what these facts, and these questions, make of a stored table."""
        stored = self.stored.assign(**refresh_table(table, facts, self.asked if asked is None else asked))
        return replace(self.stack, fetch=Store(stored, find_refreshed(self.asked)).fetch)


class Struck(NamedTuple):
    """The service with its fault, and what it is asked then. ``cause``: fields that name it; ``moves``: all that may be
    otherwise in an answer but its risk and its times."""

    stack: Stack
    questions: Sequence[Question]
    cause: frozenset[str]
    moves: frozenset[str]


Strike = Callable[[Case], Struck]
