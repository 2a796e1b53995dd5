"""What the sizes say: how time and memory grow with rows, and at which size one machine is full."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path
from statistics import median

import numpy as np

RECORDED = Path(__file__).parent / "records" / "scale.json"
LABELS = {
    "features": "fill the store",
    "read": "read for training",
    "fit": "fit a model",
    "score": "score every night",
    "night": "score one night",
}

SIGHT = 100
MOVABLE, STAY = ("features", "read"), ("fit",)
"""What Spark can take over, and what it cannot, with this learner. Nights can be scored one by one, at any size."""


@dataclass(frozen=True)
class Point:
    """One stage at one size: rows it worked on, wall and CPU seconds, MB of its process (see ``scale_stages``)."""

    stage: str
    copies: int
    round: int
    rows: int
    seconds: float
    cpu: float
    libraries_mb: float
    held_mb: float
    peak_mb: float


@dataclass(frozen=True)
class Exponent:
    """y grows with rows to the power of ``value``; ``low``, ``high``: the extremes over all pairings of rounds."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        spread = f" [{self.low:.2f}, {self.high:.2f}]" if self.low < self.high else ""
        return f"{self.value:.2f}{spread}"


@dataclass(frozen=True)
class Full:
    """Where a stage fills the machine's memory: so many rows of its own, years of flights, and CPU hours of work."""

    stage: str
    rows: float
    years: float
    hours: float
    in_sight: bool
    """Within a hundred times the largest size measured; a line drawn on further says nothing."""


@dataclass(frozen=True)
class Scaling:
    """All points of a recorded run; its machine's memory in GiB, cores, and processes that wanted to run at first."""

    points: list[Point]
    memory_gib: float
    cpus: int = 2
    load: float = 0.0

    @classmethod
    def recorded(cls, path: Path = RECORDED) -> "Scaling":
        told = json.loads(path.read_text())
        names = [field.name for field in fields(Point)]
        points = [Point(**{name: one[name] for name in names}) for one in told["measurements"]]
        return cls(points, **{name: told["machine"][name] for name in ("memory_gib", "cpus", "load")})

    @property
    def stages(self) -> list[str]:
        return list(dict.fromkeys(point.stage for point in self.points))

    def of(self, stage: str) -> dict[int, list[Point]]:
        """The rounds of a stage by size (years), smallest first."""
        mine = [point for point in self.points if point.stage == stage]
        return {size: [p for p in mine if p.copies == size] for size in sorted({p.copies for p in mine})}

    def full(self, stage: str) -> Full:
        """Read off the line (log-log) through the two largest sizes, on which constant parts weigh least."""
        before, last = list(self.of(stage).values())[-2:]
        steps = ((_mid(before, what), _mid(last, what)) for what in (rows, above_libraries, cpu))
        (rows_before, rows_last), (mb_before, mb_last), (s_before, s_last) = steps
        step = np.log(rows_last / rows_before)
        libraries = median(point.libraries_mb for point in last)
        room = (self.memory_gib * 1024 - libraries) / mb_last
        times = room ** (step / np.log(mb_last / mb_before))
        hours = s_last * times ** (np.log(s_last / s_before) / step) / 3600
        return Full(stage, float(rows_last * times), float(last[0].copies * times), float(hours), times <= SIGHT)

    def first_full(self, stages: Sequence[str]) -> Full:
        """Which of these stages needs the whole machine first."""
        return min((self.full(stage) for stage in stages), key=lambda full: full.years)


def rows(point: Point) -> float:
    return point.rows


def seconds(point: Point) -> float:
    return point.seconds


def cpu(point: Point) -> float:
    return point.cpu


def above_libraries(point: Point) -> float:
    """MB at the peak, without what the process held before it had any data."""
    return point.peak_mb - point.libraries_mb


def exponent(by_size: Mapping[int, Sequence[Point]], what: Callable[[Point], float]) -> Exponent:
    """The slope of log(what) over log(rows), fitted to one round of each size: the median over all pairings."""
    slopes = list(_slopes(by_size, what))
    return Exponent(median(slopes), min(slopes), max(slopes))


def _slopes(by_size: Mapping[int, Sequence[Point]], what: Callable[[Point], float]) -> Iterator[float]:
    for pairing in product(*by_size.values()):
        x, y = np.log([point.rows for point in pairing]), np.log([what(point) for point in pairing])
        yield float(np.polyfit(x, y, 1)[0])


def _mid(points: Sequence[Point], what: Callable[[Point], float]) -> float:
    return median(what(point) for point in points)


def sentence(scaling: Scaling) -> str:
    """From which size on to move to Spark, computed."""
    movable, rest = (scaling.first_full(stages) for stages in (MOVABLE, STAY))
    return (
        f"Of what Spark can take over, “{LABELS[movable.stage]}” is the first to fill a machine of "
        f"{scaling.memory_gib:.0f} GiB: at {_size(scaling, movable)}, where it takes "
        f"{movable.hours * 60:,.0f} CPU minutes. Move it before that. "
        f"“{LABELS[rest.stage]}”, which Spark does not take over, fills the machine at {_size(scaling, rest)}."
    )


def told(full: Full) -> str:
    """Where memory ends, in words."""
    return f"{full.years:,.0f} years" if full.in_sight else f"not within {SIGHT} times the largest size"


def _size(scaling: Scaling, full: Full) -> str:
    largest = max((point for point in scaling.points if point.stage == "features"), key=lambda point: point.rows)
    return f"about {full.years:,.0f} years ({largest.rows / largest.copies * full.years / 1e6:,.0f} million flights)"
