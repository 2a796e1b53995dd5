"""One model for every flight, whatever it is.

It was the first model, and it was fitted on everything that there was, with carrier, origin and hour among its
features. Whenever somebody says that their airport is not like the others, the answer is that the model knows which
airport it is.
"""

import pandas as pd

from parts.sized_learner.sized_learner import ask, fit_chosen
from problem.segments import Floats


class Models:
    """See ``problem.segments``; ``model``: the only one."""

    count = 1

    def __init__(self, rows: pd.DataFrame, by: str) -> None:
        self.model = fit_chosen(rows)

    def predict(self, rows: pd.DataFrame) -> Floats:
        """See the contract."""
        return ask(self.model, rows)
