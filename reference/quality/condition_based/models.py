"""A model by segment: which one answers hangs on one feature of the question.

A segment with too few rows has none of its own, and one that was never seen has no rows at all: both get the model for
all, which is fitted on everything.
"""

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from parts.sized_learner.sized_learner import ask, choose_size, fit, fit_chosen
from problem.segments import Floats

LEAST = 1_000
"""Rows that a segment needs for a model of its own: some two hundred late flights, and a leaf takes twenty rows."""


class Models:
    """See ``problem.segments``; ``own``: by segment, its model; ``sizes``: by segment, which size that has. A segment
    without both outcomes has none.

    ``for_all``: the model for all others, where it is there already.
    """

    def __init__(self, rows: pd.DataFrame, by: str, least: int = LEAST, for_all: Pipeline | None = None) -> None:
        self._by, self._for_all = by, for_all or fit_chosen(rows)
        groups = {value: of for value, of in rows.groupby(by, observed=True) if len(of) >= least}
        groups = {value: of for value, of in groups.items() if of["late"].nunique() > 1}
        self.sizes = {value: choose_size(of) for value, of in groups.items()}
        self.own = {value: fit(of, self.sizes[value]) for value, of in groups.items()}
        self.count = 1 + len(self.own)

    def predict(self, rows: pd.DataFrame) -> Floats:
        """See the contract."""
        segments, risk = rows[self._by].to_numpy(), np.full(len(rows), np.nan)
        for value, model in self.own.items():
            risk[segments == value] = ask(model, rows[segments == value])
        others = np.isnan(risk)
        risk[others] = ask(self._for_all, rows[others])
        return risk
