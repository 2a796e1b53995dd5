"""Worker that fits each system's models again on resampled training weeks: how far a figure hangs on one fit."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from lab.engine.progress import reported
from lab.study.day_blocks import add_outcomes, find_days
from measure.data.days import Days, sum_by_day
from measure.data.scores import log_losses
from problem.contract import FEATURES, KEYS
from problem.learner import new_learner

REFITS = 6
SIDES = ("served", "believed")


def fit_again(folder: Path, steps: Path, name: str) -> None:
    """Log losses of models that were fitted on weeks drawn from the training months, the same weeks for every system.

    ``refits.parquet``: mode, refit (its number), and by day of the quarter the number of ``rows`` and the sums of the
    log losses in nats ``served`` and ``believed``, to a millionth, as the table is recorded.
    """
    training = pd.read_parquet(steps / f"train-{name}" / "training.parquet")
    vectors = {side: pd.read_parquet(steps / f"serve-{name}" / f"{file}.parquet")
               for side, file in zip(SIDES, ("served", "offline"), strict=True)}  # fmt: skip
    jobs = [(str(mode), refit) for mode in training["mode"].unique() for refit in range(REFITS)]
    drawn = {mode: list(_draw_weeks(training[training["mode"] == mode])) for mode in training["mode"].unique()}
    tables = [
        _sum_losses(drawn[mode][refit], {side: of[of["mode"] == mode] for side, of in vectors.items()}).assign(
            mode=mode, refit=refit
        )
        for mode, refit in reported(jobs)
    ]
    pd.concat(tables, ignore_index=True).to_parquet(folder / "refits.parquet", index=False)


def _draw_weeks(training: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Training sets as large as the given one, of its weeks, some of them several times and some not at all."""
    days = Days(find_days(training["asked_at"]), draws=REFITS)
    for weights in days.weights[1:]:
        yield training.iloc[np.repeat(np.arange(len(training)), weights[days.of_row].astype(int))]


def _sum_losses(drawn: pd.DataFrame, vectors: dict[str, pd.DataFrame]) -> pd.DataFrame:
    model = new_learner("late").fit(drawn[list(FEATURES)], drawn["label"])
    asked = add_outcomes(vectors["served"][list(KEYS)])
    losses = {}
    for side, of in vectors.items():
        in_order = asked[list(KEYS)].merge(of, on=list(KEYS), validate="one_to_one")
        risk = model.predict_proba(in_order[list(FEATURES)])[:, 1]
        losses[side] = log_losses(asked["late"].to_numpy(bool), risk)
    return sum_by_day(asked["day"], losses).round(6)
