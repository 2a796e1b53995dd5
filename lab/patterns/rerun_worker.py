"""Makes training runs in one environment, each in a fork of its own with the code of its commit: a line of JSON a run.

``python lab/patterns/rerun_worker.py TASKS``: a file of JSON, a list of tasks (``code``, ``data``, ``seed``, ``split``,
``out``). Started as a file, so that ``problem`` and all else is that of the commit and not of this repository.
"""

import hashlib
import json
import os
import sys
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import joblib
import numpy as np
import pandas as pd
from sklearn.metrics import log_loss

FEATURES_OF = ("reference/systems/modular_monolith", "reference/modular_monolith")
"""Where the feature code stands, today and before the rooms were moved."""
PRELOADED = ("sklearn.compose", "sklearn.ensemble", "sklearn.pipeline", "sklearn.preprocessing")
"""What every commit imports: loaded once, before the forks."""
MODEL, PREDICTIONS = "model.joblib", "predictions.npy"


def make_run(code: str, data: str, seed: int, split: float, out: str) -> dict[str, Any]:
    """Train with the code of a checkout on an extract; writes the model and its predictions for the rows held out.

    Returns the ``metric`` (mean log loss on these, nats) and the digests of both files.
    """
    rows, late, columns, learner = read_job(Path(code), Path(data))
    order = np.random.RandomState(seed).permutation(len(rows))
    held, rest = np.split(order, [round(split * len(rows))])
    model = learner.fit(rows.iloc[rest][columns], late.iloc[rest])
    risk = model.predict_proba(rows.iloc[held][columns])[:, 1]
    Path(out).mkdir(parents=True)
    joblib.dump(model, Path(out) / MODEL)
    np.save(Path(out) / PREDICTIONS, risk)
    files = {name: hashlib.sha256((Path(out) / name).read_bytes()).hexdigest()[:16] for name in (MODEL, PREDICTIONS)}
    return {"metric": float(log_loss(late.iloc[held], risk)), "model": files[MODEL], "predictions": files[PREDICTIONS]}


def read_job(code: Path, data: Path) -> tuple[pd.DataFrame, pd.Series, list[str], Any]:
    """The commit's vectors of all flights with an outcome, whether they were late, names of features, the learner."""
    sys.path.insert(0, str(code))
    from problem.contract import FEATURES
    from problem.facts import Facts
    from problem.learner import new_learner
    from problem.questions import questions

    facts = Facts(**{table.name: read_table(data, table.name) for table in fields(Facts)})
    late = facts.outcomes.set_index("flight_id")["late"]
    asked = questions(facts, "batch")
    asked = asked[asked["flight_id"].isin(late.index)].reset_index(drop=True)
    rows = load_features(code)(facts, asked)
    return rows, asked["flight_id"].map(late), list(FEATURES), new_learner("late")


def load_features(code: Path) -> Any:
    """The commit's function that makes all features; raises ``LookupError`` for a commit that has none."""
    for folder in FEATURES_OF:
        if (code / folder / "features.py").exists():
            sys.path.insert(0, str(code / folder))
            return import_module("features").features
    raise LookupError(f"{code.name} has no feature code")


def read_table(data: Path, name: str) -> pd.DataFrame:
    """One table of an extract; columns of instants by their names."""
    with ZipFile(data) as extract, extract.open(f"{name}.csv") as file:
        table = pd.read_csv(file, float_precision="round_trip", keep_default_na=False, na_values=[""])
    for column in table:
        if column.endswith("_at"):
            table[column] = pd.to_datetime(table[column], utc=True, format="ISO8601").astype("datetime64[ns, UTC]")
    return table


def run_apart(task: dict[str, Any]) -> dict[str, Any]:
    """A run in a fork: the next one has the code of another commit. Raises ``RuntimeError`` if it fails."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        try:
            os.write(writer, json.dumps(make_run(**task)).encode())
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        text = told.read()
    os.waitpid(child, 0)
    if not text:
        raise RuntimeError(f"the run in {task['out']} died")
    return dict(json.loads(text))


if __name__ == "__main__":
    for module in PRELOADED:
        import_module(module)
    for each in json.loads(Path(sys.argv[1]).read_text()):
        print(json.dumps(run_apart(each)), flush=True)
