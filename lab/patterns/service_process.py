"""The service as a real process on 127.0.0.1, started as its files say.

A process gets the command and the environment that its files declare, and nothing else of theirs. Ports are moved to
free ones, all in the same way; ``/srv`` becomes a folder; ``0.0.0.0`` becomes this machine's loopback.
"""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from lab.engine.workspace import REPOSITORY
from lab.patterns.declared_way import Declared
from parts.deployed_service.__main__ import SETTINGS

HOST, ANYWHERE, ROOT = "127.0.0.1", "0.0.0.0", "/srv"
PORT = SETTINGS[0]


class Running(NamedTuple):
    """A process, and the ports of the files as they are on this machine."""

    process: subprocess.Popen[bytes]
    ports: dict[int, int]

    def port(self, declared: int) -> int:
        """Where a port of the files lies here; one that no process was told of is free, and nobody answers there."""
        if declared not in self.ports:
            self.ports[declared] = find_free_port()
        return self.ports[declared]


@contextmanager
def start(declared: Declared, root: Path) -> Iterator[Running]:
    """The declared command in the declared environment; it is killed at the end if it still runs."""
    ports: dict[int, int] = {}
    told = {name: _move(name, value, root, ports) for name, value in declared.environment.items()}
    surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        find_program(declared.command),
        env=surroundings | told,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Running(process, ports)
    finally:
        process.kill()
        process.wait()


def ask(port: int, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, str, dict[str, Any]]:
    """Status, media type and body of an answer; raises ``OSError``, ``HTTPException`` and ``ValueError``."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.headers.get_content_type(), json.loads(answer.read() or b"{}")
    finally:
        connection.close()


def find_program(command: tuple[str, ...]) -> list[str]:
    """The command, with this very Python where it says so."""
    return [sys.executable if command[0] == "python" else command[0], *command[1:]]


def _move(name: str, value: str, root: Path, ports: dict[int, int]) -> str:
    if name == PORT and value.isdecimal():
        return str(ports.setdefault(int(value), find_free_port()))
    if value == ANYWHERE:
        return HOST
    return f"{root}{value.removeprefix(ROOT)}" if value.startswith(ROOT) else value


def move_ports(command: tuple[str, ...], running: Running) -> tuple[str, ...]:
    """A command whose ports on this machine are those that the process was given."""
    return tuple(re.sub(r"(?<=127\.0\.0\.1:)\d+", lambda found: str(running.port(int(found[0]))), w) for w in command)


def list_open_ports(pid: int) -> list[int]:
    """The ports on which a process lets callers in; none of one that has ended."""
    try:
        return [each.laddr.port for each in psutil.Process(pid).net_connections("tcp") if each.status == "LISTEN"]
    except psutil.Error:
        return []


def find_free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])
