"""An application in a process of its own for as long as a block lasts."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL, SIGTERM
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from lab.load.endpoint import CannotLoad

HOST = "127.0.0.1"
PATIENCE = 300.0
"""Seconds that a service may take until it answers for the first time."""
LINES = 3
"""Of what a service said last, told when it does not start."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(
    command: Sequence[str], port: int, path: str = "/", environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Run a command that serves HTTP on ``port`` of this machine; yields its base URL once ``path`` answers with 200.

    Raises ``CannotLoad`` with the last lines it said if it ends or does not answer in time.
    """
    with TemporaryDirectory() as folder, (Path(folder) / "said").open("w+") as said:
        process = subprocess.Popen(
            list(command), stdout=said, stderr=subprocess.STDOUT, env=environment, start_new_session=True
        )
        try:
            _wait(process, f"http://{HOST}:{port}{path}", Path(said.name))
            yield f"http://{HOST}:{port}"
        finally:
            _end(process)


@contextmanager
def uvicorn(app: str, folder: Path | None = None, path: str = "/") -> Iterator[str]:
    """An ASGI application, named as uvicorn names it, in a process of its own; ``folder`` is where its module lies."""
    port = free_port()
    options = [
        "--host",
        HOST,
        "--port",
        str(port),
        "--log-level",
        "error",
        "--no-access-log",
        "--timeout-graceful-shutdown",
        "1",
    ]
    where = ["--app-dir", str(folder)] if folder else []
    with served([sys.executable, "-m", "uvicorn", app, *options, *where], port, path) as url:
        yield url


def _wait(process: subprocess.Popen[bytes], url: str, said: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            why = "ended" if process.poll() is not None else f"does not answer within {PATIENCE:.0f} s"
            last = " | ".join(said.read_text().split("\n")[-LINES - 1 :]).strip(" |")
            raise CannotLoad(f"the service at {url} {why}: {last or 'it said nothing'}")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the service and what it has started, which are a group of their own."""
    for signal, patience in ((SIGTERM, 20.0), (SIGKILL, None)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
