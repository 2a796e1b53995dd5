"""Ruler 7, structure: how far can a change in one place reach, going by who depends on whom?

Propagation cost (MacCormack et al. 2006), cycles, and Martin's coupling (1994), from static dependencies. The verdict
turns with the choice of node (module or function) and of edge (code alone, or also who reads the data that another
wrote), so all four are given, each with its number of nodes: code that shares data, or meaning, shares no import.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from measure.code.callgraph import call_graph, import_graph
from measure.code.graphs import CannotLink, Edge, Graph
from measure.figures import figure_style

VIEWS = {
    "modules": "modules,\nimports",
    "modules_with_data": "modules,\nimports and data",
    "functions": "functions,\ncalls",
    "functions_with_data": "functions,\ncalls and data",
}
ABOVE: dict[str, Any] = {
    "xytext": (0, 16),
    "textcoords": "offset points",
    "ha": "center",
    "fontsize": 16,
    "bbox": {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none"},
}


@dataclass(frozen=True)
class Structure:
    """One system seen in four ways: by node, without and with the declared data edges."""

    modules: Graph
    modules_with_data: Graph
    functions: Graph
    functions_with_data: Graph

    @property
    def table(self) -> pd.DataFrame:
        """One row per way of seeing: ``view``, ``n`` nodes, ``edges``, ``propagation_cost`` (0 to 1), ``cycles``.

        The cost is null where a single node makes no pair.
        """
        graphs = {view: getattr(self, view) for view in VIEWS}
        return pd.DataFrame(
            {
                "view": view,
                "n": graph.n,
                "edges": len(graph.edges),
                "propagation_cost": graph.propagation_cost if graph.n > 1 else float("nan"),
                "cycles": len(graph.cycles),
            }
            for view, graph in graphs.items()
        )


def structure(paths: Sequence[Path], data: Collection[Edge] = ()) -> Structure:
    """Read the structure of the Python files in ``paths`` (files or folders).

    ``data`` declares what no text shows: (reader, writer) pairs of functions by full name, such as
    ``("shop.sales.report", "shop.till.book")``; between modules they hold for the modules of both. Raises
    ``CannotRead`` for paths without readable source, ``CannotLink`` for a pair that names no function there.
    """
    modules, functions = import_graph(paths), call_graph(paths)
    strangers = sorted({name for edge in data for name in edge} - functions.nodes)
    if strangers:
        raise CannotLink(f"data edges name what is no function here: {', '.join(strangers)}")
    lifted = {(_module(reader, modules), _module(writer, modules)) for reader, writer in data}
    return Structure(modules, modules.with_edges(lifted), functions, functions.with_edges(data))


def draw(
    results: Mapping[str, Structure], path: Path, title: str = "How far a change can reach, seen in four ways"
) -> None:
    """Propagation cost per system and way of seeing, the number of nodes at each dot; writes a PNG to ``path``.

    The line between two dots is what the data edges add. A single node has no dot: there is no pair.
    """
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for place, (system, result) in enumerate(results.items()):
            _dots(axes, system, result, (place - (len(results) - 1) / 2) * 0.24)
        axes.set_xticks(range(len(VIEWS)), list(VIEWS.values()))
        axes.set(xlim=(-0.5, len(VIEWS) - 0.5), ymargin=0.1)
        axes.set_ylim(bottom=min(-0.02, axes.get_ylim()[0]))
        axes.set_ylabel("propagation cost: share of pairs,\none reachable from the other")
        axes.grid(visible=False, axis="x")
        figure_style.legend(figure, axes)


def _module(function: str, modules: Graph) -> str:
    """The module a function is in: the longest beginning of its name that is one."""
    while function not in modules.nodes:
        function = function.rpartition(".")[0]
    return function


def _dots(axes: Axes, system: str, result: Structure, dodge: float) -> None:
    look, table = figure_style.look(system), result.table
    for first in (0, 2):
        pair = table[first : first + 2]
        axes.plot(pair.index + dodge, pair["propagation_cost"], linewidth=1.5, **look.dot)
    axes.plot([], [], linestyle="", label=look.label, **look.dot)
    for place, n, cost in zip(table.index, table["n"], table["propagation_cost"], strict=True):
        label = f"n={n}" if n > 1 else f"{look.label}:\nno pair"
        axes.annotate(label, (place + dodge, cost if n > 1 else 0), **ABOVE)
