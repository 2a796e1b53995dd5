"""A burst of many times what the model can answer, travellers meanwhile, and a front that is killed."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

import numpy as np

from lab.load.load_result import Result
from lab.load.loops import open_loop
from lab.patterns.form_loads import Answers, aim
from lab.patterns.form_sites import RunningForm, wait_until_ready
from lab.patterns.form_travellers import bring_travellers
from lab.patterns.form_waits import Row, describe, is_taken

REFUSED = 503
CALM = 1.0
"""Seconds before a kill, and after the last question until the next burst."""


class Burst(NamedTuple):
    """So many questions a second for so many seconds; so many travellers a second."""

    rate: float
    seconds: float
    travellers: float


def send_burst(
    form: RunningForm, travellers_at: RunningForm, bodies: Sequence[bytes], own: Path, burst: Burst
) -> dict[str, Any]:
    """What became of the questions, and of travellers who asked ``travellers_at``, bodies in the file ``own``.

    Shares of the questions; ``waited``: seconds that callers waited, by question; ``last``: seconds from the first
    question to the last answer; ``in_burst``: answers a second to callers in time.
    """
    with Answers(form) as answers, bring_travellers(travellers_at.url, own, burst.travellers, burst.seconds) as asking:
        asking.begin()
        result = open_loop(aim(form, bodies), burst.rate, burst.seconds)
        seen = asking.read()
        later = answers.read_waits(result)
    row = describe_burst(result, burst) | {"travellers": seen}
    if later is not None:
        came = np.isfinite(later)
        last = float(np.max(result.due[came] + later[came] / 1000)) if came.any() else 0.0
        row |= {"until_answered": describe(later, came), "last": last}
    return row


def describe_burst(result: Result, burst: Burst) -> Row:
    """What the callers of a burst saw."""
    taken = is_taken(result)
    last = float(np.max((result.due + result.latencies / 1000)[taken])) if taken.any() else 0.0
    row = describe(result.latencies, taken)
    return row | {
        "asked": len(result.due),
        "refused": float(np.mean(result.statuses == REFUSED)),
        "given_up": float(np.mean(~taken & (result.statuses != REFUSED))),
        "waited": float(np.mean(result.latencies) / 1000),
        "in_burst": row["good"] * burst.rate,
        "last": last,
        "lag": result.lag,
    }


def send_bursts(
    forms: Mapping[str, RunningForm],
    names: Sequence[str],
    travellers_at: Mapping[str, str],
    bodies: Sequence[bytes],
    folder: Path,
    burst: Burst,
) -> list[dict[str, Any]]:
    """A row for each form that is named: travellers ask the one that ``travellers_at`` names, or else the same."""
    own = folder / "travellers.jsonl"
    own.write_bytes(b"\n".join(bodies[: round(burst.travellers * burst.seconds)]))
    rows = []
    for name in names:
        form, other = forms[name], travellers_at.get(name, name)
        told = {"rate": burst.rate, "form": name, "travellers_at": other}
        rows.append(told | send_burst(form, forms[other], bodies, own, burst))
        time.sleep(CALM)  # what is still under way for callers who gave up
        wait_until_ready(form)
    return rows


def kill_once(form: RunningForm, bodies: Sequence[bytes], rate: float, seconds: float) -> dict[str, Any]:
    """One ``kill -9`` of what answers, worker or front, under a steady load: questions ``asked`` and ``failed``."""
    clock = Timer(CALM, form.kill)
    with Answers(form) as answers:
        clock.start()
        result = open_loop(aim(form, bodies), rate, seconds)
        clock.join()
        later = answers.read_waits(result)
    wait_until_ready(form)
    failed = ~is_taken(result) if later is None else ~np.isfinite(later)
    return {"form": form.name, "asked": len(result.due), "failed": int(failed.sum())}
