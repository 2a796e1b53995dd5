"""What the sizes say: how time and memory grow with rows, at which size one machine is full, and a figure of both."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from lab.bench.scale import RECORD
from measure.cost.reuse import Spread
from measure.figures import figure_style

LABELS = {
    "features": "fill the store",
    "read": "read for training",
    "fit": "fit a model",
    "score": "score every night",
    "night": "score one night",
}
MARKERS, STRENGTHS = "os^Dv", (1.0, 0.8, 0.6, 0.45, 0.3)
"""Of each stage. All are FTI's, so all have its colour; strength and marker tell them apart."""
SIGHT = 100
MOVABLE, STAYS = ("features", "read"), "fit"
"""What Spark can take over, and what it cannot, with this learner. Nights can be scored one by one, at any size."""


class Exponent(Spread):
    """A figure grows with rows to this power: the median over all pairings of rounds, and the extremes."""

    def __str__(self) -> str:
        spread = f" [{self.low:.2f}, {self.high:.2f}]" if self.low < self.high else ""
        return f"{self.median:.2f}{spread}"


@dataclass(frozen=True)
class Full:
    """Where a stage fills the machine's memory: so many rows of its own, years of flights, and CPU hours of work.

    ``in_sight``: within a hundred times the largest size measured; a line drawn on further says nothing.
    """

    rows: float
    years: float
    hours: float
    in_sight: bool

    def __str__(self) -> str:
        return f"{self.years:,.0f} years" if self.in_sight else f"not within {SIGHT} times the largest size"


@dataclass(frozen=True, eq=False)
class Scaling:
    """A run: its machine's memory in GiB, cores, and processes that wanted to run at first.

    ``measurements``: a row a stage, size (``copies``: years) and ``round``, with the ``rows`` that it worked on, wall
    ``seconds`` and ``cpu`` seconds, and MB of its process (see ``scale_steps``); ``above_mb`` is the peak without what
    the process held before it had any data.
    """

    measurements: pd.DataFrame
    memory_gib: float
    cpus: int = 2
    load: float = 0.0

    @classmethod
    def read(cls, values: dict[str, Any]) -> "Scaling":
        """What ``lab.bench.scale`` kept of a run."""
        table = pd.DataFrame(values["measurements"])
        table["above_mb"] = table["peak_mb"] - table["libraries_mb"]
        return cls(table, **{name: values["machine"][name] for name in ("memory_gib", "cpus", "load")})

    @classmethod
    def recorded(cls) -> "Scaling":
        """The run that is kept with the code."""
        return cls.read(RECORD.value("scale"))

    @property
    def stages(self) -> list[str]:
        """All stages, in the order in which they run."""
        return list(self.measurements["stage"].unique())

    @property
    def rounds(self) -> dict[int, int]:
        """By size in years, how often it was run."""
        return self.measurements.groupby("copies")["round"].nunique().to_dict()

    def of(self, stage: str) -> pd.DataFrame:
        """The measurements of a stage."""
        return self.measurements[self.measurements["stage"] == stage]

    def medians(self, stage: str) -> pd.DataFrame:
        """The medians of a stage over the rounds, a row a size, smallest first."""
        return self.of(stage).drop(columns=["stage", "round"]).groupby("copies").median()

    def exponent(self, stage: str, column: str) -> Exponent:
        """The slope of log(column) over log(rows), fitted to one round of each size."""
        by_size = [np.log(of_size[["rows", column]]).to_numpy() for _, of_size in self.of(stage).groupby("copies")]
        slopes = [float(np.polyfit(x, y, 1)[0]) for x, y in map(np.transpose, product(*by_size))]
        return Exponent(median(slopes), min(slopes), max(slopes))

    def full(self, stage: str) -> Full:
        """Read off the line (log-log) through the two largest sizes, on which constant parts weigh least."""
        medians = self.medians(stage)
        last, step = medians.iloc[-1], np.log(medians.iloc[-1] / medians.iloc[-2])
        room = (self.memory_gib * 1024 - last["libraries_mb"]) / last["above_mb"]
        times = room ** (step["rows"] / step["above_mb"])
        hours = last["cpu"] * times ** (step["cpu"] / step["rows"]) / 3600
        rows, years = float(last["rows"] * times), float(medians.index[-1] * times)
        return Full(rows, years, float(hours), bool(times <= SIGHT))

    def sentence(self) -> str:
        """From which size on to move to Spark, computed."""
        first = min(MOVABLE, key=lambda stage: self.full(stage).years)
        full = self.full(first)
        return (
            f"“{LABELS['score']}” for all nights at once would need most, and nights can be scored one by one. "
            f"Of what Spark can take over, “{LABELS[first]}” is the first to fill a machine of "
            f"{self.memory_gib:.0f} GiB: at {self._describe_size(full)}, where it takes "
            f"{full.hours * 60:,.0f} CPU minutes. Move it before that. "
            f"“{LABELS[STAYS]}”, which Spark does not take over, fills the machine at "
            f"{self._describe_size(self.full(STAYS))}."
        )

    def _describe_size(self, full: Full) -> str:
        largest = self.medians("features").iloc[-1]
        flights = largest["rows"] / largest.name * full.years / 1e6
        return f"about {full.years:,.0f} years ({flights:,.0f} million flights)"


def draw(scaling: Scaling, path: Path, title: str = "One machine: time and memory as the years add up") -> None:
    """Two panels over the years of flights, log-log; dashed: the line through the two largest sizes, to the limit."""
    with figure_style.page(path, title) as figure:
        time, memory = figure.subplots(1, 2)
        for stage in scaling.stages:
            _draw_line(time, scaling, stage, "cpu", 1.0)
            _draw_line(memory, scaling, stage, "peak_mb", 1024.0)
            full, peaks = scaling.full(stage), scaling.medians(stage)["peak_mb"] / 1024
            if full.in_sight:
                look = _look(stage) | {"linestyle": "--", "marker": "", "linewidth": 2.0}
                memory.plot([peaks.index[-1], full.years], [peaks.iloc[-1], scaling.memory_gib], **look)
        memory.axhline(scaling.memory_gib, color=figure_style.EDGE, linestyle=":")
        memory.annotate(f"{scaling.memory_gib:.0f} GiB: the machine", (1, scaling.memory_gib), (0, 8),
                        textcoords="offset points", fontsize=18)  # fmt: skip
        time.set(ylabel="CPU seconds", title="Time")
        memory.set(ylabel="GiB at the peak", title="Memory")
        for axes in (time, memory):
            axes.set(xscale="log", yscale="log", xlabel="years of flights")
            axes.set_xticks(ticks := [*scaling.rounds, 64, 256, 1024], [f"{size:,}" for size in ticks])
            axes.minorticks_off()
        figure_style.legend(figure, time)


def _draw_line(axes: Axes, scaling: Scaling, stage: str, column: str, unit: float) -> None:
    sizes = scaling.of(stage).groupby("copies")[column].agg(["median", "min", "max"]) / unit
    axes.plot(sizes.index, sizes["median"], label=LABELS[stage], **_look(stage))
    axes.plot([sizes.index] * 2, [sizes["min"], sizes["max"]], color=figure_style.EDGE, linewidth=1.5)


def _look(stage: str) -> dict[str, Any]:
    number, look = list(LABELS).index(stage), figure_style.look("fti")
    return look.dot | {"color": figure_style.tint(look.colour, STRENGTHS[number]), "marker": MARKERS[number]}
