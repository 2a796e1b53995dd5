"""What a change of units costs: the answers of each model with it and without it, where the outcome is known."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from lab.patterns.owned_checks import WINDOW
from lab.patterns.watched_year import DAY
from measure.data.scores import log_losses
from problem.watched import Rows

NATS, LEVEL, MOVED = "nats", "level", "moved"
"""Figures of ``Costs``."""
STEP = 1e-12
Floats = NDArray[np.float64]


class Told(NamedTuple):
    """Requests of some days, and what each model answers to them."""

    rows: Rows
    answers: Mapping[str, Floats]


class Costs(NamedTuple):
    """By day since a change, sums over the ``answers``, of which it has the number: the ``nats`` that it costs; those
    of a model whose ``level`` is right, see ``find_shift``; by how much it has ``moved`` them, up or down."""

    nats: Floats
    level: Floats
    moved: Floats
    answers: Floats

    def lose_until(self, found: int | None, figure: str = NATS) -> float:
        """By answer over the whole time, if it ends on the morning after the day ``found``, or never (None)."""
        kept = slice(None) if found is None else slice(found + 1)
        return float(getattr(self, figure)[kept].sum() / self.answers.sum())

    def forget(self) -> "Costs":
        """The same answers, which cost nothing."""
        nothing = np.zeros_like(self.nats)
        return Costs(nothing, nothing, nothing, self.answers)


def cut(told: Told, start: pd.Timestamp, days: int) -> Told:
    """The first days of it."""
    kept = (told.rows["day"] < start + days * DAY).to_numpy()
    return Told(told.rows[kept], {model: answers[kept] for model, answers in told.answers.items()})


def count_costs(clean: Told, hit: Told, start: pd.Timestamp) -> dict[str, Costs]:
    """By model, what a change costs where there was an answer and the outcome is known."""
    late, days = clean.rows["late"].to_numpy(float), ((clean.rows["day"] - start) // DAY).to_numpy()
    known = ~np.isnan(late) & clean.rows["risk"].notna().to_numpy()

    def add_up(values: Floats) -> Floats:
        return np.bincount(days[known], values, WINDOW).astype(np.float64)

    def count(said: Floats, told: Floats) -> Costs:
        shift = find_shift(said, late[known])
        nats, level = (
            log_losses(late[known] == 1, expit(logit(_clip(told)) + of))
            - log_losses(late[known] == 1, expit(logit(_clip(said)) + of))
            for of in (0.0, shift)
        )
        return Costs(add_up(nats), add_up(level), add_up(abs(told - said)), add_up(np.ones(len(said))))

    return {model: count(said[known], hit.answers[model][known]) for model, said in clean.answers.items()}


def find_shift(said: Floats, late: Floats, turns: int = 20) -> float:
    """What has to be added to the log odds of all answers, so that their mean is the share that was late.

    A change of units can push answers towards a share that the model is off anyway, which is luck.
    """
    shift, odds = 0.0, logit(_clip(said))
    share = float(np.clip(late.mean(), 0.01, 0.99))
    for _ in range(turns):
        now = expit(odds + shift)
        shift += (share - now.mean()) / max((now * (1 - now)).mean(), 0.01)
    return float(shift)


def _clip(said: Floats) -> Floats:
    return np.clip(said, STEP, 1 - STEP)


def mix(rows: Rows, hit: Told, model: str, start: pd.Timestamp) -> Rows:
    """The requests that are watched, with what the model got and said from the start on."""
    begun = rows["day"] >= start
    places = hit.rows.index.get_indexer(rows.index[begun])
    changed = hit.rows.iloc[places].assign(risk=hit.answers[model][places])
    return pd.concat([rows[~begun], changed])
