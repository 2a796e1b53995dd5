"""What any deployment of the service must do, tried on real processes."""

import http.client
import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from lab.patterns.declared_way import Declared, Probe
from lab.patterns.service_process import HOST, Running, ask, find_program, list_open_ports, move_ports, start
from parts.deployed_service.example_request import EXAMPLE

PATIENCE = 180.0
"""Seconds after which a process that neither listens nor ends is given up: no result hangs on how busy a machine is."""
ATTEMPTS, PAUSE = 5, 0.1
"""How often a probe asks a service that lets callers in, and seconds between two looks."""
UNDER_WAY = 0.5
"""Seconds in which the head of a request is taken in."""


class NotMet(Exception):
    """A check that failed; the text says what was seen."""


def conform(declared: Declared, root: Path) -> dict[str, str]:
    """By check, what went wrong, "" where nothing did; no check comes after one that failed."""
    found: dict[str, str] = {}
    try:
        with start(declared, root) as running:
            for name, check in list_checks(declared):
                found[name] = try_check(check, running)
                if found[name]:
                    break
    except OSError as error:
        found["starts"] = f"cannot be started: {error}"
    return found


def list_checks(declared: Declared) -> Iterator[tuple[str, Callable[[Running], None]]]:
    """The suite, in order; the last one stops the service."""
    yield "starts", partial(wait_until_open, port=declared.port)
    for probe in declared.probes:
        yield f"probe: {probe.name}", partial(wait_for_probe, probe=probe)
    yield "health", lambda running: expect_state(running, declared.port, "/health", "alive")
    yield "ready", lambda running: expect_state(running, declared.port, "/ready", "ready")
    yield "a prediction", lambda running: _check_prediction(running, declared.port)
    yield "a typed refusal", lambda running: _check_refusal(running, declared.port)
    yield "drains on stop", lambda running: check_drain(running, declared, EXAMPLE)


def try_probes(declared: Declared, running: Running) -> str:
    """What a place that asks like this would find of a service that is ready; "" if all is well."""
    for probe in declared.probes:
        if wrong := try_check(partial(wait_for_probe, probe=probe), running):
            return f"probe: {probe.name}: {wrong}"
    return try_check(partial(wait_until_open, port=declared.port), running)


def wait_until_open(running: Running, port: int) -> None:
    """Until callers are let in; raises ``NotMet`` if the process ends before, listens elsewhere, or does neither."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if running.process.poll() is not None:
            raise NotMet(f"the process ended with status {running.process.returncode}")
        if listens_on := list_open_ports(running.process.pid):
            if running.port(port) in listens_on:
                return
            break
        time.sleep(PAUSE)
    raise NotMet(f"nobody listens on port {port}")


def wait_for_probe(running: Running, probe: Probe) -> None:
    """Until the probe is content; raises ``NotMet`` if it is not within ``ATTEMPTS``."""
    for _ in range(ATTEMPTS):
        if not (seen := _ask_probe(running, probe)):
            return
        time.sleep(PAUSE)
    raise NotMet(seen)


def _ask_probe(running: Running, probe: Probe) -> str:
    """What it is discontent with, "" if it is not."""
    if probe.command:
        command = find_program(move_ports(probe.command, running))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (done.stderr.strip() or "failed").splitlines()[-1] if done.returncode else ""
    status, _, _ = ask(running.port(probe.port), "GET", probe.path)
    return "" if 200 <= status < 400 else f"status {status} at {probe.path}"


def try_check(check: Callable[[Running], None], running: Running) -> str:
    """What went wrong, "" if nothing did."""
    try:
        check(running)
    except (NotMet, OSError, http.client.HTTPException, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def expect_state(running: Running, port: int, path: str, state: str) -> None:
    """Raises ``NotMet`` unless the service says that it is in this state."""
    seen, _, body = ask(running.port(port), "GET", path)
    if (seen, body.get("status")) != (200, state):
        raise NotMet(f"{path} answers {seen} {body.get('status')}, not 200 {state}")


def _check_prediction(running: Running, port: int) -> None:
    status, _, body = ask(running.port(port), "POST", "/predict", EXAMPLE)
    if status != 200 or not 0 <= body["prediction"] <= 1:
        raise NotMet(f"/predict answers {status}: {body}")


def _check_refusal(running: Running, port: int) -> None:
    status, kind, body = ask(running.port(port), "POST", "/predict", {**EXAMPLE, "distance": "far"})
    if (status, kind) != (422, "application/problem+json") or not body["faults"]:
        raise NotMet(f"what is no flight is answered {status} as {kind}")


def check_drain(running: Running, declared: Declared, question: Mapping[str, Any]) -> None:
    """A request is under way when the service is asked to stop: it is answered, and the process ends in time."""
    body = json.dumps(question).encode()
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((HOST, running.port(declared.port)), timeout=declared.grace) as caller:
        caller.sendall(head.encode() + body[:10])
        time.sleep(UNDER_WAY)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(UNDER_WAY)
        caller.sendall(body[10:])
        answer = caller.recv(65_536)
    if b" 200 " not in answer[:20]:
        raise NotMet("a request under way is not answered on stop")
    with suppress(subprocess.TimeoutExpired):
        running.process.wait(declared.grace)
    if running.process.poll() not in (0, -signal.SIGTERM):
        raise NotMet(f"asked to stop, it ends with status {running.process.poll()} within {declared.grace:g} s")
