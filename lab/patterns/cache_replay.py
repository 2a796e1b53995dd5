"""Questions go through a cache in order, under a clock of their own; out comes who was served whose answer.

Behind the cache stands a model that says nothing but the number of the question that it is asked about. So whatever an
answerer does with its cache, its answer tells from which question it was made.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lab.patterns.asked_flights import Asked
from parts.cache.caches import MOST, Memory
from problem.asked_again import LEAD, Answerer, Cache, Champion, Question, Row, Stored
from problem.contract import CATEGORIES, FEATURES

Places = NDArray[np.int64]
Make = Callable[[Cache, "Rerun"], Answerer]
NUMBERS = [name for name in FEATURES if name not in (*CATEGORIES, LEAD)]


class Rerun:
    """What stands behind a cache (``problem.asked_again.Behind``) while questions are asked again.

    ``refresh``: minutes between two refreshes of the stored features.
    """

    def __init__(self, asked: Asked, refresh: int) -> None:
        self._vectors = asked.vectors[refresh]
        self.questions = read_questions(asked.questions)
        self.refreshed = [question.asked_at // (refresh * 60) * refresh * 60 for question in self.questions]
        self.versions = [f"late/{number}" for number in asked.release.tolist()]
        self.place = 0

    @property
    def now(self) -> float:
        """Seconds of Unix time at which the question in hand is asked."""
        return self.questions[self.place].asked_at

    @property
    def champion(self) -> Champion:
        """See the contract."""
        return Champion(self.versions[self.place], self._score)

    @property
    def stored(self) -> Stored:
        """See the contract."""
        return Stored(self.refreshed[self.place], self._fetch)

    def _score(self, vector: Row) -> float:
        return float(self.place)

    def _fetch(self, flight_id: int) -> Row:
        numbers, names = self._rows
        return dict(zip((*NUMBERS, *CATEGORIES), (*numbers[self.place].tolist(), *names[self.place]), strict=True))

    @cached_property
    def _rows(self) -> tuple[NDArray[np.float64], list[tuple[str, ...]]]:
        names = list(self._vectors[list(CATEGORIES)].itertuples(index=False, name=None))
        return self._vectors[NUMBERS].to_numpy(float), names


def read_questions(asked: pd.DataFrame) -> list[Question]:
    """The questions of a frame, in order."""
    instants = [(asked[name].astype("int64") / 1e9).tolist() for name in ("asked_at", "scheduled_at")]
    return list(map(Question, asked["flight_id"].tolist(), *instants))


def replay(behind: Rerun, make: Make, places: Sequence[int] | None = None, most: int = MOST) -> Places:
    """By question, the number of the one whose answer was served: its own, where it was computed.

    ``places``: the questions that are asked, all by default; ``most``: entries that the cache holds.
    """
    answerer = make(Memory(most, clock=lambda: behind.now), behind)
    served = []
    for place in range(len(behind.questions)) if places is None else places:
        behind.place = place
        served.append(answerer.answer(behind.questions[place]))
    return np.array(served, dtype=np.int64)
