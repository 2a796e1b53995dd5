"""The figures of a load test: what a closed loop hides, and how waits grow with the rate."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from lab.load.load_result import Tail
from lab.load.saturation import Saturation, Step
from measure.figures import figure_style
from measure.figures.figure_style import Look

LOOPS: dict[str, tuple[str, dict[str, Any]]] = {
    "open": ("open loop: asks when due", {"linestyle": "-", "marker": "o"}),
    "closed": ("closed loop: waits for its answer", {"linestyle": "--", "marker": "s", "markerfacecolor": "white"}),
}
TOP = 20
"""Deadlines up to which a wait is drawn where it is."""
QUANTILES = {0.5: "p50", 0.05: "p95", 0.01: "p99"}


def draw_loops(tails: Mapping[str, Tail], look: Look, path: Path, title: str = "What a closed loop hides") -> None:
    """The share of requests that waited longer, against the wait, for one service under both loops; writes a PNG.

    ``tails``: ``open`` and ``closed``, at about the same throughput. Both axes are logarithmic.
    """
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for loop, tail in tails.items():
            label, style = LOOPS[loop]
            drawn = [(ms, share) for ms, share in zip(tail.ms, tail.shares, strict=True) if np.isfinite(ms)]
            axes.plot(*zip(*drawn, strict=True), label=label, color=look.colour, **style)
        for share, name in QUANTILES.items():
            axes.axhline(share, color=figure_style.EDGE, linewidth=1, linestyle=":")
            _annotate(axes, name, (1, share), (-6, 4), ha="right")
        axes.set(xscale="log", yscale="log", xlabel="wait, ms", ylabel=f"{look.label}: requests that waited longer")
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
        _label_plainly(axes)
        figure_style.legend(figure, axes)


def draw_rates(found: Mapping[Look, Saturation], path: Path, title: str = "Waits against the rate of requests") -> None:
    """Median and 99th percentile against the rate offered, a line a service; writes a PNG.

    A ring marks the saturation point, which the legend names, a dotted line the deadline. A wait of over twenty
    deadlines, or without end, is drawn at twenty.
    """
    with figure_style.page(path, title) as figure:
        row = figure.subplots(1, 2, sharey=True)
        for axes, quantile, name in zip(row, ("p50", "p99"), ("median", "99th percentile"), strict=True):
            for look, saturation in found.items():
                _draw_rates(axes, look, saturation, quantile)
            axes.set(xscale="log", yscale="log", xlabel="requests a second, offered", title=name)
            for deadline in {saturation.deadline for saturation in found.values()}:
                axes.axhline(deadline, color=figure_style.EDGE, linewidth=1.5, linestyle=":")
                _annotate(axes, "deadline", (0, deadline), (8, 6))
            _label_plainly(axes)
            axes.yaxis.set_major_formatter("{x:g}")
        row[0].set_ylabel("wait, ms")
        figure_style.legend(figure, row[1])


def _draw_rates(axes: Axes, look: Look, saturation: Saturation, quantile: str) -> None:
    steps, top = last_tries(saturation), TOP * saturation.deadline
    waits = {step.offered: min(getattr(step, quantile), top) for step in steps}
    point = saturation.point
    held = f"ring: {point:g}/s held" if point else "no rate held"
    axes.plot(*zip(*waits.items(), strict=True), label=f"{look.label} ({held})", **look.dot)
    if point:
        axes.plot(point, waits[point], "o", markersize=30, fillstyle="none", color=look.colour, markeredgewidth=3)


def last_tries(saturation: Saturation) -> list[Step]:
    """One step a rate: the last, which decided."""
    return list({step.offered: step for step in saturation.steps}.values())


def _annotate(axes: Axes, text: str, place: tuple[float, float], shift: tuple[float, float], **more: Any) -> None:
    """``place``: the share of the width, and the value on the other axis."""
    axes.annotate(text, place, shift, xycoords=("axes fraction", "data"), textcoords="offset points", **more)


def _label_plainly(axes: Axes) -> None:
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
