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
    """Requests of some days, and what each model answers to them. ``shifts``: by model, see ``find_shift``."""

    rows: Rows
    answers: Mapping[str, Floats]
    shifts: Mapping[str, float] = {}

    def find_shifts(self) -> "Told":
        """The same with the shifts, by all answers whose outcome is known."""
        known, late = self.find_known(), self.rows["late"].to_numpy(float)
        shifts = {model: find_shift(said[known], late[known]) for model, said in self.answers.items()}
        return self._replace(shifts=shifts)

    def find_known(self) -> NDArray[np.bool_]:
        """By request, whether there was an answer and the outcome is known."""
        return (self.rows["late"].notna() & self.rows["risk"].notna()).to_numpy()

    def cut(self, start: pd.Timestamp, days: int) -> "Told":
        """The first days of it; the shifts stay."""
        kept = (self.rows["day"] < start + days * DAY).to_numpy()
        return Told(self.rows[kept], {model: of[kept] for model, of in self.answers.items()}, self.shifts)


class Costs(NamedTuple):
    """By day since a change, sums over the ``answers``, of which it has the number: the ``nats`` that it costs; those
    of a model whose ``level`` is right, see ``find_shift``; by how much it has ``moved`` them, up or down."""

    nats: Floats
    level: Floats
    moved: Floats
    answers: Floats

    def lose_until(self, found: int | None, figure: str = NATS) -> Floats:
        """The sums of a figure by day, if the change ends on the morning after the day ``found``, or never (None)."""
        lost = np.array(getattr(self, figure))
        lost[len(lost) if found is None else found + 1 :] = 0
        return lost

    def forget(self) -> "Costs":
        """The same answers, which cost nothing."""
        nothing = np.zeros_like(self.nats)
        return Costs(nothing, nothing, nothing, self.answers)


def count_costs(clean: Told, hit: Told, start: pd.Timestamp) -> dict[str, Costs]:
    """By model, what a change costs where there was an answer and the outcome is known; ``clean`` has its shifts."""
    late, days = clean.rows["late"].to_numpy(float), ((clean.rows["day"] - start) // DAY).to_numpy()
    known = clean.find_known()

    def add_up(values: Floats) -> Floats:
        return np.bincount(days[known], values, WINDOW).astype(np.float64)

    def count(said: Floats, told: Floats, shift: float) -> Costs:
        nats, level = (
            log_losses(late[known] == 1, expit(logit(_clip(told)) + of))
            - log_losses(late[known] == 1, expit(logit(_clip(said)) + of))
            for of in (0.0, shift)
        )
        return Costs(add_up(nats), add_up(level), add_up(abs(told - said)), add_up(np.ones(len(said))))

    return {
        model: count(said[known], hit.answers[model][known], clean.shifts[model])
        for model, said in clean.answers.items()
    }


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
