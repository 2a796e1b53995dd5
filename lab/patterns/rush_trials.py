"""Trials before a release: what an open and a closed loop see of a service without guards."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from lab.load.loops import closed_loop
from lab.patterns.rush_arms import encode
from lab.patterns.rush_cases import CAPACITY, Case
from lab.patterns.rush_seen import Asked, find_p99, share
from lab.patterns.rush_troubles import Asking, Site, sleep_until, sort_fates
from lab.patterns.troubled_model import write_trouble
from problem.rush import PATIENCE, Seen, Trial

MOST = 2 * CAPACITY
"""Questions a second that a closed loop asks at most: more than the model answers."""


def try_out(site: Site, trials: Mapping[str, Trial], case: Case, seconds: float) -> list[dict[str, Any]]:
    """A row for each trial, each on an arm of its own, all at once while the models are in that trouble.

    ``answered`` a second while it lasted; share ``good``; seconds of the 99th percentile of what was answered.
    """
    bodies, began = encode(site.questions), time.monotonic()
    write_trouble(case.trouble, site.trouble)
    with ThreadPoolExecutor(len(trials)) as pool:
        running = {
            name: pool.submit(run_trial, Asking(site.arms[name].front, bodies), trial, seconds)
            for name, trial in trials.items()
        }
        sleep_until(began + seconds + PATIENCE)
        site.rest()
    told = {"kind": case.kind, "strength": case.strength}
    return [
        {**told, **trial._asdict(), **describe_trial(running[name].result(), seconds)} for name, trial in trials.items()
    ]


def run_trial(asking: Asking, trial: Trial, seconds: float) -> Asked:
    """One loop. A closed one goes on after these seconds until it has asked what it was to ask."""
    if not trial.callers:
        return asking.ask(trial.rate, seconds)
    count = max(trial.callers, round((trial.rate or MOST) * seconds))
    return sort_fates(closed_loop(asking, trial.callers, count, trial.rate or None), asking.by_table)


def describe_trial(asked: Asked, seconds: float) -> dict[str, Any]:
    """What was seen while it lasted."""
    meant = asked.take(asked.due < seconds)
    came = meant.is_answered & (meant.due + meant.waits <= seconds)
    return {
        "asked": len(meant.due),
        "answered": int(np.sum(came)) / seconds,
        "good": share(meant.is_good),
        "p99": find_p99(meant.waits[meant.is_answered]),
    }


def read_seen(rows: Sequence[Mapping[str, Any]]) -> list[Seen]:
    """What a side is told of its trials."""
    return [Seen(Trial(row["rate"], row["callers"]), row["answered"], row["good"]) for row in rows]
