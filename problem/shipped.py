"""A model that ships: what a side is handed to publish, and the files that a service starts from.

One question of the study (batch), one model. Each side has a module ``training``, which publishes a model into a
folder, and a module ``app``, which answers from that folder. What differs is what the service has to load for it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

import pandas as pd
from sklearn.pipeline import Pipeline

from problem.contract import CATEGORIES
from problem.learner import new_learner

Form = Literal["pickle", "onnx"]
FILES: dict[Form, str] = {"pickle": "model.joblib", "onnx": "model.onnx"}
"""By form, the file of the model in the service's folder; there is one of them."""
GIVEN = ("flight_id", "asked_at", "scheduled_at", "carrier", "origin", "dest", "distance")
"""What a question brings along."""


class Training(Protocol):
    """The door of a side's module ``training``."""

    def publish(self, rows: pd.DataFrame, home: Path, form: Form) -> None:
        """Fit the study's learner and put the model into the service's folder.

        ``rows``: one question each, with ``GIVEN``, the stored features, and ``late``. Raises ``ValueError`` for none.
        """

    def make_table(self, rows: pd.DataFrame) -> pd.DataFrame:
        """What the learner sees of these rows: stored features, those made on demand, and categories."""


def fit_on(table: pd.DataFrame, late: Sequence[int] | pd.Series) -> Pipeline:
    """The study's learner on a table with the features that a side has; raises ``ValueError`` for no rows."""
    if table.empty:
        raise ValueError("no rows to train on: nothing was published")
    learner = new_learner("late")
    codes, (name, passed, _) = learner[0].transformers
    numbers = [column for column in table.columns if column not in CATEGORIES]
    learner[0].set_params(transformers=[codes, (name, passed, numbers)])
    return learner.fit(table, late)
