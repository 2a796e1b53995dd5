"""Worker of the arm without a history: the same learner on what the request says, and nothing else."""

import json
from pathlib import Path

import pandas as pd
from sklearn.pipeline import Pipeline

from problem.contract import CATEGORIES, FEATURES, KEYS, REQUEST_TIME, VECTOR, Request
from problem.learner import new_learner

SEEN = (*REQUEST_TIME, *CATEGORIES)


def answer_without_history(folder: Path, steps: Path, name: str) -> None:
    """Fit on a system's training questions, answer its served ones, by what the request says alone.

    ``answers.parquet``: mode, the keys, ``prediction`` of late. ``bytes.parquet``: mode, the mean length in bytes of a
    ``request`` as JSON, and of a ``vector`` with the features that a caller would have to send if nobody kept them.
    """
    training = pd.read_parquet(steps / f"train-{name}" / "training.parquet")
    served = pd.read_parquet(steps / f"serve-{name}" / "served.parquet", columns=list(VECTOR))
    answers, sizes = [], []
    for mode, asked in served.groupby("mode"):
        table = training[training["mode"] == mode]
        model = make_learner().fit(table[list(SEEN)], table["label"])
        predicted = model.predict_proba(asked[list(SEEN)])[:, 1]
        answers.append(asked[[*KEYS, "mode"]].assign(prediction=predicted))
        sizes.append({"mode": mode} | _count_bytes(asked.sample(1000, random_state=0)))
    pd.concat(answers, ignore_index=True).to_parquet(folder / "answers.parquet", index=False)
    pd.DataFrame(sizes).to_parquet(folder / "bytes.parquet", index=False)


def make_learner() -> Pipeline:
    """``new_learner("late")`` for the columns ``SEEN``."""
    model = new_learner("late")
    ((codes, encoder, categories), (numbers, passed, _)) = model[0].transformers
    model[0].set_params(transformers=[(codes, encoder, categories), (numbers, passed, list(REQUEST_TIME))])
    return model


def _count_bytes(vectors: pd.DataFrame) -> dict[str, float]:
    """Means over the vectors; what identifies a question travels in both."""
    sent = [name for name in Request._fields if name in vectors]
    return {
        "request": _measure_length(vectors[sent]),
        "vector": _measure_length(vectors[[*dict.fromkeys((*sent, *FEATURES))]]),
    }


def _measure_length(rows: pd.DataFrame) -> float:
    said = json.loads(rows.to_json(orient="records", date_format="iso"))
    return sum(len(json.dumps(row).encode()) for row in said) / len(said)
