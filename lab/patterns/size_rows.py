"""Whether a larger model begins to pay with more flights to learn from: the learner and its grown form over a dial."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lab.patterns.size_verdicts import MARGIN, Judge, tell
from lab.patterns.sized_models import GROWN, LEARNER, Flights, Models, fit_beside, new_grown, thin
from measure.data.days import estimate
from problem.contract import FEATURES
from problem.learner import new_learner

EVERIES = (16, 4, 1)
"""One known flight in so many is learned from: the dial."""


def sweep_rows(
    known: pd.DataFrame, flights: Flights, models: Mapping[int, Models], everies: Sequence[int] = EVERIES
) -> list[dict[str, Any]]:
    """A row a size of the table: log losses of both on the same served flights, and grown less learner, with a word.

    ``known``: all flights that may be learned from; ``models``: those that are fitted already.
    """
    tables = {every: thin(known, every) for every in everies}
    fitted = fit_pairs({every: table for every, table in tables.items() if every not in models}) | {**models}
    vectors, judge = flights.served[list(FEATURES)], Judge(flights)
    rows = []
    for every, table in tables.items():
        risks = {name: fitted[every][name].predict_proba(vectors)[:, 1] for name in (LEARNER, GROWN)}
        drawn = judge.draw_losses(risks)
        losses = {name: vars(estimate(of)) for name, of in drawn.items()}
        rows.append({"flights": len(table), **losses, "difference": tell(drawn[GROWN] - drawn[LEARNER], MARGIN)})
    return rows


def fit_pairs(tables: Mapping[int, pd.DataFrame]) -> dict[int, Models]:
    """The learner and its grown form on each table, the largest first."""
    wanted = {
        (every, name): (make(), tables[every][list(FEATURES)], tables[every]["late"])
        for every in sorted(tables)
        for name, make in ((GROWN, new_grown), (LEARNER, lambda: new_learner("late")))
    }
    fitted = fit_beside(wanted)
    return {every: {name: fitted[every, name] for name in (LEARNER, GROWN)} for every in tables}
