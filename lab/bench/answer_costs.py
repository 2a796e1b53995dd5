"""Where the time of an answer goes: by the service's own clock, and by a profile of FTI in this process."""

import cProfile
import io
import json
import pstats
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from lab.load.endpoint import Endpoint
from parts.service_shell.flight import Flight
from reference.systems.fti.adapters.champions import Champions
from reference.systems.fti.inference import online_vector
from reference.systems.fti.system import System

METRIC, DEGRADED = "answer_seconds", "degraded_answers_total"
LINES = 10
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


def profile_answers(home: Path, questions: Sequence[bytes]) -> list[str]:
    """The ten functions that took most time of their own while FTI answered these questions, as pstats prints them.

    HTTP, the log and the thread that guards the store are left out: a profile follows one thread.
    """
    system = System(home)
    champions = Champions(system.registry)
    champions.look()
    asked = [Flight(**json.loads(question)).request() for question in questions]
    profile, text = cProfile.Profile(), io.StringIO()
    for number, request in enumerate([asked[0], *asked]):
        if number == 1:  # the first one opens connections and fills caches
            profile.enable()
        champion, vector = champions.now(), online_vector(system.store, request)
        champion.late.score(vector), champion.delay.score(vector)
    profile.disable()
    pstats.Stats(profile, stream=text).strip_dirs().sort_stats("tottime").print_stats(LINES)
    return [line for line in text.getvalue().splitlines() if line.strip()]
