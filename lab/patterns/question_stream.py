"""All questions about some flights of one day, for what is timed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from lab.patterns.asked_flights import USUAL, choose_flights, make_questions, make_vectors
from lab.patterns.cache_replay import read_questions
from lab.patterns.cache_rounds import REFRESH, Work
from problem.asked_again import LEAD, Question, Row
from problem.contract import FEATURES
from problem.facts import Facts
from reference.serving.prediction_cache.answerer import WIDTH

DAY = ("2013-10-08", "2013-10-09")
MICROS_A_RUN, FEWEST, MOST = 150_000, 4, 20
"""A run asks about so many flights that its work takes about so long, but not about fewer or more than these."""
QUESTIONS_A_FLIGHT = 39


class Stream(NamedTuple):
    """Some flights with their rows (see ``problem.asked_again``) and all questions about them, in order; ``table``: a
    vector a flight, with flight_id and tailnum."""

    rows: Mapping[int, Row]
    questions: Sequence[Question]
    table: pd.DataFrame

    def choose(self, work: Work) -> list[Question]:
        """The questions about as many flights as this work allows."""
        count = min(MOST, max(FEWEST, round(MICROS_A_RUN / work.micros / QUESTIONS_A_FLIGHT)))
        few = set(list(self.rows)[:count])
        return [question for question in self.questions if question.flight_id in few]

    def count_hits(self) -> float:
        """The share of all questions that the key of a flight finds an answer for."""
        keys = {
            (each.flight_id, each.asked_at // REFRESH, (each.scheduled_at - each.asked_at) // WIDTH)
            for each in self.questions
        }
        return 1 - len(keys) / len(self.questions)


def make_stream(facts: Facts, most: int = MOST) -> Stream:
    """The first flights of a day."""
    flights = choose_flights(facts, *DAY).head(most)
    asked = make_questions(flights)
    table = make_vectors(facts, asked, USUAL).assign(tailnum=asked["tailnum"]).drop_duplicates("flight_id")
    rows = table[[name for name in FEATURES if name != LEAD]].to_dict("records")
    return Stream(dict(zip(table["flight_id"].tolist(), rows, strict=True)), read_questions(asked), table)
