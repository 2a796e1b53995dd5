"""Starts one process for each step, forked from a process that has loaded the heavy libraries.

That process is ``multiprocessing``'s fork server: there is one for each study, and it ends with it.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection
from types import ModuleType
from typing import Any

from lab.engine import preload
from lab.engine.step_worker import Job, run_job
from lab.engine.workspace import REPOSITORY

LIBRARIES = (
    *("pandas", "pyarrow.parquet", "joblib", "sklearn.ensemble", "sklearn.pipeline", "fastapi", "duckdb", "feast"),
    *("feast.infra.online_stores.sqlite", "feast.infra.registry.registry"),
    *("mlflow.sklearn", "mlflow.pyfunc", "skops.io"),
    *("mlflow.store.tracking.sqlalchemy_store", "mlflow.store.model_registry.sqlalchemy_store", "alembic.command"),
)
QUIET = {
    # One thread for each process: two processes share two cores, and threads that wait for each other would spin.
    "OMP_NUM_THREADS": "1",
    "FEAST_USAGE": "False",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "PYTHONWARNINGS": "ignore",
    "PANDAS_COPY_ON_WRITE": "1",  # what pandas 3 does always: fewer copies, the same values
}
PATIENCE = 2.0
"""Seconds that a worker has between being asked to end and being killed."""
SERVER = multiprocessing.get_context("forkserver")


class Worker:
    """A step at work in a process of its own, which leads a process group."""

    def __init__(self, job: Job, libraries: tuple[str, ...] = LIBRARIES) -> None:
        """Start it. The first worker of a study waits until the libraries are loaded; later ones ignore them."""
        self.job = job
        self._messages, theirs = SERVER.Pipe(duplex=False)
        self._process = SERVER.Process(target=run_job, args=(job, theirs, os.environ | QUIET), name=job.name)
        SERVER.set_forkserver_preload([preload.__name__])
        with theirs, _environment(libraries), _empty_main():
            self._process.start()
        self._is_open = True

    @property
    def has_ended(self) -> bool:
        """Whether its process is gone."""
        return not self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        """Its exit status; -9, say, if signal 9 killed it; None while it runs."""
        return self._process.exitcode

    def receive(self) -> Iterator[tuple[Any, ...]]:
        """The messages that have come since the last call."""
        try:
            while self._is_open and self._messages.poll():
                yield self._messages.recv()
        except (EOFError, OSError):
            self._is_open = False

    def stop(self) -> None:
        """End its process and all that this has started, if any of it still runs."""
        self._signal(signal.SIGTERM)
        self._process.join(PATIENCE)
        self._signal(signal.SIGKILL)
        self._process.join()
        self._messages.close()

    def list_sources(self) -> list[Any]:
        """What becomes ready when there is news of it."""
        return [self._process.sentinel, *([self._messages] if self._is_open else [])]

    def _signal(self, number: int) -> None:
        group = self._process.pid
        assert group  # it was started; signals to group 0 would reach this process
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
        if self._process.is_alive():  # it may not lead its group yet
            with suppress(ProcessLookupError):
                os.kill(group, number)


def wait_for_news(workers: Iterable[Worker], seconds: float | None = None) -> None:
    """Return as soon as a worker has sent something or has ended, or after so many seconds."""
    connection.wait([source for worker in workers for source in worker.list_sources()], seconds)


@contextmanager
def _environment(libraries: tuple[str, ...]) -> Iterator[None]:
    """The environment that the fork server is started in; afterwards this process has its own again."""
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))  # wherever we were started
    there = QUIET | {"PYTHONPATH": path, preload.VARIABLE: ",".join(libraries)}
    before = {name: os.environ.pop(name, None) for name in there}
    os.environ.update(there)
    try:
        yield
    finally:
        for name, value in before.items():
            del os.environ[name]
            os.environ.update({name: value} if value is not None else {})


@contextmanager
def _empty_main() -> Iterator[None]:
    """Hide the main program: a new process would import it again, and with it code that is no part of the step."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program
