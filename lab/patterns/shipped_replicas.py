"""A host's process, started from the files that were shipped to it, on a port of its own."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from parts.image_registry.registry import HOST, find_free_port
from problem.shipping import CannotShip, Started

PATIENCE = 60.0
"""Seconds after which a process that neither answers nor ends is given up."""


class Replica(NamedTuple):
    """A process that answers on a port."""

    process: subprocess.Popen[str]
    port: int

    def ask(self, flight: Mapping[str, Any]) -> float:
        """What it answers; raises ``CannotShip`` for an error."""
        status, body = self._call("POST", "/predict", flight)
        if status != 200:
            raise CannotShip(f"status {status}: {body['detail']}")
        return float(body["late"])

    def look(self) -> dict[str, Any]:
        """Its version, and where its packages come from."""
        return self._call("GET", "/ready")[1]

    def reload(self, started: Started) -> None:
        """Take another model while answering; raises ``CannotShip``, and the old one goes on."""
        status, body = self._call("POST", "/reload", {"file": str(started.model), "version": started.version})
        if status != 200:
            raise CannotShip(body["detail"])

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate()

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, None if body is None else json.dumps(body))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


def start(started: Started) -> Replica:
    """A process that is ready; raises ``CannotShip`` with its last line if it ends before.

    Without this machine's site-packages: what it imports comes from what was shipped.
    """
    port = find_free_port()
    command = [sys.executable, "-s", "-S", str(started.code), str(started.model), str(port), started.version]
    told = {"PYTHONPATH": str(started.packages), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    told |= {"PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1"}
    replica = Replica(subprocess.Popen(command, env=told, stderr=subprocess.PIPE, text=True), port)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and replica.process.poll() is None:
        try:
            replica.look()
        except (OSError, http.client.HTTPException):
            time.sleep(0.01)
        else:
            return replica
    replica.process.kill()
    said = replica.process.communicate()[1].strip() or "it does not answer"
    raise CannotShip(said.splitlines()[-1])


def move_on(running: Replica | None, started: Started, in_process: bool) -> Replica:
    """The process that answers with what has arrived: the same one, or a new one in place of it."""
    if running and in_process:
        running.reload(started)
        return running
    if running:
        running.stop()
    return start(started)


def stop_all(replicas: Iterable[Replica | None]) -> None:
    """End those that run."""
    for replica in replicas:
        if replica:
            replica.stop()
