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
from lab.engine.coverage_check import Covered
from lab.engine.observation import observe, watch_reads
from lab.engine.workspace import DISK_FULL, explain_os_error


@dataclass(frozen=True)
class Job:
    """A step for the worker; ``steps``: the folder of all steps' output; ``covered``: what the step's key covers."""

    name: str
    call: str
    arguments: Mapping[str, Any]
    steps: Path
    covered: Covered

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
    watch_reads(job.covered.root)
    before = observe()
    module, _, function = job.call.partition(":")
    try:
        getattr(import_module(module), function)(folder=job.folder, steps=job.steps, **job.arguments)
    except SystemExit as error:
        return "" if error.code in (None, 0) else f"it ended with status {error.code}"
    except BaseException as error:
        traceback.print_exc()
        return describe_error(error, job.steps.parent)
    gaps = job.covered.describe_gaps(observe() - before, job.steps.resolve())
    return f"{job.call} {gaps}" if gaps else ""


def describe_error(error: BaseException, study: Path) -> str:
    """The error in one line. An error for the reader (it has ``for_reader = True``) is its text without its type."""
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return str(explain_os_error(error, study))
    text = str(error).strip().partition("\n")[0]
    if getattr(error, "for_reader", False):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


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
