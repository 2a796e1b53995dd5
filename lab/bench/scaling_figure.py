"""The figure of the sizes: time and memory of each stage over its rows, and where memory ends."""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from lab.bench.scaling import LABELS, Scaling
from measure.figures import figure_style

MARKERS = {"features": "o", "read": "s", "fit": "^", "score": "D", "night": "v"}
COLOURS = {"features": 1.0, "read": 0.8, "fit": 0.6, "score": 0.45, "night": 0.3}
"""All stages are FTI's, so all have its colour; strength and marker tell them apart."""


def draw(scaling: Scaling, path: Path, title: str = "One machine: time and memory as the years add up") -> None:
    """Two panels over the years of flights, log-log; dashed: the line through the two largest sizes, to the limit."""
    with figure_style.page(path, title) as figure:
        time, memory = figure.subplots(1, 2)
        for stage in scaling.stages:
            _draw_line(time, scaling, stage, "cpu", 1.0)
            _draw_line(memory, scaling, stage, "peak_mb", 1024.0)
            _draw_to_the_limit(memory, scaling, stage)
        memory.axhline(scaling.memory_gib, color=figure_style.EDGE, linestyle=":")
        memory.annotate(f"{scaling.memory_gib:.0f} GiB: the machine", (1, scaling.memory_gib), (0, 8),
                        textcoords="offset points", fontsize=18)  # fmt: skip
        time.set(ylabel="CPU seconds", title="Time")
        memory.set(ylabel="GiB at the peak", title="Memory")
        for axes in (time, memory):
            axes.set(xscale="log", yscale="log", xlabel="years of flights")
            axes.set_xticks(list(scaling.rounds), [str(size) for size in scaling.rounds])
            axes.minorticks_off()
        figure_style.legend(figure, time)


def _draw_line(axes: Axes, scaling: Scaling, stage: str, column: str, unit: float) -> None:
    sizes = scaling.of(stage).groupby("copies")[column].agg(["median", "min", "max"]) / unit
    axes.plot(sizes.index, sizes["median"], label=LABELS[stage], **_look(stage))
    for size, row in sizes.iterrows():
        axes.plot([size, size], [row["min"], row["max"]], color=figure_style.EDGE, linewidth=1.5)


def _draw_to_the_limit(axes: Axes, scaling: Scaling, stage: str) -> None:
    full, peaks = scaling.full(stage), scaling.medians(stage)["peak_mb"]
    if full.in_sight:
        look = _look(stage) | {"linestyle": "--", "marker": "", "linewidth": 2.0}
        axes.plot([peaks.index[-1], full.years], [peaks.iloc[-1] / 1024, scaling.memory_gib], **look)


def _look(stage: str) -> dict[str, Any]:
    colour = figure_style.tint(figure_style.look("fti").colour, COLOURS[stage])
    return {"color": colour, "marker": MARKERS[stage], "markeredgecolor": figure_style.EDGE, "markeredgewidth": 1.2}
