"""Ruler 11, second part: from how many models on is a system the cheaper one?

*Own operationalisation* of the reuse economics in Frakes and Terry 1996 ("Software reuse: metrics and models"): what is
paid once, what every model adds, and the number of models k* at which two curves of cumulated cost meet. Any cost will
do (CPU seconds, bytes, lines), as long as both systems are charged for the same.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from measure.figures import figure_style

MANY = 100
"""Models to which no extrapolation from a handful reaches: a figure says that the curves meet beyond them."""


class CannotBreakEven(ValueError):
    """Costs from which no curve can be made."""


@dataclass(frozen=True)
class Curve:
    """What a system has cost after its first, second, ... model; ``cumulated`` has shape (models,), any unit."""

    cumulated: tuple[float, ...]

    @property
    def models(self) -> int:
        """How many models were measured."""
        return len(self.cumulated)

    @property
    def marginal(self) -> float:
        """What one more model costs: the mean over the measured ones after the first; the first alone if it is one."""
        if self.models == 1:
            return self.cumulated[0]
        return (self.cumulated[-1] - self.cumulated[0]) / (self.models - 1)

    def after(self, models: int) -> float:
        """The cost of so many models; beyond the measured ones every model costs ``marginal``."""
        if models <= self.models:
            return self.cumulated[models - 1]
        return self.cumulated[-1] + (models - self.models) * self.marginal


def curve(setup: float, each: Sequence[float]) -> Curve:
    """The curve of a system that pays ``setup`` before any model and ``each`` for its models in turn.

    Raises ``CannotBreakEven`` for no model, and for costs that are negative or not finite.
    """
    costs = np.array([setup, *each], dtype=float)
    if len(costs) < 2:
        raise CannotBreakEven("name the cost of at least one model")
    if not (np.isfinite(costs) & (costs >= 0)).all():
        raise CannotBreakEven("costs must be finite and not negative")
    return Curve(tuple(float(total) for total in costs.cumsum()[1:]))


def break_even(own: Curve, rival: Curve) -> float:
    """The number of models k* from which on ``own`` costs no more than ``rival``: 1, 2, ... or infinity for never.

    Looked up where measured and extrapolated by ``marginal`` beyond. A lead that is lost again does not count.
    """
    last = max(own.models, rival.models)
    gap = own.after(last) - rival.after(last)
    slope = own.marginal - rival.marginal
    if slope > 0 or (gap > 0 and slope == 0):
        return math.inf
    if gap > 0:
        return last + math.ceil(gap / -slope - 1e-9)  # a division that comes out even must not be rounded up
    behind = [k for k in range(1, last + 1) if own.after(k) > rival.after(k)]
    return float(max(behind, default=0) + 1)


def recompute_factor(computed: float, questions: int, features: int) -> float:
    """Feature values computed over distinct values needed, which are ``questions`` times ``features``.

    Below 1 where one computed value answers several questions. Raises ``CannotBreakEven`` if none are needed.
    """
    if questions <= 0 or features <= 0:
        raise CannotBreakEven("no values are needed: no factor")
    return computed / (questions * features)


def draw(
    curves: Mapping[tuple[str, str], Curve], unit: str, path: Path, title: str = "What k models cost together"
) -> None:
    """A panel a mode, a line per system over the number of models, by (system, mode); writes a PNG to ``path``."""
    with figure_style.page(path, title) as figure:
        panels = figure_style.panels(figure, curves)
        for axes, shown in panels:
            for system, line in shown.items():
                label = f"{figure_style.look(system).label}, then {line.marginal:.3g} a model"
                axes.plot(_models(line), line.cumulated, label=label, **figure_style.look(system).dot)
            _tell_meeting(axes, shown)
            axes.set(xlabel="models", ylim=(0, None))
            axes.set_xticks(range(1, max(line.models for line in shown.values()) + 1))
            figure_style.legend_below(axes)
        panels[0][0].set_ylabel(unit)


def _tell_meeting(axes: Axes, shown: Mapping[str, Curve]) -> None:
    """From how many models on the curve that pays most before its first one is the cheaper one, against each other."""
    own = max(shown, key=lambda system: shown[system].cumulated[0] - shown[system].marginal)
    told = []
    for rival in (system for system in shown if system != own):
        meeting, measured = break_even(shown[own], shown[rival]), max(shown[own].models, shown[rival].models)
        if meeting <= measured:
            axes.axvline(meeting, color=figure_style.EDGE, linestyle=":", linewidth=1.5)
        count = "never" if math.isinf(meeting) else f"{meeting:.0f}" if meeting <= MANY else f"beyond {MANY}"
        count += ", extrapolated" if measured < meeting < math.inf else ""
        told.append(f"k* against {figure_style.look(rival).label.lower()}: {count}")
    axes.text(0.98, 0.03, "\n".join(told), transform=axes.transAxes, ha="right", va="bottom")


def _models(line: Curve) -> NDArray[np.int64]:
    return np.arange(1, line.models + 1)
