"""The serving bench as it was recorded: what `python -m lab.bench.serving --record` wrote to `records/serving.json`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lab.bench.services import LOOKS
from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.load.load_result import Tail
from lab.load.saturation import Saturation
from lab.service.service_installation import SYSTEMS
from lab.systems import find_system
from measure.figures.figure_style import Look

RECORD = Recorded(Path(__file__).parent / "records" / "serving.json")


def compute_digests() -> dict[str, str]:
    """The digest of all that the run depends on, as it is now: the bench, the service and its systems."""
    systems = [find_system(name) for name in SYSTEMS]
    loads = [module for system in systems for module in (*system.modules, f"{system.package}.adapters")]
    data = [file for system in systems for file in system.data]
    step = Step("serving", "lab.bench.serving:measure", "serving", loads=("lab.service", *loads), data=tuple(data))
    return digest_of_steps([step])


@dataclass(frozen=True)
class ServingRun:
    """One run of the bench, by service: ``fti``, ``split``, ``mlflow``; ``values`` as the bench kept them."""

    values: dict[str, Any]

    @property
    def services(self) -> list[str]:
        """Their names, in the order of all figures."""
        return list(self.values["alone"])

    def alone(self, service: str) -> Tail:
        """Waits of single requests, all rounds."""
        return Tail.read(self.values["alone"][service])

    def parts(self, service: str) -> dict[str, float]:
        """Mean milliseconds of an answer by the service's own clock, and what the caller waits beyond it."""
        inside = dict(self.values["parts"][service])
        return inside | {"HTTP and the way": self.values["alone"][service]["mean"] - sum(inside.values())}

    def saturations(self) -> dict[Look, Saturation]:
        """What each service did under ever higher rates, by its look in figures."""
        return {LOOKS[name]: Saturation.read(load["saturation"]) for name, load in self.values["load"].items()}

    def loops(self, service: str) -> dict[str, Tail]:
        """The waits in an open and in a closed loop of one rate."""
        return {loop: Tail.read(self.values["load"][service]["loops"][loop]) for loop in ("open", "closed")}

    def rate(self, service: str) -> float:
        """The rate of both loops, requests a second."""
        return float(self.values["load"][service]["loops"]["rate"])


@cache
def recorded() -> ServingRun:
    """The recorded run."""
    return ServingRun(RECORD.value("serving"))
