"""One service alone under an open loop, up to its saturation; then both loops at one rate it can hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.load.closed_loop import closed_loop
from lab.load.endpoint import Endpoint
from lab.load.load_result import Result
from lab.load.open_loop import open_loop
from lab.load.saturation import Saturation, rates, saturation
from lab.load.tail import Tail

LOWEST, HIGHEST = 0.4, 4.0
"""First and last rate tried, in answers that one caller gets a second."""
FACTOR = 1.15
COMPARED = 0.7
"""Rate at which both loops run, in saturation points."""


@dataclass(frozen=True)
class UnderLoad:
    """The steps up to saturation, and the waits in both loops at ``rate`` requests a second."""

    saturation: Saturation
    rate: float
    open: Tail
    closed: Tail

    def record(self) -> dict[str, Any]:
        """For a JSON file."""
        loops = {"rate": self.rate, "open": self.open.record(), "closed": self.closed.record()}
        return {"saturation": self.saturation.record(), "loops": loops}


def under_load(
    endpoint: Endpoint, alone: float, seconds: float, deadline: float, told: Callable[[Result], object]
) -> UnderLoad:
    """``alone``: the median wait in ms of one caller who is alone; ``seconds``: how long each rate is offered."""
    able = 1000 / alone
    found = saturation(endpoint, rates(LOWEST * able, HIGHEST * able, FACTOR), seconds, deadline, told)
    rate = float(round(COMPARED * (found.point or LOWEST * able)))
    opened = open_loop(endpoint, rate, 2 * seconds)
    told(opened)
    closed = closed_loop(endpoint, 1, len(opened.due), rate)
    told(closed)
    return UnderLoad(found, rate, opened.tail, closed.tail)
