"""Where the time of an answer goes, by the service's own clock, and whether the services answer the same question."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from lab.load.endpoint import JSON, Endpoint

METRIC = "answer_seconds"
PART = "part"
DEGRADED = "degraded_answers_total"
Clock = dict[str, tuple[float, float]]
"""Seconds and answers counted so far, by part."""


def read_clock(endpoint: Endpoint) -> Clock:
    """What ``/metrics`` of a service says of its answers so far."""
    found: dict[str, dict[str, float]] = {}
    for sample in _read_samples(endpoint):
        if sample.name.startswith(METRIC) and PART in sample.labels:
            found.setdefault(sample.labels[PART], {})[sample.name] = sample.value
    return {part: (of[f"{METRIC}_sum"], of[f"{METRIC}_count"]) for part, of in found.items()}


def count_degraded(endpoint: Endpoint) -> int:
    """How many answers of a service were made from nulls so far, because its store kept silent."""
    return round(sum(sample.value for sample in _read_samples(endpoint) if sample.name == DEGRADED))


def _read_samples(endpoint: Endpoint) -> list[Sample]:
    address = urlsplit(endpoint.url)._replace(path="/metrics").geturl()
    with urlopen(address, timeout=endpoint.timeout) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    return [sample for family in families for sample in family.samples]


def compute_mean_ms(before: Clock, after: Clock) -> dict[str, float]:
    """Mean milliseconds that each part of an answer took between two readings of the clock."""
    nothing = (0.0, 0.0)
    spent = {part: (at[0] - before.get(part, nothing)[0], at[1] - before.get(part, nothing)[1])
             for part, at in after.items()}  # fmt: skip
    return {part: 1000 * seconds / answers for part, (seconds, answers) in spent.items() if answers}


def ask(endpoint: Endpoint, count: int) -> list[dict[str, Any]]:
    """Post the first ``count`` bodies to a service; its answers, in their order."""
    return [json.loads(_post(endpoint, body)) for body in endpoint.bodies[:count]]


def count_same(
    ours: Sequence[Mapping[str, Any]], mlflows: Sequence[Mapping[str, Any]], expected: Sequence[float]
) -> int:
    """How many questions both services answered alike.

    Ours gives the probability that is ``expected`` of the model; MLflow gives its label, 1 where that is above 1/2.
    """
    pairs = zip(ours, mlflows, expected, strict=True)
    return sum(
        abs(one["prediction"] - wanted) < 1e-9 and other["predictions"] == [int(wanted > 0.5)]
        for one, other, wanted in pairs
    )


def _post(endpoint: Endpoint, body: bytes) -> bytes:
    with urlopen(Request(endpoint.url, data=body, headers=JSON), timeout=endpoint.timeout) as answer:
        return bytes(answer.read())
