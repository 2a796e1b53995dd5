"""Ruler 8, flags and complexity: how much must one hold in the head to read a function?

McCabe 1976 counts paths (here by lizard), cognitive complexity counts what makes reading hard, nesting above all
(Campbell 2018, here by complexipy). Tools disagree, so each number carries its tool. The maximum and the whole list,
never the mean: that falls when a function is cut in two, whatever the cut. See also ``measure.code.flags`` and
``measure.code.lines``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import lizard
import numpy as np
import pandas as pd
from complexipy import code_complexity
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from measure.code.lines import LineShares
from measure.code.sources import CannotRead, list_functions, list_python_files, parse_file
from measure.figures import figure_style

TOOLS = {"mccabe": "lizard", "cognitive": "complexipy"}
SHADES = {"everywhere": 1.0, "several": 0.65, "one_mode": 0.3, "dead": 0.0}
LEGEND = {"everywhere": "in every job", "several": "in several", "one_mode": "in one job only", "dead": "never"}
INSIDE: dict[str, Any] = {
    "ha": "center",
    "va": "center",
    "bbox": {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
}


@dataclass(frozen=True, eq=False)
class Complexity:
    """``per_function``: one row per function or method, in the order of the text.

    Columns ``file``, ``line`` (of its ``def``), ``function`` (dotted name in its module), ``mccabe`` (1 or more; null
    where lizard misses a function, as it does when the body is on the line of ``def``) and ``cognitive`` (0 or more;
    null for a function inside another, as it counts for the outer one). ``tools``: by column, the tool and its version.
    """

    per_function: pd.DataFrame
    tools: Mapping[str, str]

    def maximum(self, measure: str) -> tuple[str, int]:
        """The function with the largest ``measure``, "mccabe" or "cognitive", and its number; the first of equals.

        Raises ``CannotRead`` if there is no function.
        """
        if self.per_function[measure].isna().all():
            raise CannotRead(f"no function has a {measure} complexity")
        worst = self.per_function.loc[self.per_function[measure].idxmax()]
        return str(worst["function"]), int(worst[measure])


def complexity(paths: Sequence[Path]) -> Complexity:
    """Measure every function in these files and folders.

    Raises ``measure.code.sources.CannotRead`` for paths without readable source.
    """
    rows = [row for file in list_python_files(paths) for row in _rows(file)]
    table = pd.DataFrame(rows, columns=["file", "line", "function", *TOOLS])
    tools = {measure: f"{tool} {version(tool)}" for measure, tool in TOOLS.items()}
    return Complexity(table.astype(dict.fromkeys(TOOLS, "Int64")), tools)


def draw(
    results: Mapping[str, tuple[Complexity, LineShares]], path: Path, title: str = "What a reader must hold in the head"
) -> None:
    """Left a strip of dots per system, cognitive complexity per function; right shares of lines by job.

    The function with the maximum is named. Writes a PNG to ``path``.
    """
    with figure_style.page(path, title) as figure:
        strips, bars = figure.subplots(1, 2, width_ratios=(3, 2), sharey=True)
        for place, (system, (measured, shares)) in enumerate(results.items()):
            _strip(strips, place, system, measured)
            _bar(bars, place, system, shares)
        strips.set_yticks(range(len(results)), [figure_style.look(system).label for system in results])
        strips.set(title="Functions", xlabel="cognitive complexity", ylim=(len(results) - 0.5, -0.5))
        most = max(measured.maximum("cognitive")[1] for measured, _ in results.values())
        strips.set_xlim(-0.06 * most - 0.1, 1.6 * most + 0.1)  # room for the name beside the last dot
        strips.xaxis.get_major_locator().set_params(integer=True)
        bars.set(title="Lines in functions", xlim=(0, 1), xlabel="share of lines, by the jobs that run them")
        bars.set_xticks(ticks := np.linspace(0, 1, 5), [f"{tick:.0%}" for tick in ticks])
        keys = [
            Patch(fc=figure_style.tint(figure_style.EDGE, SHADES[kind]), ec=figure_style.EDGE, label=LEGEND[kind])
            for kind in SHADES
        ]
        figure.legend(handles=keys, loc="outside lower center", ncols=len(keys))


def _rows(file: Path) -> list[dict[str, object]]:
    """A tool knows a function by the line it starts on: that of ``def``, or of the first decorator."""
    tree, source = parse_file(file), file.read_text(encoding="utf-8")
    listed = lizard.analyze_file.analyze_source_code(str(file), source).function_list
    paths = {found.start_line: found.cyclomatic_complexity for found in listed}
    reading = {found.line_start: found.complexity for found in code_complexity(source).functions}
    return [
        {
            "file": file,
            "line": node.lineno,
            "function": name,
            "mccabe": paths.get(node.lineno),
            "cognitive": reading.get(min([node.lineno, *(d.lineno for d in node.decorator_list)])),
        }
        for name, node in list_functions(tree)
    ]


def _strip(axes: Axes, place: int, system: str, measured: Complexity) -> None:
    """Dots of one number stand on top of one another, the pile no higher than the system's lane."""
    values = measured.per_function["cognitive"].dropna().sort_values().astype(float)
    piles = values.groupby(values)
    height, number = piles.transform("size"), piles.cumcount()
    dodge = (number - (height - 1) / 2) * np.minimum(0.09, 0.7 / height)
    axes.plot(values, place + dodge, linestyle="", **figure_style.look(system).dot)
    name, most = measured.maximum("cognitive")
    text = f"{name}: {most}".replace(".", ".\n")
    axes.annotate(text, (most, place), (16, 0), textcoords="offset points", va="center")


def _bar(axes: Axes, place: int, system: str, shares: LineShares) -> None:
    start = 0.0
    for kind, shade in SHADES.items():
        share = getattr(shares, kind)
        axes.barh(place, share, 0.5, start, **figure_style.look(system).bar(shade))
        if share >= 0.12:
            axes.annotate(f"{share:.0%}", (start + share / 2, place), **INSIDE)
        start += share
