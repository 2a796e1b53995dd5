"""What happens in the process of one step."""

import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from lab.engine import progress
from lab.engine.observation import list_loaded
from lab.engine.workspace import DISK_FULL, explain_os_error

ENGINE = __name__.rpartition(".")[0]
NAMED = 3
"""How many modules that the key does not cover are named."""


@dataclass(frozen=True)
class Job:
    """A step for the worker: ``covered`` are the modules in its key, ``packages`` the repository's top packages."""

    name: str
    call: str
    arguments: Mapping[str, Any]
    steps: Path
    covered: frozenset[str]
    packages: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where its output goes."""
        return self.steps / self.name

    @property
    def log(self) -> Path:
        """Where all goes that it prints."""
        return self.steps / f"{self.name}.log"


def run_job(job: Job, messages: Connection, environment: dict[str, str]) -> None:
    """Run the step in this process, which should do nothing else.

    Sends ``("progress", done, total)`` as it goes on and ``("ended", line)`` at the end: what went wrong, or "".
    """
    os.setsid()  # a process group of its own: all that it starts can be ended with it
    os.environ.clear()
    os.environ.update(environment)
    _print_to(job.log)
    threading.Thread(target=_end_with_the_study, daemon=True).start()
    progress.connect(messages)
    progress.report(0, 1)
    messages.send(("ended", _run(job)))
    gc.unfreeze()  # libraries that count what they leave behind would complain


def _run(job: Job) -> str:
    """What went wrong, in one line; empty if nothing did."""
    before = list_loaded()
    module, _, function = job.call.partition(":")
    try:
        getattr(import_module(module), function)(folder=job.folder, steps=job.steps, **job.arguments)
    except SystemExit as error:
        return "" if error.code in (None, 0) else f"it ended with status {error.code}"
    except BaseException as error:
        traceback.print_exc()
        return describe_error(error, job.steps.parent)
    return _describe_uncovered(job, list_loaded() - before)


def describe_error(error: BaseException, study: Path) -> str:
    """The error in one line. An error for the reader (it has ``for_reader = True``) is its text without its type."""
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return str(explain_os_error(error, study))
    text = str(error).strip().partition("\n")[0]
    if getattr(error, "for_reader", False):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _describe_uncovered(job: Job, loaded: set[str]) -> str:
    """Which of our modules were loaded that the key knows nothing of: a change there would go unnoticed."""
    ours = {name for name in loaded if name.partition(".")[0] in job.packages}
    uncovered = sorted(name for name in ours - job.covered if not f"{name}.".startswith(f"{ENGINE}."))
    if not uncovered:
        return ""
    more = f" and {len(uncovered) - NAMED} more" if len(uncovered) > NAMED else ""
    return f"{job.call} loaded {', '.join(uncovered[:NAMED])}{more}, which its key does not cover: name it in loads"


def _print_to(log: Path) -> None:
    """Send all that this process prints, in Python and beyond, to a file."""
    with log.open("w") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    for output in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            output.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]


def _end_with_the_study() -> None:
    """Wait until the process that started this one is gone, then end this one and all that it has started."""
    study = parent_process()
    if study is not None:
        connection.wait([study.sentinel])
        os.killpg(0, signal.SIGKILL)
