"""Ruler 3, between worlds: how far a figure moves when the same system is trained and served at another time of year.

Rolling-origin evaluation (Tashman 2000, "Out-of-sample tests of forecasting accuracy"): train up to an origin, serve
what follows, move the origin on. The bootstrap by week tells the uncertainty within one world, the worlds what it
leaves out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from measure.figures import figure_style

WIDTH = 0.7  # of a world on the axis that its systems share


class NoWorlds(ValueError):
    """Nothing to take a spread over."""


@dataclass(frozen=True)
class Worlds:
    """One figure in several worlds, in the unit of the figure; ``by_world`` maps the world's name to it, in order."""

    by_world: Mapping[str, float]

    @property
    def median(self) -> float:
        """The figure of the middle world."""
        return float(np.median(list(self.by_world.values())))

    @property
    def low(self) -> float:
        """The smallest figure of any world."""
        return min(self.by_world.values())

    @property
    def high(self) -> float:
        """The largest figure of any world."""
        return max(self.by_world.values())

    @property
    def above_zero(self) -> int:
        """In how many worlds the figure is positive."""
        return sum(value > 0 for value in self.by_world.values())

    def __str__(self) -> str:
        above = f"above 0 in {self.above_zero} of {len(self.by_world)}"
        return f"{self.median:.3f} [{self.low:.3f} to {self.high:.3f}], {above}"


def over_worlds(by_world: Mapping[str, float]) -> Worlds:
    """The spread of a figure; raises ``NoWorlds`` for fewer than two worlds and for a figure that is not finite."""
    if len(by_world) < 2:
        raise NoWorlds(f"a spread needs two worlds or more, got {len(by_world)}")
    if not np.isfinite(list(by_world.values())).all():
        raise NoWorlds("a figure is not finite")
    return Worlds(dict(by_world))


def draw(
    results: Mapping[tuple[str, str], Worlds], unit: str, path: Path, title: str = "The same in other worlds"
) -> None:
    """A panel a mode, a dot per world and system; keys are (system, mode). Writes a PNG to ``path``."""
    with figure_style.page(path, title) as figure:
        panels = figure_style.panels(figure, results)
        for axes, shown in panels:
            for place, (system, worlds) in enumerate(shown.items()):
                x = np.arange(len(worlds.by_world)) + (place - (len(shown) - 1) / 2) * WIDTH / len(shown)
                look = figure_style.look(system)
                axes.plot(x, list(worlds.by_world.values()), linestyle="", label=look.label, **look.dot)
            names = list(dict.fromkeys(name for worlds in shown.values() for name in worlds.by_world))
            axes.axhline(0, color=figure_style.EDGE, linewidth=1.5)
            axes.set_xlabel("month served")
            axes.set_xticks(range(len(names)), names)
            figure_style.legend_below(axes)
        panels[0][0].set_ylabel(unit)
