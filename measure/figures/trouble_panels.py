"""A figure of arms and systems: a row an arm, a panel a figure, a mark a system with its interval."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes

from measure.data.ablation import NATS, Effect
from measure.data.days import Estimate
from measure.figures import figure_style

Systems = Mapping[str, Mapping[str, Effect]]
"""By system, and by arm: its effect; an arm that a system does not have is not there."""
SPREAD = 0.6
"""Of the distance between two arms, the part over which the systems' marks are spread."""


def draw(systems: Systems, arms: Sequence[str], figures: Mapping[str, str], path: Path, title: str) -> None:
    """``figures``: by name of a figure of ``Effect``, the title of its panel. Writes a PNG to ``path``.

    Figures in nats share one scale, so that a long bar in one panel is a long bar in the other.
    """
    with figure_style.page(path, title) as figure:
        panels = dict(zip(figures, figure.subplots(1, len(figures), sharey=True), strict=True))
        first, *others = [axes for key, axes in panels.items() if key in NATS]
        for axes in others:
            axes.sharex(first)
        for key, axes in panels.items():
            axes.axvline(0, color=figure_style.EDGE, linewidth=1.5)
            for place, (system, effects) in enumerate(systems.items()):
                shift = SPREAD * ((place + 0.5) / len(systems) - 0.5)
                _marks(axes, system, {arms.index(arm) + shift: getattr(of, key) for arm, of in effects.items()})
            axes.set_title(figures[key])
            axes.locator_params(axis="x", nbins=4)
            if key not in NATS:
                axes.set_xlim(-0.05, 1.05)
                axes.xaxis.set_major_formatter("{x:.0%}")
        axes = next(iter(panels.values()))
        axes.set_yticks(range(len(arms)), [arm.replace(", ", ",\n") for arm in arms])
        axes.set_ylim(len(arms) - 0.5, -0.5)
        figure_style.legend(figure, axes)


def _marks(axes: Axes, system: str, found: Mapping[float, Estimate]) -> None:
    look, places = figure_style.look(system), list(found)
    estimates = list(found.values())
    axes.hlines(places, [e.low for e in estimates], [e.high for e in estimates], look.colour, linewidth=3)
    axes.plot([e.value for e in estimates], places, linestyle="", label=look.label, **look.dot)
