"""An application in a process of its own, for as long as a block lasts or until it is ended."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM
from tempfile import TemporaryDirectory
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


@dataclass
class ServedProcess:
    """A command that serves HTTP on ``port`` of this machine, ready once ``path`` answers with 200.

    ``log``: a file for all that it says.
    """

    command: Sequence[str]
    log: Path
    port: int = field(default_factory=free_port)
    path: str = "/"
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it is ready; raises ``CannotLoad`` with its last lines if it ends or takes too long.

        ``{port}`` in the command stands for its port.
        """
        command = [word.format(port=self.port) for word in self.command]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, env=os.environ | self.environment, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                why = "ended" if self._process.poll() is not None else f"does not answer within {PATIENCE:.0f} s"
                last = " | ".join(self.log.read_text().split("\n")[-LINES - 1 :]).strip(" |")
                raise CannotLoad(f"the service at {self.url}{self.path} {why}: {last or 'it said nothing'}")
            time.sleep(0.05)

    def end(self, *signals: int) -> None:
        """End the service and what it has started, which are a group of their own; SIGKILL if SIGTERM is no use."""
        for signal in signals or (SIGTERM, SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(20.0)

    def _is_ready(self) -> bool:
        try:
            with urlopen(self.url + self.path, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def served(command: Sequence[str], path: str = "/", environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run a command (see ``ServedProcess``) while the block lasts; yields its base URL once it is ready."""
    with TemporaryDirectory() as folder:
        process = ServedProcess(command, Path(folder) / "log", path=path, environment=environment or {})
        try:
            process.start()
            yield process.url
        finally:
            process.end()


@contextmanager
def uvicorn(app: str, folder: Path | None = None, path: str = "/") -> Iterator[str]:
    """An ASGI application, named as uvicorn names it, in a process of its own; ``folder`` is where its module lies."""
    quiet = f"--host {HOST} --port {{port}} --log-level error --no-access-log --timeout-graceful-shutdown 1".split()
    where = ["--app-dir", str(folder)] if folder else []
    with served([sys.executable, "-m", "uvicorn", app, *quiet, *where], path) as url:
        yield url
