"""A process that has loaded the libraries and forks a worker for every step.

Loading FTI's libraries takes longer than some steps do. Each worker is still a process of its own: it has its copy of
everything, and what it does reaches no other.
"""

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TextIO

from lab.engine.workspace import REPOSITORY, StudyError

LIBRARIES = (
    *("pandas", "pyarrow.parquet", "joblib", "sklearn.ensemble", "sklearn.pipeline", "fastapi", "duckdb", "feast"),
    *(
        "feast.infra.online_stores.sqlite",
        "feast.infra.registry.registry",
        "mlflow.sklearn",
        "mlflow.pyfunc",
        "skops.io",
    ),
    *("mlflow.store.tracking.sqlalchemy_store", "mlflow.store.model_registry.sqlalchemy_store", "alembic.command"),
)
ENDED = "worker-ended"
"""First word of a worker's last line; its exit status follows. A worker that dies of a signal says no such line."""
LONGEST_CALL = 65536


@dataclass
class Worker:
    """A worker at work: its process (the leader of a group) and all it says."""

    pid: int
    said: TextIO

    def stop(self) -> None:
        """End it, with its children, if it still runs."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)


class Warm:
    """Starts workers; the process that forks them is there from the first one on, until this one closes or ends."""

    def __init__(self, environment: dict[str, str], libraries: tuple[str, ...] = LIBRARIES) -> None:
        self._environment, self._libraries, self._one = environment, libraries, threading.Lock()
        self._calls: socket.socket | None = None

    def start(self, arguments: list[str]) -> Worker:
        """Run a module (``-m NAME``) or a script as its own program; raises ``StudyError`` if nothing can be run."""
        ear, mouth = os.pipe()
        try:
            with self._one:
                calls = self._calls = self._calls or self._begun()
                socket.send_fds(calls, [json.dumps(arguments).encode()], [mouth])
                pid = calls.recv(LONGEST_CALL)
        except ConnectionError:
            pid = b""
        finally:
            os.close(mouth)
        if not pid:
            os.close(ear)
            raise StudyError("the process that starts the workers has died: run the study again")
        return Worker(int(pid), os.fdopen(ear, errors="replace"))

    def close(self) -> None:
        """Let the process go; workers that still run are not touched."""
        if self._calls is not None:
            self._calls.close()

    def _begun(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            theirs.set_inheritable(True)
            command = [sys.executable, "-m", "lab.engine.preloaded_workers", str(theirs.fileno()), *self._libraries]
            # Inherits what is inheritable: a worker that outlives its study keeps the study's folder closed.
            subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                close_fds=False,
                start_new_session=True,
            )
        return ours


def main(descriptor: str, *libraries: str) -> int:
    """Load the libraries, then fork a worker for every call until the study is gone; in a worker, do its work."""
    for library in libraries:
        with suppress(ImportError):  # the step that needs it will say what is missing
            import_module(library)
    gc.collect()
    gc.freeze()  # workers share the memory that no collection touches
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks this process how a worker ended
    with socket.socket(fileno=int(descriptor)) as calls:
        while True:
            message, descriptors, *_ = socket.recv_fds(calls, LONGEST_CALL, 1)
            if not message:
                gc.unfreeze()
                return 0
            pid = os.fork()
            if pid == 0:
                break
            os.close(descriptors[0])
            calls.send(str(pid).encode())
    return _work(json.loads(message), descriptors[0])


def _work(arguments: list[str], mouth: int) -> int:
    """In the worker: run the program as if it had been started by itself, and say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    for stream in (1, 2):
        os.dup2(mouth, stream)
    os.close(mouth)
    status = _run(arguments)
    gc.unfreeze()  # libraries that count what they leave behind would complain
    print(ENDED, status, flush=True)
    return status


def _run(arguments: list[str]) -> int:
    module = arguments[0] == "-m"
    sys.argv = arguments[1:] if module else arguments
    try:
        run = runpy.run_module if module else runpy.run_path
        run(sys.argv[0], run_name="__main__")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
