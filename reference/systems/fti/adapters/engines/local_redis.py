"""A Redis server of one's own for a test or a lesson: on a free port, without persistence, gone afterwards."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

PROGRAM = "redis-server"
PATIENCE = 10.0
"""Seconds in which the server must answer."""


class NoServer(RuntimeError):
    """There is no server program, or it does not start; one line that says what to do."""


@contextmanager
def redis_server() -> Iterator[str]:
    """The address (host:port) of a new, empty server that nobody but this machine can reach."""
    if shutil.which(PROGRAM) is None:
        raise NoServer(f"{PROGRAM} is not installed: apt-get install redis-server")
    port = _free_port()
    command = [PROGRAM, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen([*command, "--dir", "/"], stdout=subprocess.PIPE, text=True) as server:
        try:
            _wait(server, port)
            yield f"127.0.0.1:{port}"
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[str], port: int) -> None:
    end = time.monotonic() + PATIENCE
    with closing(Redis(port=port)) as client:
        while time.monotonic() < end and server.poll() is None:
            try:
                client.ping()
            except NoConnection:
                time.sleep(0.02)
            else:
                return
    raise NoServer(f"{PROGRAM} does not answer on port {port}: run `{PROGRAM} --port {port}` and read what it says")
