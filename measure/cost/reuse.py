"""Ruler 11, first part: what the second model costs, in CPU seconds, as a ratio to the first.

*Own operationalisation.* CPU seconds rather than wall time, as the machine may be shared; interleaved rounds, as its
speed drifts; no round is discarded.
"""

import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from measure.figures import figure_style

SHADES = (1.0, 0.35, 0.7, 0.15)  # how much colour each stage keeps: four are as many as can be told apart
BAR = 0.2


class CannotCost(ValueError):
    """Seconds that give no ratio."""


@dataclass(frozen=True)
class Spread:
    """Median, least and most over the rounds, in the unit of what was measured."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.3g} [{self.low:.3g}, {self.high:.3g}]"


@dataclass(frozen=True, eq=False)
class Paired:
    """CPU seconds: one row per round, one column per callable."""

    seconds: pd.DataFrame

    def spread(self, name: str) -> Spread:
        """The CPU seconds of one callable over the rounds."""
        return _spread(self.seconds[name])

    def ratio(self, of: str, to: str) -> Spread:
        """The ratio of two callables, taken within each round."""
        return _spread(self.seconds[of] / self.seconds[to])


@dataclass(frozen=True)
class MarginalCost:
    """CPU seconds by stage, for the first model and for the second."""

    first: Mapping[str, float]
    second: Mapping[str, float]

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages in the order given, such as features and fit."""
        return tuple(self.first)

    @property
    def ratio(self) -> float:
        """Second model / first model over all stages: 1 where nothing is reused."""
        return sum(self.second.values()) / sum(self.first.values())


def measure_cpu_seconds(call: Callable[[], object]) -> float:
    """The CPU seconds (user + system) of one call: all threads of this process, and child processes that ended in it.

    A worker process that outlives the call is not counted.
    """
    before = _cpu_clock()
    call()
    return _cpu_clock() - before


def compare_pairs(calls: Mapping[str, Callable[[], object]], rounds: int) -> Paired:
    """Measure the calls by turns, ``rounds`` times, every other round backwards, so that drift hits all alike.

    Raises ``CannotCost`` without a call or a round.
    """
    if not calls or rounds < 1:
        raise CannotCost("name at least one call and one round")
    turns = [list(calls)[:: 1 if turn % 2 == 0 else -1] for turn in range(rounds)]
    seconds = [{name: measure_cpu_seconds(calls[name]) for name in turn} for turn in turns]
    return Paired(pd.DataFrame(seconds, columns=list(calls)))


def marginal_cost(first: Mapping[str, float], second: Mapping[str, float]) -> MarginalCost:
    """CPU seconds per stage of the first model and of the second.

    Give 0 for a stage skipped. Raises ``CannotCost`` if stages differ, on impossible times, on a first total of 0.
    """
    if set(first) != set(second):
        raise CannotCost(f"stages differ: {sorted(first)} and {sorted(second)}")
    times = np.array([*first.values(), *second.values()])
    if not (np.isfinite(times) & (times >= 0)).all():
        raise CannotCost("CPU seconds must be finite and not negative")
    if not sum(first.values()) > 0:
        raise CannotCost("the first model took no CPU seconds: no ratio")
    return MarginalCost(dict(first), {stage: second[stage] for stage in first})


def draw(results: Mapping[str, MarginalCost], path: Path, title: str = "What the second model costs") -> None:
    """Two bars a system, first and second model, stacked by stage, the ratio on top; writes a PNG to ``path``.

    Raises ``CannotCost`` if the systems' stages differ.
    """
    if len({cost.stages for cost in results.values()}) != 1:
        raise CannotCost("one figure needs systems with the same stages, and at least one system")
    shades = dict(zip(next(iter(results.values())).stages, SHADES, strict=False))
    with figure_style.page(path, title) as figure:
        axes = figure.subplots()
        for place, (system, cost) in enumerate(results.items()):
            _bars(axes, place, system, cost, shades)
        ticks = {p + x: text for p, s in enumerate(results) for x, text in _tick_labels(s).items()}
        axes.set_xticks(list(ticks), list(ticks.values()))
        axes.tick_params(axis="x", length=0)
        axes.set(ylabel="CPU seconds", ymargin=0.12)
        axes.grid(visible=False, axis="x")
        keys = [
            Patch(fc=figure_style.tint(figure_style.EDGE, shade), ec=figure_style.EDGE, label=stage)
            for stage, shade in shades.items()
        ]
        axes.legend(handles=keys, reverse=True)


def _tick_labels(system: str) -> dict[float, str]:
    return {-BAR: "first", 0: f"\n{figure_style.look(system).label}", BAR: "second"}


def _bars(axes: Axes, place: int, system: str, cost: MarginalCost, shades: Mapping[str, float]) -> None:
    for side, times in ((-BAR, cost.first), (BAR, cost.second)):
        floor = 0.0
        for stage, shade in shades.items():
            axes.bar(place + side, times[stage], 0.36, floor, **figure_style.look(system).bar(shade))
            floor += times[stage]
    axes.annotate(f"×{cost.ratio:.2f}", (place + BAR, floor), (0, 6), textcoords="offset points", ha="center")


def _cpu_clock() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _spread(values: pd.Series) -> Spread:
    return Spread(float(values.median()), float(values.min()), float(values.max()))
