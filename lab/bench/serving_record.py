"""The serving bench as it was recorded: what `python -m lab.bench.serving --record` wrote to `records/serving.json`."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lab.bench.contestants import LOOKS
from lab.load.saturation import Saturation
from lab.load.tail import Tail
from measure.figures.figure_style import Look

FILE = Path(__file__).parent / "records" / "serving.json"


@dataclass(frozen=True)
class Recorded:
    """What one run said, by service: ``fti``, ``split``, ``mlflow``."""

    said: dict[str, Any]

    @property
    def services(self) -> list[str]:
        """Their names, in the order of all figures."""
        return list(self.said["alone"])

    def alone(self, service: str) -> Tail:
        """Waits of single requests, all rounds."""
        return Tail.read(self.said["alone"][service])

    def parts(self, service: str) -> dict[str, float]:
        """Mean milliseconds of an answer by the service's own clock, and what the caller waits beyond it."""
        inside = dict(self.said["parts"][service])
        return inside | {"HTTP and the way": self.said["alone"][service]["mean"] - sum(inside.values())}

    def saturations(self) -> dict[Look, Saturation]:
        """What each service did under ever higher rates, by its look in figures."""
        return {LOOKS[name]: Saturation.read(found["saturation"]) for name, found in self.said["load"].items()}

    def loops(self, service: str) -> dict[str, Tail]:
        """The waits in an open and in a closed loop of one rate."""
        return {loop: Tail.read(self.said["load"][service]["loops"][loop]) for loop in ("open", "closed")}

    def rate(self, service: str) -> float:
        """The rate of both loops, requests a second."""
        return float(self.said["load"][service]["loops"]["rate"])


@cache
def recorded() -> Recorded:
    """The recorded run."""
    return Recorded(json.loads(FILE.read_text()))
