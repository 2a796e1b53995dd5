"""The figure of the sizes: time and memory of each stage over its rows, and where memory ends."""

from pathlib import Path
from statistics import median
from typing import Any

from matplotlib.axes import Axes

from lab.bench.scaling import LABELS, Point, Scaling
from measure.figures import figure_style

MARKERS = {"features": "o", "read": "s", "fit": "^", "score": "D", "night": "v"}
COLOURS = {"features": 1.0, "read": 0.8, "fit": 0.6, "score": 0.45, "night": 0.3}
"""All stages are FTI's, so all have its colour; strength and marker tell them apart."""


def draw(scaling: Scaling, path: Path, title: str = "One machine: time and memory as the years add up") -> None:
    """Two panels over the years of flights, log-log; dashed: the line through the two largest sizes, to the limit."""
    with figure_style.page(path, title) as figure:
        time, memory = figure.subplots(1, 2)
        for stage in scaling.stages:
            _line(time, scaling, stage, "cpu", 1.0)
            _line(memory, scaling, stage, "peak_mb", 1024.0)
            _to_the_limit(memory, scaling, stage)
        memory.axhline(scaling.memory_gib, color=figure_style.EDGE, linestyle=":")
        memory.annotate(f"{scaling.memory_gib:.0f} GiB: the machine", (1, scaling.memory_gib), (0, 8),
                        textcoords="offset points", fontsize=18)  # fmt: skip
        time.set(xscale="log", yscale="log", xlabel="years of flights", ylabel="CPU seconds", title="Time")
        memory.set(xscale="log", yscale="log", xlabel="years of flights", ylabel="GiB at the peak", title="Memory")
        for axes in (time, memory):
            sizes = sorted({point.copies for point in scaling.points})
            axes.set_xticks(sizes, [str(size) for size in sizes])
            axes.minorticks_off()
        figure_style.legend(figure, time)


def _line(axes: Axes, scaling: Scaling, stage: str, what: str, unit: float) -> None:
    by_size = scaling.of(stage)
    middle = [median(getattr(point, what) for point in points) / unit for points in by_size.values()]
    axes.plot(list(by_size), middle, label=LABELS[stage], **_look(stage))
    for size, points in by_size.items():
        values = [getattr(point, what) / unit for point in points]
        axes.plot([size, size], [min(values), max(values)], color=figure_style.EDGE, linewidth=1.5)


def _to_the_limit(axes: Axes, scaling: Scaling, stage: str) -> None:
    full, (size, points) = scaling.full(stage), list(scaling.of(stage).items())[-1]
    if not full.in_sight:
        return
    look = _look(stage) | {"linestyle": "--", "marker": "", "linewidth": 2.0}
    axes.plot([size, full.years], [_peak(points), scaling.memory_gib], **look)


def _peak(points: list[Point]) -> float:
    return median(point.peak_mb for point in points) / 1024


def _look(stage: str) -> dict[str, Any]:
    colour = figure_style.tint(figure_style.look("fti").colour, COLOURS[stage])
    return {"color": colour, "marker": MARKERS[stage], "markeredgecolor": figure_style.EDGE, "markeredgewidth": 1.2}
