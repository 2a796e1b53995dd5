"""The figure of ruler 6: requests down, systems across, the darker the more of the code changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from measure.figures import figure_style

DARKEST = 300
"""Nodes at which a cell is as dark as it gets."""
INSIDE: dict[str, Any] = {
    "ha": "center",
    "va": "center",
    "fontsize": 16,
    "bbox": {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none"},
}


@dataclass(frozen=True)
class Touched:
    """One cell: ``nodes`` changed, None where there is nothing to measure; ``words`` stand in the cell."""

    request: str
    system: str
    nodes: int | None
    words: str


def order(cells: Sequence[Touched], system: str) -> list[str]:
    """The requests, those in which ``system`` is furthest behind the best of the others on top; ties as given."""
    return sorted(dict.fromkeys(cell.request for cell in cells), key=lambda name: -_behind(cells, name, system))


def _behind(cells: Sequence[Touched], request: str, system: str) -> float:
    nodes = {cell.system: cell.nodes for cell in cells if cell.request == request and cell.nodes is not None}
    own, others = nodes.pop(system, None), nodes
    return float(own - min(others.values())) if own is not None and others else float("-inf")


def draw(cells: Sequence[Touched], against: str, path: Path, title: str = "What one change request touches") -> None:
    """A cell a request and system, rows in which the system ``against`` loses most on top; writes a PNG to ``path``."""
    rows, systems = order(cells, against), list(dict.fromkeys(cell.system for cell in cells))
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for cell in cells:
            _cell(axes, systems.index(cell.system), rows.index(cell.request), cell)
        axes.set(xlim=(-0.5, len(systems) - 0.5), ylim=(len(rows) - 0.5, -0.5))
        axes.set_xticks(range(len(systems)), [figure_style.look(system).label.replace(" ", "\n") for system in systems])
        axes.set_yticks(range(len(rows)), rows)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.grid(visible=False)
        figure.supxlabel(
            "nodes of the syntax tree removed and added, in so many functions; the darker, the more", fontsize=18
        )


def darkness(nodes: int | None) -> float:
    """0 for nothing changed or nothing to measure, 1 from ``DARKEST`` nodes on, on a logarithmic scale between."""
    return min(1.0, log10(1 + nodes) / log10(1 + DARKEST)) if nodes else 0.0


def _cell(axes: Axes, x: int, y: int, cell: Touched) -> None:
    dark = darkness(cell.nodes)
    axes.add_patch(
        Rectangle((x - 0.47, y - 0.45), 0.94, 0.9, fc=figure_style.tint(figure_style.EDGE, dark), ec=figure_style.EDGE)
    )
    axes.annotate(cell.words, (x, y), **INSIDE)
