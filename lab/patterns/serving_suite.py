"""What every service of the serving patterns must do, tried on its process: all checks, whichever fail.

It goes on where ``service_conformance`` ends, which holds a deployment to the same things but looks at one request of
each kind.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from lab.patterns.declared_way import Declared
from lab.patterns.monday_models import Wanted
from lab.patterns.service_caller import JSON, Caller, Said, make_float
from lab.patterns.service_conformance import NotMet, check_drain, expect_state, try_check, wait_until_open
from lab.patterns.service_process import Running, start

PROBLEM = "application/problem+json"
CROWD = 12
"""Callers at once."""
NEAR = 1e-9
COUNTED = re.compile(r'requests_total\{status="(\d+)"\} (\S+)')


Check = Callable[[Running], None]


def find_faults(declared: Declared, root: Path, wanted: Wanted) -> dict[str, str]:
    """By check, what went wrong, "" where nothing did; only ``starts`` for a service that nobody can ask.

    ``root``: holds the folder of models.
    """
    with start(declared, root) as running:
        found = {"starts": try_check(partial(wait_until_open, port=declared.port), running)}
        if found["starts"]:
            return found
        caller = Caller(running.port(declared.port))
        for name, check in list_checks(declared, caller, wanted, root / "models"):
            found[name] = try_check(check, running)
        return found


def list_checks(declared: Declared, caller: Caller, wanted: Wanted, models: Path) -> Iterator[tuple[str, Check]]:
    """The suite, in order: what is compared with what was seen comes late, and the last one stops the service."""
    yield "health", lambda running: expect_state(running, declared.port, "/health", "alive")
    yield "ready", lambda running: expect_state(running, declared.port, "/ready", "ready")
    yield "an answer", lambda _: check_answer(caller, wanted, models)
    yield "the largest question", lambda _: expect(caller.ask(wanted.largest or wanted.body), 200, JSON)
    yield "a whole number", lambda _: expect(caller.ask(make_float(wanted.body, wanted.whole)), 200, JSON)
    yield "what is no question", lambda _: check_refusals(caller, wanted)
    yield "what is too large", lambda _: check_limit(caller, wanted.limit)
    yield "another address", lambda _: check_addresses(caller)
    yield "a crowd", lambda _: check_crowd(caller, wanted.body)
    yield "the document", lambda _: check_document(caller)
    yield "the counts", lambda _: check_counts(caller)
    yield "drains on stop", lambda running: check_drain(running, declared, wanted.body)


def expect(said: Said, status: int, kind: str) -> None:
    """Raises ``NotMet``."""
    if (said.status, said.kind) != (status, kind):
        raise NotMet(f"{said.status} as {said.kind}, not {status} as {kind}")


def check_answer(caller: Caller, wanted: Wanted, models: Path) -> None:
    """What is told is what the model says, and which model said it."""
    expect(said := caller.ask(wanted.body), 200, JSON)
    told, right = said.read(), wanted.answer(models)
    if not is_near(told["prediction"], right) or "/" not in told["model_version"]:
        raise NotMet(f"the prediction is {told['prediction']}, not {right}")


def is_near(told: Any, right: Any) -> bool:
    """Equal numbers, lists of them, or numbers by name."""
    if isinstance(right, Mapping):
        return list(told) == list(right) and is_near([*told.values()], [*right.values()])
    if isinstance(right, list):
        return len(told) == len(right) and all(map(is_near, told, right))
    return bool(abs(told - right) <= NEAR)


def check_refusals(caller: Caller, wanted: Wanted) -> None:
    """A field too many, one too few, a list, half a text: each is refused with a reason."""
    short = dict(list(wanted.body.items())[1:])
    bodies: tuple[Any, ...] = (wanted.body | {"colour": "red"}, short, [], b"{")
    for body in bodies:
        expect(said := caller.ask(body), 422, PROBLEM)
        if not said.read()["faults"]:
            raise NotMet("a refusal does not say what is wrong")
    expect(caller.ask(b"\xff\xfe{"), 400, PROBLEM)
    if wanted.refused:
        expect(caller.ask(wanted.refused), 409, PROBLEM)


def check_limit(caller: Caller, limit: int) -> None:
    """Nothing larger than a question can be is read, whether its length is announced or not."""
    for chunked in (False, True):
        said = caller.ask(b" " * (limit + 1), chunked=chunked)
        if said.status != 413:
            raise NotMet(f"{limit + 1} bytes are answered {said.status}")


def check_addresses(caller: Caller) -> None:
    """Another path and another method are refused in the same form."""
    expect(caller.ask({}, path="/elsewhere"), 404, PROBLEM)
    expect(caller.ask({}, method="PUT"), 405, PROBLEM)


def check_crowd(caller: Caller, body: Any) -> None:
    """Many at once: each is answered, or told that it is too much."""
    with ThreadPoolExecutor(CROWD) as pool:
        crowd = list(pool.map(caller.ask, [body] * CROWD))
    for said in crowd:
        expect(said, said.status, JSON if said.status == 200 else PROBLEM)
        if said.status not in (200, 503):
            raise NotMet(f"one of {CROWD} callers at once is told {said.status}")


def check_document(caller: Caller) -> None:
    """Whatever ``/predict`` has said is among what its OpenAPI document promises, and no refusal promises otherwise."""
    document = caller.ask({}, "GET", "/openapi.json").read()
    promised = document["paths"]["/predict"]["post"]["responses"]
    for said in caller.seen:
        if said.status != 405 and said.kind not in promised.get(str(said.status), {}).get("content", {}):
            raise NotMet(f"{said.status} as {said.kind} is not in the document")
    if lies := [status for status, told in promised.items() if status[0] != "2" and JSON in told["content"]]:
        raise NotMet(f"the document promises {', '.join(lies)} as {JSON}, and none comes")


def check_counts(caller: Caller) -> None:
    """Every answer and every refusal of ``/predict`` is counted, by status."""
    text = caller.ask({}, "GET", "/metrics").body.decode()
    counted = {int(status): float(count) for status, count in COUNTED.findall(text)}
    if counted != (right := Counter(said.status for said in caller.seen)):
        raise NotMet(f"counted {counted}, not {dict(right)}")
