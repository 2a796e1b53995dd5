"""Freshness and its price in one picture: what a refresh interval costs a day, and what it costs in predictions.

An interval is on the frontier if no other has both less regret and less cost. Ages follow from the schedule alone: a
question that comes at any time finds a value half an interval old on average, plus the run that made it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from measure.data.days import Estimate
from measure.figures import figure_style


@dataclass(frozen=True)
class Choice:
    """A refresh interval: its name, CPU seconds a day, regret in nats."""

    name: str
    cpu: float
    regret: Estimate


def frontier(choices: Sequence[Choice]) -> list[str]:
    """The names of the choices that no other beats in one respect without losing in the other, the cheapest first."""
    found: list[str] = []
    least = np.inf
    for choice in sorted(choices, key=lambda c: (c.cpu, c.regret.value)):
        if choice.regret.value < least:
            least = choice.regret.value
            found.append(choice.name)
    return found


def draw(choices: Sequence[Choice], system: str, path: Path, title: str = "Freshness and its price") -> None:
    """Regret over CPU seconds a day with 95 % intervals, the frontier as a line; writes a PNG to ``path``."""
    best, look = frontier(choices), figure_style.look(system)
    on = sorted((c for c in choices if c.name in best), key=lambda c: c.cpu)
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        axes.vlines([c.cpu for c in choices], [c.regret.low for c in choices], [c.regret.high for c in choices],
                    look.colour, linewidth=3)  # fmt: skip
        axes.plot([c.cpu for c in choices], [c.regret.value for c in choices], linestyle="", **look.dot)
        axes.plot([c.cpu for c in on], [c.regret.value for c in on], color=look.colour, zorder=1)
        for choice in choices:
            axes.annotate(
                choice.name, (choice.cpu, choice.regret.value), (8, 8), textcoords="offset points", rotation=35
            )
        axes.set(xscale="log", xlabel="CPU seconds a day for refreshes", ylabel="regret in nats")
        axes.axhline(0, color=figure_style.EDGE, linewidth=1.5)


def draw_ages(ages: Mapping[str, ArrayLike], minutes: Mapping[str, float], system: str, path: Path) -> None:
    """The share of questions that find values at most so old, over the interval: measured against a straight line.

    ``ages`` in minutes, ``minutes`` the length of each interval. Writes a PNG to ``path``.
    """
    with figure_style.page(path, "Age in parts of the refresh interval") as figure:
        axes = figure.subplots()
        for (name, values), style in zip(ages.items(), ("-", "--", "-.", ":"), strict=False):
            parts = np.sort(np.asarray(values, dtype=float)) / minutes[name]
            shares = np.arange(1, len(parts) + 1) / len(parts)
            axes.plot(parts, shares, linestyle=style, color=figure_style.look(system).colour, label=name)
        axes.plot([0, 1], [0, 1], color=figure_style.EDGE, linewidth=1, label="asked at any time")
        axes.set(xlabel="age, as part of the interval", ylabel="share of questions", xlim=(0, 1), ylim=(0, 1.02))
        axes.legend(loc="lower right")
