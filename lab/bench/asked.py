"""The questions of the serving bench: the flights of the first day after training, asked about at its first moment.

The store is filled up to that instant and the split's stream is read up to it, so no service has to catch up. MLflow is
given what the others must find first: the finished vector of the same question.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from parts.service_shell.example_request import make_bodies
from problem.contract import FEATURES
from problem.facts import Facts
from problem.questions import CUT_OFF, questions, scheduled_between
from reference.systems.fti.system import System

CHAMPION = "late_real_time"


@dataclass(frozen=True)
class Asked:
    """JSON bodies, one a question and in the same order: the question itself, and its finished vector for MLflow.

    ``expected``: FTI's probability of ``late`` for each, from the model that MLflow serves.
    """

    questions: list[bytes]
    vectors: list[bytes]
    expected: list[float]


def asked(facts: Facts, home: Path) -> Asked:
    """The bodies; ``home`` is a copy of FTI as trained, with its store."""
    table = scheduled_between(questions(facts, "real_time"), CUT_OFF, CUT_OFF + pd.Timedelta(days=1))
    table = table.assign(asked_at=CUT_OFF)
    system = System(home)
    vectors = system.recall(table)
    model, _ = system.registry.champion(CHAMPION)
    expected = model.predict_proba(vectors[list(FEATURES)])[:, 1]
    said = [json.dumps(body).encode() for body in make_bodies(table)]
    return Asked(said, _vectors(vectors), expected.tolist())


def _vectors(vectors: pd.DataFrame) -> list[bytes]:
    values = vectors[list(FEATURES)].astype(object)
    rows = values.where(values.notna(), None).to_numpy().tolist()
    return [json.dumps({"dataframe_split": {"columns": FEATURES, "data": [row]}}).encode() for row in rows]
