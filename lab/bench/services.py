"""The services that the serving bench asks, each a real process with its own installation, and what they are asked.

The questions are the flights of the first day after training, asked about at its first moment. The store is filled up
to that instant and the split's stream is read up to it, so no service has to catch up. MLflow is given what the others
must find first: the finished vector of the same question.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from lab.load.endpoint import Endpoint
from lab.load.served_system import HOST, served
from lab.service.service_installation import SYSTEMS
from lab.systems import find_system
from measure.figures.figure_style import Look, look
from parts.service_shell.flight import make_bodies
from problem.contract import FEATURES
from problem.facts import Facts
from problem.questions import CUT_OFF, questions, scheduled_between

CHAMPION = "late_real_time"
MLFLOW, NOTHING = "mlflow", "nothing"
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""For every service alike: threads that wait for a core somebody else uses spin, and one row has no work for two."""
LOOKS = {name: look(name) for name in SYSTEMS} | {
    MLFLOW: Look("mlflow models serve", "#999999", "X", "+"),
    NOTHING: Look("does nothing", "#CCCCCC", ".", ""),
}


class Questions(NamedTuple):
    """JSON bodies, one a question and in the same order: the question itself, and its finished vector for MLflow.

    ``expected``: FTI's probability of ``late`` for each, from the model that MLflow serves.
    """

    bodies: list[bytes]
    vectors: list[bytes]
    expected: list[float]


def make_questions(facts: Facts, home: Path) -> Questions:
    """The bodies; ``home`` is a copy of FTI as trained, with its store."""
    table = scheduled_between(questions(facts, "real_time"), CUT_OFF, CUT_OFF + pd.Timedelta(days=1))
    table = table.assign(asked_at=CUT_OFF)
    system: Any = find_system("fti").open(home)  # imported here alone: whoever lists records reads this module
    vectors = system.recall(table)[list(FEATURES)]
    model, _ = system.registry.champion(CHAMPION)
    rows = vectors.astype(object).where(vectors.notna(), None).to_numpy().tolist()
    return Questions(
        [json.dumps(body).encode() for body in make_bodies(table)],
        [json.dumps({"dataframe_split": {"columns": FEATURES, "data": [row]}}).encode() for row in rows],
        model.predict_proba(vectors)[:, 1].tolist(),
    )


@contextmanager
def run_service(name: str, homes: Mapping[str, Path], asked: Questions) -> Iterator[Endpoint]:
    """The service for as long as the block lasts: a system behind the repository's, MLflow's own of FTI's champion, or
    one that does nothing.

    ``homes``: installations by system.
    """
    if name == MLFLOW:
        command = f"mlflow models serve -m models:/{CHAMPION}@champion --env-manager local --host {HOST}".split()
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it starts uvicorn by name
        registry = f"sqlite:///{homes['fti'] / 'registry' / 'mlflow.db'}"
        environment = {"MLFLOW_TRACKING_URI": registry, "PATH": programs}
        ready, path, bodies = "/ping", "/invocations", asked.vectors
    elif name == NOTHING:
        command = f"uvicorn lab.bench.nothing:app --host {HOST} --log-level warning --no-access-log".split()
        environment, ready, path, bodies = {}, "/ready", "/predict", asked.bodies
    else:
        command, environment = ["lab.service", "--system", name, "--home", str(homes[name])], {}
        ready, path, bodies = "/ready", "/predict", asked.bodies
    with served([sys.executable, "-m", *command, "--port", "{port}"], ready, ONE_THREAD | environment) as url:
        yield Endpoint(url + path, bodies)
