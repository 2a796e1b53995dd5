"""Whether services answer alike, where the time of an answer goes, and how long callers wait against MLflow's."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import numpy as np
import pandas as pd
from prometheus_client.parser import text_string_to_metric_families

from lab.bench.bench_results import CONSOLE
from lab.bench.services import MLFLOW
from lab.load.endpoint import JSON, Endpoint
from lab.load.load_result import Result, Tail
from lab.service.service_installation import SYSTEMS
from measure.cost.reuse import Paired

METRIC, DEGRADED = "answer_seconds", "degraded_answers_total"
TARGET, AIMED_AT = 0.25, ("p50", "p99")
"""The most that FTI's answer may take, as a share of MLflow's (DESIGN, section 6)."""
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
CHECKED = 200
"""Questions whose answers are compared before anything is timed."""
Clock = dict[str, dict[str, float]]
"""By part of an answer ("" for what has no parts), the counters that ``/metrics`` has of it."""


def read_clock(endpoint: Endpoint) -> Clock:
    """What ``/metrics`` of a service says of its answers so far."""
    clock: Clock = defaultdict(dict)
    address = urlsplit(endpoint.url)._replace(path="/metrics").geturl()
    with urlopen(address, timeout=endpoint.timeout) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    for sample in (sample for family in families for sample in family.samples):
        clock[sample.labels.get("part", "")][sample.name] = sample.value
    return clock


def count_degraded(clock: Clock) -> int:
    """How many answers of a service were made from nulls so far, because its store kept silent."""
    return round(clock[""].get(DEGRADED, 0))


def compute_mean_ms(before: Clock, after: Clock) -> dict[str, float]:
    """Milliseconds that each part of an answer took on the mean between two readings of the clock."""
    means = {}
    for part, counters in after.items():
        seconds, answers = (counters.get(f"{METRIC}_{kind}", 0) - before[part].get(f"{METRIC}_{kind}", 0)
                            for kind in ("sum", "count"))  # fmt: skip
        if part and answers:
            means[part] = 1000 * seconds / answers
    return means


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
    return Tail.of(waits).record() | {"mean": round(float(np.mean(waits)), 3), "failed": failed, "rounds": rounds}


def compare_runs(alone: Mapping[str, Any]) -> dict[str, Any]:
    """``ratios`` of each system's quantiles to MLflow's, within the rounds; ``target``: FTI's against the aim."""
    paired = {key: Paired(pd.DataFrame({name: of["rounds"][key] for name, of in alone.items()})) for key in QUANTILES}
    spreads = {(name, key): paired[key].ratio(name, MLFLOW) for name in SYSTEMS for key in QUANTILES}
    ratios = {
        f"{name} / {MLFLOW}, one request, {key}": {
            "ratio": spread.median,
            "low": spread.low,
            "high": spread.high,
            "rounds": len(paired[key].seconds),
        }
        for (name, key), spread in spreads.items()
    }
    aims = {
        key: {"aim": TARGET, "ratio": (ratio := spreads["fti", key].median), "met": ratio <= TARGET} for key in AIMED_AT
    }
    for name, figures in [*ratios.items(), *((f"target: FTI's {key}", aim) for key, aim in aims.items())]:
        CONSOLE.print(name, "  ".join(f"{key} {value:.3g}" for key, value in figures.items()))
    return {"ratios": ratios, "target": aims}
