"""The price panel's figure: what every system costs, as a ratio to one of them. The axis is logarithmic, so that twice
as much and half as much look alike.
"""

import textwrap
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter
from numpy.typing import NDArray

from measure.figures import figure_style

TICKS = [factor * 10.0**power for power in range(-4, 5) for factor in (1, 2, 5)]
WIDTH = 0.8  # of a group of bars on the axis that its lines share


class NoPanel(ValueError):
    """Figures that give no ratios."""


def ratios(figures: Mapping[str, Mapping[str, float]], base: str) -> dict[str, dict[str, float]]:
    """Every system's figure over that of ``base``, per line of the panel.

    ``figures``: line -> system -> a positive figure. Raises ``NoPanel`` where ``base`` is missing or a figure is not
    positive.
    """
    for line, of in figures.items():
        if base not in of:
            raise NoPanel(f"{line!r} has no figure for {base!r}")
        if wrong := [system for system, value in of.items() if not value > 0]:
            raise NoPanel(f"{line!r} has no positive figure for {wrong}")
    return {line: {system: value / of[base] for system, value in of.items()} for line, of in figures.items()}


def draw(
    figures: Mapping[str, Mapping[str, float]],
    base: str,
    path: Path,
    title: str = "The price of each shape",
    beside: str = "",
) -> None:
    """Bars left and right of 1, a group a line of the panel; right is dearer. Writes a PNG to ``path``.

    ``beside`` is said under the axis: what has no ratio, and so no bar.
    """
    shown = ratios(figures, base)
    systems = [system for system in next(iter(shown.values())) if system != base]
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for place, system in enumerate(systems):
            y = np.arange(len(shown)) + (place - (len(systems) - 1) / 2) * WIDTH / len(systems)
            _bars(axes, y, [of[system] for of in shown.values()], system, WIDTH / len(systems))
        axes.axvline(1, color=figure_style.EDGE, linewidth=1.5)
        label = f"ratio to {figure_style.look(base).label} (more costs more)"
        axes.set(xscale="log", xlabel="\n".join([label, *textwrap.wrap(beside, 85)]))
        axes.set_yticks(range(len(shown)), list(shown))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.xaxis.set_major_locator(FixedLocator(TICKS))
        axes.invert_yaxis()
        axes.margins(x=0.12)
        low, high = axes.get_xlim()
        axes.set_xlim(min(low, 0.5), max(high, 2))  # or a ratio of 1.1 fills the page
        figure_style.legend(figure, axes)


def _bars(axes: Axes, y: NDArray[np.floating], values: list[float], system: str, height: float) -> None:
    axes.barh(
        y,
        np.subtract(values, 1),
        height,
        left=1,
        label=figure_style.look(system).label,
        **figure_style.look(system).bar(),
    )
    for at, value in zip(y, values, strict=True):
        side, shift = ("left", 5) if value >= 1 else ("right", -5)
        axes.annotate(f"{value:.2g}", (value, at), (shift, 0), textcoords="offset points", ha=side, va="center")
