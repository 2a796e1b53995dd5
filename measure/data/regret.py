"""Ruler 4, age and regret: how old the features are when they are used, and what that costs in predictions.

Feature-store regret after RALF (Wooders et al., PVLDB 2023): the loss of a model on the features it was served, minus
the loss of the same model on features as fresh as they can be. A system without skew may still have regret, and the
other way round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from measure.data.believed import log_loss_gap
from measure.data.days import Estimate
from measure.figures import figure_style

MINUTES_A_DAY = 1440


@dataclass(frozen=True)
class Point:
    """One refresh interval (minutes): regret in nats with the deployed model and with one fitted on features of that
    age, and the CPU seconds a day that refreshing costs."""

    minutes: float
    deployed: Estimate
    retrained: Estimate
    cpu: float


def regret(late: ArrayLike, day: ArrayLike, served: ArrayLike, fresh: ArrayLike) -> Estimate:
    """Log loss of ``served`` minus log loss of ``fresh`` in nats, above 0 where age hurts; 95 % interval by week.

    All of shape (rows,): labels 0 or 1, days, probabilities. Raises ``CannotScore`` as ``believed_vs_served`` does.
    """
    return log_loss_gap(late, day, fresh, served)


def draw(points: Mapping[str, Sequence[Point]], system: str, path: Path, title: str = "Regret and its price") -> None:
    """A panel a mode with regret over the refresh interval, one with CPU seconds a day; writes a PNG to ``path``."""
    with figure_style.page(path, title) as figure:
        *panels, price = figure.subplots(1, len(points) + 1)
        for axes in panels[1:]:
            axes.sharey(panels[0])
        for axes, (mode, line) in zip(panels, points.items(), strict=True):
            _regrets(axes, system, line)
            axes.set(title=f"regret in nats, {mode.replace('_', ' ')}")
        line = next(iter(points.values()))
        price.plot([p.minutes for p in line], [p.cpu for p in line], **figure_style.look(system).dot)
        price.set(title="CPU seconds a day", yscale="log")
        for axes in (*panels, price):
            _interval_axis(axes, [p.minutes for p in line])


def _regrets(axes: Axes, system: str, line: Sequence[Point]) -> None:
    look, minutes = figure_style.look(system), [point.minutes for point in line]
    for style, fill, name, estimates in (
        ("-", look.colour, "model as deployed", [p.deployed for p in line]),
        ("--", "white", "model fitted anew", [p.retrained for p in line]),
    ):
        axes.vlines(minutes, [e.low for e in estimates], [e.high for e in estimates], look.colour, linewidth=3)
        dots = look.dot | {"markerfacecolor": fill}
        axes.plot(minutes, [e.value for e in estimates], linestyle=style, label=name, **dots)
    axes.axhline(0, color=figure_style.EDGE, linewidth=1.5)
    axes.legend(loc="upper left")


def _interval_axis(axes: Axes, minutes: Sequence[float]) -> None:
    axes.set(xscale="log", xlabel="refresh interval")
    axes.set_xticks(minutes, [_readable(m) for m in minutes], rotation=90)
    axes.minorticks_off()


def _readable(minutes: float) -> str:
    """An interval in its largest whole unit: 15 min, 6 h, 3 d."""
    for size, unit in ((MINUTES_A_DAY, "d"), (60, "h")):
        if minutes >= size and minutes % size == 0:
            return f"{minutes / size:.0f} {unit}"
    return f"{minutes:.0f} min"


def draw_ages(
    ages: Mapping[tuple[str, str], ArrayLike], path: Path, title: str = "How old features are when used"
) -> None:
    """The share of values at most so many minutes old, a step line per (system, mode); writes a PNG to ``path``.

    The axis is linear up to a minute and logarithmic beyond, so that an age of 0 has a place.
    """
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for (system, mode), minutes in ages.items():
            values, counts = np.unique(np.asarray(minutes, dtype=float), return_counts=True)
            shares = counts.cumsum() / counts.sum()
            line: dict[str, Any] = {
                "color": figure_style.look(system).colour,
                "linestyle": "--" if mode == "batch" else "-",
            }
            label = f"{figure_style.look(system).label}, {mode.replace('_', ' ')}"
            axes.step([0, *values, 2 * MINUTES_A_DAY], [0, *shares, 1], where="post", label=label, **line)
        axes.set(xlabel="age", ylabel="share of stored values", ylim=(0, 1.02), xlim=(-0.05, 2 * MINUTES_A_DAY))
        axes.set_xscale("symlog", linthresh=1)
        ticks = (0, 1, 15, 60, 360, MINUTES_A_DAY)
        axes.set_xticks(ticks, ["0", "1 min", "15 min", "1 h", "6 h", "1 d"])
        axes.legend(loc="lower right")
