"""What any deployment of the service must do, tried on real processes."""

import http.client
import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from lab.patterns.declared_way import Declared, Probe
from lab.patterns.service_process import HOST, Running, ask, find_program, move_ports, start
from parts.deployed_service.example_request import EXAMPLE

PATIENCE = 30.0
"""Seconds in which the service has to be ready."""
PAUSE = 0.1


class NotMet(Exception):
    """A check that failed; the text says what was seen."""


def conform(declared: Declared, root: Path) -> dict[str, str]:
    """By check, what went wrong, "" where nothing did; no check comes after one that failed."""
    found: dict[str, str] = {}
    try:
        with start(declared, root) as running:
            for name, check in list_checks(declared):
                found[name] = _try(check, running)
                if found[name]:
                    break
    except OSError as error:
        found["starts"] = f"cannot be started: {error}"
    return found


def list_checks(declared: Declared) -> Iterator[tuple[str, Callable[[Running], None]]]:
    """The suite, in order; the last one stops the service."""
    yield "starts", lambda running: wait_until_open(running, declared.port)
    for probe in declared.probes:
        yield f"probe: {probe.name}", lambda running, probe=probe: wait_for_probe(running, probe)  # type: ignore[misc]
    yield "health", lambda running: _expect(running, declared.port, "GET", "/health", 200, "alive")
    yield "ready", lambda running: _expect(running, declared.port, "GET", "/ready", 200, "ready")
    yield "a prediction", lambda running: _check_prediction(running, declared.port)
    yield "a typed refusal", lambda running: _check_refusal(running, declared.port)
    yield "drains on stop", lambda running: _check_drain(running, declared)


def try_probes(declared: Declared, running: Running, patience: float = 2.0) -> str:
    """What a place that asks like this would find of a service that is ready; "" if all is well."""
    for probe in declared.probes:
        if wrong := _try(lambda running, probe=probe: wait_for_probe(running, probe, patience), running):  # type: ignore[misc]
            return f"probe: {probe.name}: {wrong}"
    return _try(lambda running: wait_until_open(running, declared.port, patience), running)


def wait_until_open(running: Running, port: int, patience: float = PATIENCE) -> None:
    """Until callers are let in; raises ``NotMet`` if the process ends before, or out of patience."""
    for _ in _while_patient(running, patience):
        with suppress(OSError), socket.create_connection((HOST, running.port(port)), timeout=1):
            return
    raise NotMet(f"nobody listens on port {port}")


def wait_for_probe(running: Running, probe: Probe, patience: float = PATIENCE) -> None:
    """Until the probe is content; raises ``NotMet`` as above."""
    seen = "no answer"
    for _ in _while_patient(running, patience):
        if probe.command:
            done = subprocess.run(find_program(move_ports(probe.command, running)), capture_output=True, check=False)
            seen = (done.stderr.decode().strip() or "failed").splitlines()[-1]
            if not done.returncode:
                return
        else:
            with suppress(OSError, http.client.HTTPException):
                status, _, _ = ask(running.port(probe.port), "GET", probe.path)
                if 200 <= status < 400:
                    return
                seen = f"status {status} at {probe.path}"
    raise NotMet(seen)


def _try(check: Callable[[Running], None], running: Running) -> str:
    try:
        check(running)
    except (NotMet, OSError, http.client.HTTPException, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def _while_patient(running: Running, patience: float) -> Iterator[None]:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if running.process.poll() is not None:
            raise NotMet(f"the process ended with status {running.process.returncode}")
        yield
        time.sleep(PAUSE)


def _expect(running: Running, port: int, method: str, path: str, status: int, state: str) -> None:
    seen, _, body = ask(running.port(port), method, path)
    if (seen, body.get("status")) != (status, state):
        raise NotMet(f"{path} answers {seen} {body.get('status')}, not {status} {state}")


def _check_prediction(running: Running, port: int) -> None:
    status, _, body = ask(running.port(port), "POST", "/predict", EXAMPLE)
    if status != 200 or not 0 <= body["prediction"] <= 1:
        raise NotMet(f"/predict answers {status}: {body}")


def _check_refusal(running: Running, port: int) -> None:
    status, kind, body = ask(running.port(port), "POST", "/predict", {**EXAMPLE, "distance": "far"})
    if (status, kind) != (422, "application/problem+json") or not body["faults"]:
        raise NotMet(f"what is no flight is answered {status} as {kind}")


def _check_drain(running: Running, declared: Declared) -> None:
    """A request is under way when the service is asked to stop: it is answered, and the process ends in time."""
    body = json.dumps(EXAMPLE).encode()
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((HOST, running.port(declared.port)), timeout=declared.grace) as caller:
        caller.sendall(head.encode() + body[:10])
        time.sleep(PAUSE)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(PAUSE)
        caller.sendall(body[10:])
        answer = caller.recv(65_536)
    if b" 200 " not in answer[:20]:
        raise NotMet("a request under way is not answered on stop")
    with suppress(subprocess.TimeoutExpired):
        running.process.wait(declared.grace)
    if running.process.poll() not in (0, -signal.SIGTERM):
        raise NotMet(f"asked to stop, it ends with status {running.process.poll()} within {declared.grace:g} s")
