"""Where a verdict turns: what each way costs against one of them, over a dial, beside the margin set beforehand."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from matplotlib.axes import Axes

from measure.data.days import Estimate
from measure.figures import figure_style
from measure.figures.figure_style import Look

EXHIBIT, REFERENCE, SECOND, THIRD = "#7A1F1F", "#2E6FA7", "#7FA650", "#E0B84C"
"""Colours of a pattern's sides; they differ in lightness step by step, as those of the systems do."""
LOOKS = (
    Look("", EXHIBIT, "X", "x"),
    Look("", REFERENCE, "o", "/"),
    Look("", SECOND, "^", "."),
    Look("", THIRD, "s", ""),
)
"""In the order in which lines are handed to ``draw``, the anti-pattern's first."""
APART = 0.08
"""Of the distance between two values of the dial, that between the marks of two lines."""


HEIGHTS = (10, 32, -26, -48)
"""Points by which the names of a line's settings stand above its marks."""


class Dial(NamedTuple):
    """What is turned, in words, and how its values are written: a format such as ``{:.0%}``, or a name for some."""

    label: str
    written: str = "{:g}"
    names: Mapping[float, str] = MappingProxyType({})


def draw(
    lines: Mapping[str, Mapping[float, Estimate]], margin: float, dial: Dial, path: Path, title: str, unit: str
) -> None:
    """A line each with its 95 % intervals, by values of the dial; what lies in the grey band is not worth having.

    ``unit``: what the differences are, and against what. Writes a PNG to ``path``. At most four lines.
    """
    values = sorted({value for points in lines.values() for value in points})
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        axes.axhspan(-margin, margin, color="#D8D8D8", label="no difference worth having")
        axes.axhline(0, color=figure_style.EDGE, linewidth=1.5)
        for place, (look, (label, points)) in enumerate(zip(LOOKS, lines.items(), strict=False)):
            shift = APART * (place - (len(lines) - 1) / 2)
            _draw_line(axes, look, label, [values.index(value) + shift for value in points], [*points.values()])
        axes.set_xticks(range(len(values)), [dial.names.get(value, dial.written.format(value)) for value in values])
        axes.set(xlabel=dial.label, ylabel=unit)
        axes.grid(visible=False, axis="x")
        figure_style.legend(figure, axes)


class Point(NamedTuple):
    """A setting of a dial by its ``name``: what it gains, and what it costs."""

    name: str
    gain: float
    cost: Estimate


def draw_trade(
    curves: Mapping[str, Sequence[Point]],
    margin: float,
    path: Path,
    title: str,
    gain: str,
    cost: str,
    scale: str = "linear",
) -> None:
    """What settings cost, with 95 % intervals, over what they gain, a line for each dial; the grey band as above.

    ``gain``, ``cost``: what they are, in words; ``scale``: of the gains, as matplotlib calls it. The first and the last
    setting of a line are named, each line's on a height of its own. Writes a PNG to ``path``. At most four lines.
    """
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        axes.axhspan(-margin, margin, color="#D8D8D8", label="no difference worth having")
        axes.axhline(0, color=figure_style.EDGE, linewidth=1.5)
        for place, (look, (label, points)) in enumerate(zip(LOOKS, curves.items(), strict=False)):
            _draw_line(axes, look, label, [each.gain for each in points], [each.cost for each in points])
            for each in dict.fromkeys((points[0], points[-1])):
                axes.annotate(each.name, (each.gain, each.cost.value), (8, HEIGHTS[place]), textcoords="offset points")
        axes.set(xlabel=gain, ylabel=cost, xscale=scale)
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)


def _draw_line(axes: Axes, look: Look, label: str, places: Sequence[float], points: Sequence[Estimate]) -> None:
    axes.vlines(places, [each.low for each in points], [each.high for each in points], look.colour, linewidth=3)
    axes.plot(places, [each.value for each in points], label=label, **look.dot)
