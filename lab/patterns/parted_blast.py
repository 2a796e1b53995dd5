"""One model of a site goes wrong while callers ask: what is lost of the answers of all others, and for how long."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lab.load.endpoint import Endpoint
from lab.load.load_result import OK, Floats, Result
from lab.load.loops import open_loop
from lab.patterns.parted_models import FAULTY
from lab.patterns.parted_site import RunningSite
from lab.patterns.planted_models import DIES, HANGS, LEAKS, MILES, WAITS
from parts.supervisor.supervisor import Event

RATE = 60.0
"""Questions a second."""
BEFORE = 0.25
"""Seconds of questions before the fault."""
PATIENCE = 1.0
"""Seconds after which a caller gives up."""
TAIL = 0.3
"""Seconds without a loss at the end of a window in which a site counts as recovered."""
WINDOWS = {DIES: 1.8, HANGS: 3.3, WAITS: 1.1, LEAKS: 2.6}
"""Seconds, by fault."""
ONCE = (DIES, HANGS)
"""Faults that take one question; the others are in all questions of the model from then on."""
ALL = "all of them"
BIN = 0.4
"""Seconds over which losses are put together in a picture."""
HELD = re.compile(r"held .*")
Body = dict[str, Any]
Flags = NDArray[np.bool_]


class Sent(NamedTuple):
    """A question of a window: which ``kind`` (a model, or all of them)."""

    kind: str
    body: Body


def write_window(fault: str, question: Body, sound: Sequence[str], seconds: float) -> tuple[list[Sent], int]:
    """The questions of a window in order, and the number of the one that sets the fault off."""
    kinds = {**{name: [name] for name in sound}, FAULTY: [FAULTY], ALL: [*sound, FAULTY]}
    order, sent, culprit = [*kinds], list[Sent](), -1
    for number in range(round(RATE * seconds)):
        kind = order[number % len(order)]
        body = question | {"models": kinds[kind]}
        if kind == FAULTY and culprit < 0 and number >= BEFORE * RATE:
            culprit = number
        if number == culprit or (culprit >= 0 and fault not in ONCE and kind in (FAULTY, ALL)):
            body |= {"distance": MILES[fault]}
        sent.append(Sent(kind, body))
    return sent, culprit


def try_fault(site: RunningSite, fault: str, question: Body, sound: Sequence[str], seconds: float) -> dict[str, Any]:
    """A row: what was lost in a window in which that fault comes, after which the site is mended."""
    sent, culprit = write_window(fault, question, sound, seconds)
    known = len(site.supervisor.events)
    bodies = [json.dumps(each.body).encode() for each in sent]
    run = open_loop(Endpoint(site.url, bodies, timeout=PATIENCE), RATE, seconds)
    if fault in ONCE:
        site.wait_until_whole(question | {"models": [*sound, FAULTY]})
    server = site.find_server(FAULTY)
    seen = [tell_event(event, server.name) for event in site.supervisor.events[known:]]
    if fault not in ONCE:
        site.restart(server)
        site.wait_until_whole(question | {"models": [*sound, FAULTY]})
    return {"fault": fault, "seen": seen} | count_lost([each.kind for each in sent], run, culprit)


def tell_event(event: Event, culprit: str) -> str:
    """Why a part ended; which one, if it is not the one with the fault."""
    return event.why if event.name == culprit else f"{event.name} {event.why}"


def count_lost(kinds: Sequence[str], run: Result, culprit: int) -> dict[str, Any]:
    """Of the questions from the culprit on: how many unrelated ones were asked and lost, in all and by time, and how
    many seconds of all of them that is worth; seconds from the culprit to the last loss, None if losses go on to the
    end; and how many of those for all models were answered.
    """
    after = np.arange(len(kinds)) >= culprit
    unrelated = after & ~np.isin(kinds, [FAULTY, ALL])
    lost = unrelated & (run.statuses != OK)
    whole = after & (np.array(kinds) == ALL)
    last = float(run.due[lost].max() - run.due[culprit]) if lost.any() else 0.0
    ended = float(run.due[-1] - run.due[culprit])
    return {
        "asked": int(unrelated.sum()),
        "lost": int(lost.sum()),
        "share": float(lost.sum() / unrelated.sum()),
        "worth": float(lost.sum() / unrelated.sum() * (ended + 1 / RATE)),
        "by_time": share_by_time(run.due - run.due[culprit], unrelated, lost),
        "seconds": last if last <= ended - TAIL else None,
        "for_all": int(whole.sum()),
        "for_all_answered": int((whole & (run.statuses == OK)).sum()),
        "lag": run.lag,
    }


def share_by_time(since: Floats, asked: Flags, lost: Flags) -> list[float]:
    """The share lost of what was asked in each ``BIN``, from 0 on; a last bin that is not whole is left out."""
    bins = [asked & (since >= start) & (since < start + BIN) for start in np.arange(0, since[-1] + 1 / RATE - BIN, BIN)]
    return [float((lost & each).sum() / each.sum()) for each in bins]


def summarize_losses(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """By fault and side: shares lost (median, least, most), seconds to recover in each round, and what was seen."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["fault"], row["side"]), []).append(row)
    return [{"fault": fault, "side": side} | _summarize(of) for (fault, side), of in found.items()]


def _summarize(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    shares = [row["share"] for row in rows]
    return {
        "rounds": len(rows),
        "share": float(np.median(shares)),
        "worth": float(np.median([row["worth"] for row in rows])),
        "low": min(shares),
        "high": max(shares),
        "asked": sum(row["asked"] for row in rows),
        "lost": sum(row["lost"] for row in rows),
        "seconds": [row["seconds"] for row in rows],
        "by_time": [row["by_time"] for row in rows],
        "for_all": sum(row["for_all_answered"] for row in rows) / sum(row["for_all"] for row in rows),
        "seen": sorted({HELD.sub("held too much", why) for row in rows for why in row["seen"]}),
    }
