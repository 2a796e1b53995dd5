"""The saturation point of a service: the highest rate at which it still gives what is asked of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import count
from math import isfinite
from typing import Any

from lab.load.endpoint import Endpoint
from lab.load.load_result import DEADLINE, Result
from lab.load.open_loop import open_loop

HELD = 0.95
"""Share of the offered rate that must come back as good answers within the deadline."""
TRIES = 2
"""A rate has failed when so many runs in a row did: on a machine that others use too, one may fail by chance."""


@dataclass(frozen=True)
class Step:
    """One run at one rate: requests a second offered, answered, and answered in time; waits in ms (infinite where no
    answer came); ``failed`` requests; ``lag``: ms by which the generator itself was late with one in a hundred.
    """

    offered: float
    answered: float
    goodput: float
    p50: float
    p95: float
    p99: float
    failed: float
    lag: float

    @classmethod
    def of(cls, run: Result, deadline: float) -> "Step":
        """The step that an open loop was; answers within ``deadline`` ms are good."""
        p50, p95, p99 = (run.quantile(share) for share in (0.5, 0.95, 0.99))
        failed = sum(run.failures.values())
        return cls(run.offered or 0.0, run.answered, run.goodput(deadline), p50, p95, p99, failed, run.lag)

    @property
    def held(self) -> bool:
        """Whether at least ``HELD`` of what was offered came back in time."""
        return self.goodput >= HELD * self.offered


@dataclass(frozen=True)
class Saturation:
    """Every step, none left out, in the order made, and the deadline in ms of a good answer."""

    steps: tuple[Step, ...]
    deadline: float

    @property
    def point(self) -> float | None:
        """The highest rate held below the one that failed, requests a second; None if none was."""
        return max((step.offered for step in self.steps if step.held), default=None)

    @property
    def reached(self) -> bool:
        """Whether a rate failed, or the rates only came to their end."""
        return not self.steps[-1].held

    @property
    def verdict(self) -> str:
        """In one line."""
        held = f"{self.point:g} a second held" if self.point else "no rate held"
        end = f"{self.steps[-1].offered:g} not" if self.reached else "no higher rate was tried"
        return f"saturation: {held}, {end} (good answers within {self.deadline:g} ms, {HELD:.0%} of the offered rate)"

    def record(self) -> dict[str, Any]:
        """For a JSON file: rounded, null for infinite."""
        return {"deadline": self.deadline, "point": self.point, "steps": [_record(step) for step in self.steps]}

    @classmethod
    def read(cls, record: dict[str, Any]) -> "Saturation":
        """What ``record`` wrote."""
        return cls(tuple(_read(step) for step in record["steps"]), record["deadline"])


def _record(step: Step) -> dict[str, float | None]:
    return {name: round(value, 3) if isfinite(value) else None for name, value in asdict(step).items()}


def _read(step: dict[str, Any]) -> Step:
    known = {name: float("inf") if value is None else value for name, value in step.items()}
    return Step(**known)


def rates(first: float, most: float, factor: float = 1.25) -> Iterator[float]:
    """Ever higher rates up to ``most``, each ``factor`` times the one before; whole requests a second from 10 on."""
    for step in count():
        rate = first * factor**step
        if rate > most:
            return
        yield rate if rate < 10 else round(rate)


def saturation(
    endpoint: Endpoint,
    tried: Iterable[float],
    seconds: float,
    deadline: float = DEADLINE,
    told: Callable[[Result], object] = lambda run: None,
) -> Saturation:
    """Offer each of the rates for so many seconds, until one has failed; ``told`` hears of every run."""
    steps: list[Step] = []
    for rate in tried:
        steps += _offered(endpoint, rate, seconds, deadline, told)
        if not steps[-1].held:
            break
    return Saturation(tuple(steps), deadline)


def _offered(
    endpoint: Endpoint, rate: float, seconds: float, deadline: float, told: Callable[[Result], object]
) -> Iterator[Step]:
    """One rate, once more if it fails."""
    for _ in range(TRIES):
        run = open_loop(endpoint, rate, seconds)
        told(run)
        step = Step.of(run, deadline)
        yield step
        if step.held:
            return
