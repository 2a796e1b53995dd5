"""Whether a larger model begins to pay with more flights to learn from: the learner and its grown form over a dial."""

from typing import Any

import pandas as pd

from lab.patterns.size_verdicts import MARGIN, Judge, tell
from lab.patterns.sized_models import GROWN, LEARNER, Flights, fit_beside, new_grown, thin
from measure.data.days import estimate
from problem.contract import FEATURES
from problem.learner import new_learner

EVERIES = (16, 4, 1)
"""One known flight in so many is learned from: the dial."""


def sweep_rows(known: pd.DataFrame, flights: Flights, everies: tuple[int, ...] = EVERIES) -> list[dict[str, Any]]:
    """A row a size of the table: log losses of both on the same served flights, and grown less learner, with a word.

    ``known``: all flights that may be learned from.
    """
    tables = {every: thin(known, every) for every in everies}
    makers = {GROWN: new_grown, LEARNER: lambda: new_learner("late")}
    fitted = fit_beside(
        {
            (every, name): (make(), table[list(FEATURES)], table["late"])
            for every, table in reversed(tables.items())
            for name, make in makers.items()
        }
    )
    vectors, judge = flights.served[list(FEATURES)], Judge(flights)
    rows = []
    for every, table in tables.items():
        drawn = judge.draw_losses({name: fitted[every, name].predict_proba(vectors)[:, 1] for name in makers})
        losses = {name: vars(estimate(of)) for name, of in drawn.items()}
        rows.append({"flights": len(table), **losses, "difference": tell(drawn[GROWN] - drawn[LEARNER], MARGIN)})
    return rows
