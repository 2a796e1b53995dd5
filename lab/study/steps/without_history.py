"""Worker of the arm without a history: the same learner on what the request says, and nothing else."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from lab.study.day_blocks import add_outcomes
from measure.data.days import sum_by_day
from measure.data.scores import log_losses
from problem.contract import CATEGORIES, FEATURES, REQUEST_TIME, VECTOR, Request
from problem.learner import new_learner

SEEN = (*REQUEST_TIME, *CATEGORIES)


def answer_without_history(folder: Path, steps: Path, name: str) -> None:
    """Fit on a system's training questions, answer its served ones, by what the request says alone.

    ``losses.parquet``: mode, day, its ``rows``, and the sums of their log losses in nats, by the ``request`` alone and
    as ``served``. ``bytes.parquet``: mode, the mean length in bytes of a ``request`` as JSON, and of a ``vector`` with
    the features that a caller would have to send if nobody kept them.
    """
    training = pd.read_parquet(steps / f"train-{name}" / "training.parquet")
    served = pd.read_parquet(steps / f"serve-{name}" / "served.parquet", columns=[*VECTOR, "prediction"])
    losses, sizes = [], []
    for mode, asked in served.groupby("mode"):
        table = training[training["mode"] == mode]
        model = make_learner().fit(table[list(SEEN)], table["label"])
        losses.append(_sum_losses(asked, model.predict_proba(asked[list(SEEN)])[:, 1]).assign(mode=mode))
        sizes.append({"mode": mode} | _count_bytes(asked[list(VECTOR)].sample(1000, random_state=0)))
    pd.concat(losses, ignore_index=True).to_parquet(folder / "losses.parquet", index=False)
    pd.DataFrame(sizes).to_parquet(folder / "bytes.parquet", index=False)


def _sum_losses(served: pd.DataFrame, predicted: NDArray[np.float64]) -> pd.DataFrame:
    both = add_outcomes(served.assign(request=predicted)).sort_values("flight_id")
    late = both["late"].to_numpy(bool)
    sides = {"request": both["request"], "served": both["prediction"]}
    return sum_by_day(both["day"], {side: log_losses(late, of.to_numpy(float)) for side, of in sides.items()})


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
