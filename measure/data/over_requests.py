"""A figure for what change requests did to a number: requests along the axis, a mark a system, a panel a number."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from measure.figures import figure_style

Numbers = Mapping[str, Mapping[str, float]]
"""By system, and by request: the number after it; a request that a system did not meet is not there."""
BEFORE = "before"
SPREAD = 0.7
"""Of the distance between two requests, the part over which the systems' marks are spread."""


def draw(panels: Mapping[str, Numbers], path: Path, title: str, share: str = "") -> None:
    """A panel a number, named by its label, one above the other; ``share`` names the one that runs from 0 to 1.

    Where there is a number for ``BEFORE``, a thin line carries it along, so that what a request moved leaves the line.
    Writes a PNG to ``path``.
    """
    order = list(dict.fromkeys(name for numbers in panels.values() for of in numbers.values() for name in of))
    requests = sorted(order, key=lambda name: (name != BEFORE, int(name[1:]) if name != BEFORE else 0))
    with figure_style.page(path, title) as figure:
        every = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (label, numbers) in zip(every, panels.items(), strict=True):
            _panel(axes, numbers, requests)
            axes.set_ylabel(label)
            if label == share:
                axes.set_ylim(-0.12, 1.12)
                axes.yaxis.set_major_formatter("{x:.0%}")
        every[-1].set_xticks(range(len(requests)), requests)
        figure.align_ylabels()
        systems = dict.fromkeys(system for numbers in panels.values() for system in numbers)
        keys = [
            Line2D([], [], linestyle="", label=figure_style.look(system).label, **figure_style.look(system).dot)
            for system in systems
        ]
        figure.legend(handles=keys, loc="outside lower center", ncols=len(keys))


def _panel(axes: Axes, numbers: Numbers, requests: list[str]) -> None:
    for place, (system, of) in enumerate(numbers.items()):
        look = figure_style.look(system)
        shift = SPREAD * ((place + 0.5) / len(numbers) - 0.5)
        if BEFORE in of:
            axes.axhline(of[BEFORE], color=look.colour, linewidth=1.5)
        places = [requests.index(name) + shift for name in of]
        axes.plot(places, list(of.values()), linestyle="", **look.dot)
    axes.margins(y=0.12)
    axes.set_xlim(-0.6, len(requests) - 0.4)
    axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
    axes.grid(axis="x", visible=False)
    for between in range(len(requests) - 1):
        axes.axvline(between + 0.5, color="#D8D8D8", linewidth=1)
