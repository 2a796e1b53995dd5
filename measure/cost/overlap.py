"""Ruler 11, third part: what k models cost if they share so much of their features.

*Own operationalisation*, from measured parts: a system that makes features before any model pays for those of a further
model only as far as no model had them before; a system that makes them in every training run pays for all, every time.
So at no overlap nothing is reused: whoever is cheaper there is cheaper for another reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from measure.cost.break_even import Curve, break_even, curve
from measure.figures import figure_style

OVERLAPS = (0.0, 0.25, 0.5, 0.75, 1.0)
MODELS = 6


@dataclass(frozen=True)
class Parts:
    """What models cost, in any one unit: ``setup`` the features of one, before any model; ``each`` to train one on
    them; ``once`` what the first training pays besides, such as a registry that is set up.
    """

    setup: float
    each: float
    once: float = 0.0


def find_shared(costs: Parts, overlap: float, models: int = MODELS) -> Curve:
    """The curve of ``models`` alike models. Of each further model's features the share ``overlap`` is there already.

    Raises ``ValueError`` unless it is a share.
    """
    if not 0 <= overlap <= 1:
        raise ValueError(f"an overlap is a share, not {overlap}")
    further = costs.each + (1 - overlap) * costs.setup
    return curve(costs.setup + costs.once, [costs.each, *[further] * (models - 1)])


def find_meetings(own: Parts, rival: Parts, models: int = MODELS) -> dict[float, float]:
    """By overlap, the number of models from which on it costs no more than a rival that makes all features anew."""
    every = find_shared(rival, 1.0, models)
    return {overlap: break_even(find_shared(own, overlap, models), every) for overlap in OVERLAPS}


def draw(
    costs: Mapping[tuple[str, str], Parts],
    own: str,
    path: Path,
    title: str = "What six models cost, by how much they share",
) -> None:
    """A panel a mode: a line per overlap for ``own``, one for each rival; costs by (system, mode)."""
    with figure_style.page(path, title) as figure:
        panels = figure_style.panels(figure, costs)
        for axes, shown in panels:
            for overlap in OVERLAPS:
                _plot(
                    axes,
                    find_shared(shown[own], overlap),
                    f"{figure_style.look(own).label}, {overlap:.0%} shared",
                    _own(own, overlap),
                )
            for system in (system for system in shown if system != own):
                _plot(
                    axes,
                    find_shared(shown[system], 1.0),
                    figure_style.look(system).label,
                    figure_style.look(system).dot,
                )
            axes.set(xlabel="models", ylim=(0, None))
            axes.set_xticks(range(1, MODELS + 1))
            figure_style.legend_below(axes)
        panels[0][0].set_ylabel("CPU seconds")


def _own(system: str, overlap: float) -> dict[str, Any]:
    """The less is shared, the paler."""
    return figure_style.look(system).dot | {
        "color": figure_style.tint(figure_style.look(system).colour, 0.25 + 0.75 * overlap)
    }


def _plot(axes: Axes, line: Curve, label: str, look: dict[str, Any]) -> None:
    axes.plot(range(1, line.models + 1), line.cumulated, label=label, **look)
