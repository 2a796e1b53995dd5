"""An airport that is made up: flights, models that know a part of what comes, and a desk that gives out seats.

What is tried with it is how a trial behaves, and nothing is learned from it about models.
"""

from collections.abc import Iterator
from itertools import count

import numpy as np

from parts.model_trial.model_trial import ModelTrial
from problem.which_is_better import Answer, Past, Question, Result, Row, Score, give_out, price

SLOT, SLOTS, AIRCRAFT = 8, 6, 97
"""Flights in an hour, hours in a day, aircraft that come by turns."""
LATE = 0.3
GOOD, MIDDLING, BAD = 0.9, 0.5, 0.0
"""How much of what will come a model knows."""


def make_past(days: int = 30, flights: int = 40) -> Past:
    """A test month that the candidate wins, whatever it is worth."""
    random = np.random.default_rng(0)
    late = random.random(days * flights) < LATE
    candidate = np.where(late, 0.6, 0.2) + random.normal(0, 0.02, len(late))
    return Past(np.repeat(np.arange(days), flights), late, np.full(len(late), LATE), candidate)


def make_model(knows: float) -> Score:
    """Says what will come, mixed with a guess."""
    return lambda row: knows * (0.95 if row["late"] else 0.05) + (1 - knows) * row["guess"]


def say_table(row: Row) -> float:
    """The table of rates has but one."""
    return LATE


class Airport:
    """A day is asked about, answered, and then lived."""

    def __init__(self, seed: int = 1) -> None:
        self._random, self._numbers = np.random.default_rng(seed), count()

    def ask_day(self, day: str) -> Iterator[Question]:
        """A day's questions; what a model may know stands in the row."""
        late, guess = self._random.random(SLOT * SLOTS) < LATE, self._random.random(SLOT * SLOTS)
        for place, (is_late, guessed) in enumerate(zip(late.tolist(), guess.tolist(), strict=True)):
            number = next(self._numbers)
            row = {"late": is_late, "guess": guessed}
            yield Question(f"{day}/{number}", day, f"{day} {place // SLOT}", f"N{number % AIRCRAFT}", row)

    def live_day(self, trial: ModelTrial, day: str) -> list[Answer]:
        """Ask and answer, let the desk give out seats, and tell the trial what came of it."""
        asked = [*self.ask_day(day)]
        answers = [trial.answer(question) for question in asked]
        late = np.array([question.row["late"] for question in asked])
        pools = [f"{question.slot}/{answer.arm}" for question, answer in zip(asked, answers, strict=True)]
        slot = np.unique(pools, return_inverse=True)[1]
        costs = price(give_out(slot, np.array([answer.risk for answer in answers])), late)
        rows = zip(asked, late.tolist(), costs.tolist(), strict=True)
        trial.learn(Result(question.request_id, is_late, cost) for question, is_late, cost in rows)
        return answers
