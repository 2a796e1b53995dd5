"""The saturation point of a service: the highest rate at which it still gives what is asked of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, takewhile

from lab.load.endpoint import Endpoint
from lab.load.load_result import DEADLINE, KeptNumber, Result, kept_dataclass
from lab.load.loops import closed_loop, open_loop
from lab.load.planted_waits import NOOP
from lab.load.served_system import uvicorn

HELD = 0.95
"""Share of the offered rate that must come back as good answers within the deadline."""
TRIES = 2
"""A rate has failed when so many runs in a row did: on a machine that others use too, one may fail by chance."""
WORKERS, REQUESTS = 8, 4000
"""Callers that ask a service that does nothing, and how often."""


@kept_dataclass(frozen=True)
class Step:
    """One run at one rate: requests a second offered, answered, and answered in time; waits in ms (infinite where no
    answer came); ``failed`` requests; ``lag``: ms by which the generator itself was late with one in a hundred.
    """

    offered: KeptNumber
    answered: KeptNumber
    goodput: KeptNumber
    p50: KeptNumber
    p95: KeptNumber
    p99: KeptNumber
    failed: KeptNumber
    lag: KeptNumber

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


@kept_dataclass(frozen=True)
class Saturation:
    """Every step, none left out, in the order made, and the deadline in ms of a good answer."""

    steps: tuple[Step, ...]
    deadline: int | float

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


def rates(first: float, most: float, factor: float = 1.25) -> Iterator[float]:
    """Ever higher rates up to ``most``, each ``factor`` times the one before; whole requests a second from 10 on."""
    rising = takewhile(lambda rate: rate <= most, (first * factor**step for step in count()))
    return (rate if rate < 10 else round(rate) for rate in rising)


def find_saturation(
    endpoint: Endpoint,
    tried: Iterable[float],
    seconds: float,
    deadline: float = DEADLINE,
    hear: Callable[[str], object] = lambda line: None,
) -> Saturation:
    """Offer each rate for so many seconds, once more if it fails, until one has failed; ``hear`` gets a line a run."""
    steps: list[Step] = []
    for rate in tried:
        for _ in range(TRIES):
            run = open_loop(endpoint, rate, seconds)
            hear(run.describe(deadline))
            steps.append(Step.of(run, deadline))
            if steps[-1].held:
                break
        else:
            break
    return Saturation(tuple(steps), deadline)


@dataclass(frozen=True)
class Ceiling:
    """What the generator can do at most; beyond this it would measure itself.

    ``rate``: answers a second from a service that does nothing; ``cpu_ms``: its own CPU ms for each of them.
    """

    rate: float
    cpu_ms: float

    def __str__(self) -> str:
        return (
            f"generator: {self.rate:,.0f} answers a second from a service that does nothing, "
            f"{self.cpu_ms:.2f} ms of its own CPU time a request"
        )


def find_ceiling(body: bytes = b"{}", requests: int = REQUESTS) -> Ceiling:
    """Ask a service that does nothing, in a process of its own, as fast as ``WORKERS`` callers can."""
    with uvicorn(NOOP) as url:
        endpoint = Endpoint(url + "/", [body])
        closed_loop(endpoint, WORKERS, requests // 10)  # connections, caches
        run = closed_loop(endpoint, WORKERS, requests)
    return Ceiling(run.answered, 1000 * run.cpu / requests)
