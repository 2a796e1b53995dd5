"""The second stage, a process of its own: the big model answers what the first stage has kept, many at a time.

Answers are kept, and sent to ``PUSH_TO`` if there is such an address. Whoever does not listen holds nobody up: an
answer that could not be delivered is tried again later, and can be fetched meanwhile.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.request import Request, urlopen

from parts.answer_desk.answer_desk import Desk
from parts.vector_models.vector_scoring import Scorer, open_pipeline
from problem.too_big import BIG

MOST = 64
"""Questions that the big model is asked about at once."""
LEASE, PAUSE, RETRY = 5.0, 0.005, 1.0
"""Seconds in which taken questions are answered; between two looks; after an address that did not listen."""
KEPT = 24 * 3600.0


def answer_some(desk: Desk, scorer: Scorer, most: int = MOST) -> bool:
    """Answer what waits; whether there was anything. What cannot be answered stays, and holds up no other."""
    taken = desk.take(most, LEASE)
    if taken:
        try:
            risks = dict(zip(taken, scorer.score([*taken.values()]), strict=True))
        except Exception:
            risks = answer_each(scorer, taken)
        desk.give(risks, scorer.version)
    return bool(taken)


def answer_each(scorer: Scorer, taken: Mapping[str, Any]) -> dict[str, float]:
    """By id, the answers of those questions that have one."""
    risks = {}
    for answer_id, row in taken.items():
        try:
            (risks[answer_id],) = scorer.score([row])
        except Exception as error:
            print(f"multi_stage: {answer_id} cannot be answered: {error!r}".splitlines()[0], file=sys.stderr)
    return risks


def tell(desk: Desk, address: str, stop: Event) -> None:
    """Send answers to an address as they come, until stopped."""
    while not stop.is_set():
        untold = desk.list_untold(MOST)
        if untold and not send(address, untold):
            stop.wait(RETRY)
        elif untold:
            desk.mark_told(each["answer_id"] for each in untold)
        else:
            stop.wait(PAUSE)


def send(address: str, answers: Sequence[Mapping[str, Any]]) -> bool:
    """Whether somebody took them."""
    sent = Request(address, json.dumps({"answers": answers}).encode(), {"Content-Type": "application/json"})
    try:
        with urlopen(sent, timeout=2.0):
            return True
    except OSError:
        return False


def main() -> int:
    """Answer until stopped (SIGTERM), what was taken included."""
    if missing := [name for name in ("MODELS", "DESK") if not os.environ.get(name)]:
        print(f"multi_stage: set {', '.join(missing)} in the environment", file=sys.stderr)
        return 2
    try:
        scorer = open_pipeline(Path(os.environ["MODELS"]) / BIG)
    except LookupError as error:
        print(f"multi_stage: {error}; questions wait meanwhile", file=sys.stderr)
        return 1
    stop, file = Event(), Path(os.environ["DESK"])
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    desk = Desk(file)
    desk.forget(time.time() - KEPT)
    if address := os.environ.get("PUSH_TO"):
        Thread(target=tell, args=(Desk(file), address, stop), daemon=True).start()
    while not stop.is_set():
        if not answer_some(desk, scorer):
            stop.wait(PAUSE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
