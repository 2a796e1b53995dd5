"""What a run that dies loses, and from which share of dying runs on it pays to keep the outputs of its steps.

*Own operationalisation* of checkpointing (Young 1974, "A first order approximation to the optimum checkpoint
interval"): a run dies at a moment that is uniform over its wall time. Without stored outputs all that it did is done
again; with them only the step in which it was. Costs are in any unit, CPU seconds say.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from measure.data.days import Estimate


class Part(NamedTuple):
    """One step: wall seconds it takes, what making its output costs, and what ``storing`` that costs on top."""

    wall: float
    cost: float
    storing: float


class Form(NamedTuple):
    """A form of the job, run after run: what ``clean`` runs cost, and what runs that died cost with all that it took
    to finish them (``died``)."""

    clean: Sequence[float]
    died: Sequence[float]

    def draw(self, random: np.random.Generator) -> "Form":
        """As many runs of each kind, drawn from these with replacement."""
        return Form(*(random.choice(runs, len(runs)).tolist() for runs in (self.clean, self.died)))


def lose_all(parts: Sequence[Part]) -> float:
    """What a death costs on average where nothing is kept: all done so far, and half the step that it was in."""
    done = np.cumsum([0.0, *(part.cost for part in parts[:-1])])
    return _average(parts, [before + part.cost / 2 for before, part in zip(done, parts, strict=True)])


def lose_a_step(parts: Sequence[Part]) -> float:
    """What a death costs on average where each step's output is kept: half the step that it was in."""
    return _average(parts, [(part.cost + part.storing) / 2 for part in parts])


def find_break_even(price: float, lost_without: float, lost_with: float) -> float:
    """The share of dying runs from which on keeping outputs, which costs ``price`` a run, is cheaper.

    0 if it is so anyway, infinite if a death loses no less with them.
    """
    if price <= 0:
        return 0.0
    return price / (lost_without - lost_with) if lost_without > lost_with else math.inf


def foresee_break_even(parts: Sequence[Part]) -> float:
    """The same from the steps alone, before any run has died."""
    return find_break_even(sum(part.storing for part in parts), lose_all(parts), lose_a_step(parts))


def measure_break_even(without: Form, stored: Form, draws: int = 2_000, seed: int = 2013) -> Estimate:
    """The same from runs, with the interval that drawing these runs again gives."""
    random = np.random.default_rng(seed)
    found = [_cross(*_means(without), *_means(stored))]
    found += [_cross(*_means(without.draw(random)), *_means(stored.draw(random))) for _ in range(draws)]
    low, high = np.quantile(found[1:], [0.025, 0.975], method="nearest")
    return Estimate(found[0], float(low), float(high))


def cost_at(form: Form, rate: float) -> float:
    """What a run costs on average where this share of runs dies once."""
    clean, died = _means(form)
    return (1 - rate) * clean + rate * died


def _means(form: Form) -> tuple[float, float]:
    return float(np.mean(form.clean)), float(np.mean(form.died))


def _cross(clean_without: float, died_without: float, clean_stored: float, died_stored: float) -> float:
    return find_break_even(clean_stored - clean_without, died_without - clean_without, died_stored - clean_stored)


def _average(parts: Sequence[Part], lost: Sequence[float]) -> float:
    return float(np.average(lost, weights=[part.wall for part in parts]))
