"""What the services of the serving bench answered: whether alike, how long callers waited, where the time went.

A whole run is kept as a record: `python -m lab.bench.serving --record` writes `records/serving.json`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import numpy as np
import pandas as pd
from prometheus_client.parser import text_string_to_metric_families

from lab.bench.bench_results import CONSOLE
from lab.bench.services import LOOKS, MLFLOW, NOTHING
from lab.engine.recorded import Recorded
from lab.engine.step import Step
from lab.engine.step_keys import digest_of_steps
from lab.load.endpoint import JSON, Endpoint
from lab.load.load_result import Result, Tail, to_json
from lab.load.saturation import Saturation
from lab.service.service_installation import SYSTEMS
from lab.systems import find_system
from measure.cost.reuse import Paired
from measure.figures.figure_style import Look

RECORD = Recorded(Path(__file__).parent / "records" / "serving.json")
METRIC, DEGRADED = "answer_seconds", "degraded_answers_total"
AIMS, AIMED_AT = {MLFLOW: 0.25, NOTHING: 2.5}, ("p50", "p99")
"""The most that FTI's answer may take, in answers of these (DESIGN, section 6)."""
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
CHECKED = 200
"""Questions whose answers are compared before anything is timed."""


def compute_digests() -> dict[str, str]:
    """The digest of all that the run depends on, as it is now: the bench, the service and its systems."""
    systems = [find_system(name) for name in SYSTEMS]
    loads = "lab.service", *(system.package for system in systems)
    data = tuple(file for system in systems for file in system.data)
    return digest_of_steps([Step("serving", "lab.bench.serving:measure", "serving", loads=loads, data=data)])


def read_clock(endpoint: Endpoint) -> pd.Series:
    """What ``/metrics`` of a service says of its answers so far, by counter and part of an answer ("" for none)."""
    address = urlsplit(endpoint.url)._replace(path="/metrics").geturl()
    with urlopen(address, timeout=endpoint.timeout) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    samples = [sample for family in families for sample in family.samples]
    return pd.Series({(sample.name, sample.labels.get("part", "")): sample.value for sample in samples})


def count_degraded(clock: pd.Series) -> int:
    """How many answers of a service were made from nulls so far, because its store kept silent."""
    return round(clock.get((DEGRADED, ""), 0))


def compute_mean_ms(before: pd.Series, after: pd.Series) -> dict[str, float]:
    """Milliseconds that each part of an answer took on the mean between two readings of the clock."""
    spent = after.sub(before, fill_value=0)
    means: pd.Series = 1000 * spent[f"{METRIC}_sum"] / spent[f"{METRIC}_count"]
    return dict(means.dropna())  # without a number: parts of which there was no answer in between


def fetch_answers(endpoint: Endpoint) -> list[dict[str, Any]]:
    """The answers to the first ``CHECKED`` bodies."""
    asked = [Request(endpoint.url, data=body, headers=JSON) for body in endpoint.bodies[:CHECKED]]
    return [json.load(urlopen(request, timeout=endpoint.timeout)) for request in asked]


def count_same(
    ours: Sequence[Mapping[str, Any]], mlflows: Sequence[Mapping[str, Any]], expected: Sequence[float]
) -> int:
    """How many questions were answered alike: our probability is the model's, and MLflow's label is its side of 1/2."""
    return sum(
        abs(one["prediction"] - wanted) < 1e-9 and other["predictions"] == [int(wanted > 0.5)]
        for one, other, wanted in zip(ours, mlflows, expected, strict=True)
    )


def describe_runs(runs: Sequence[Result]) -> dict[str, Any]:
    """For a JSON file: the tail over all rounds and every round's quantiles, in ms."""
    waits = np.concatenate([run.waits for run in runs])
    rounds = {key: [round(run.quantile(at), 3) for run in runs] for key, at in QUANTILES.items()}
    failed = sum(sum(run.failures.values()) for run in runs)
    return to_json(Tail.of(waits)) | {"mean": round(float(np.mean(waits)), 3), "failed": failed, "rounds": rounds}


def compare_runs(alone: Mapping[str, Any]) -> dict[str, Any]:
    """``ratios`` of each system's quantiles to MLflow's and to those of nothing, within the rounds; ``target``: FTI's
    against the aims."""
    ratios, target = {}, {}
    for name, rival, key in product(SYSTEMS, AIMS, QUANTILES):
        seconds = pd.DataFrame({each: of["rounds"][key] for each, of in alone.items()})
        spread, pair = Paired(seconds).ratio(name, rival), f"{name} / {rival}, one request, {key}"
        ratios[pair] = {"ratio": spread.median, "low": spread.low, "high": spread.high, "rounds": len(seconds)}
        if name == "fti" and key in AIMED_AT:
            target[pair] = {"aim": AIMS[rival], "ratio": spread.median, "met": spread.median <= AIMS[rival]}
    for name, figures in [*ratios.items(), *((f"target: {pair}", aim) for pair, aim in target.items())]:
        CONSOLE.print(name, "  ".join(f"{key} {value:.3g}" for key, value in figures.items()))
    return {"ratios": ratios, "target": target}


@dataclass(frozen=True)
class ServingRun:
    """One run of the bench, by service (see ``LOOKS``); ``values`` as the bench kept them."""

    values: dict[str, Any]

    @property
    def services(self) -> list[str]:
        """Their names, in the order of all figures."""
        return list(self.values["alone"])

    @property
    def loaded(self) -> list[str]:
        """Those that were put under load."""
        return list(self.values["load"])

    def alone(self, service: str) -> Tail:
        """Waits of single requests, all rounds."""
        return Tail(**self.values["alone"][service])

    def parts(self, service: str) -> dict[str, float]:
        """Mean milliseconds of an answer by the service's own clock, and what the caller waits beyond it."""
        inside = dict(self.values["parts"][service])
        return inside | {"HTTP and the way": self.values["alone"][service]["mean"] - sum(inside.values())}

    def saturations(self) -> dict[Look, Saturation]:
        """What each service did under ever higher rates, by its look in figures."""
        return {LOOKS[name]: Saturation(**load["saturation"]) for name, load in self.values["load"].items()}

    def loops(self, service: str) -> dict[str, Tail]:
        """The waits in an open and in a closed loop of one rate."""
        return {loop: Tail(**self.values["load"][service]["loops"][loop]) for loop in ("open", "closed")}

    def rate(self, service: str) -> float:
        """The rate of both loops, requests a second."""
        return float(self.values["load"][service]["loops"]["rate"])


@cache
def recorded() -> ServingRun:
    """The recorded run."""
    return ServingRun(RECORD.value("serving"))
