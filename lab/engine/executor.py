"""Runs steps in processes of their own, two at a time, and keeps what is still valid."""

import re
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from lab.engine.coverage_check import Covered
from lab.engine.display import Display
from lab.engine.durations import AT_ONCE, read_durations, write_durations
from lab.engine.import_closure import read_import_graph
from lab.engine.preloaded_workers import LIBRARIES, Worker, wait_for_news
from lab.engine.step import Step
from lab.engine.step_cache import clear, is_done, mark_done
from lab.engine.step_keys import find_step_closure, key_of_steps
from lab.engine.step_worker import Job
from lab.engine.workspace import REPOSITORY, StudyError

CODE_DIGESTS = "code_digests.json"
ERROR = re.compile(r"[\w.]*(Error|Exception|Exists|Missing\w*): ")
"""The line of a traceback that says what happened; libraries like to print more after it."""
REFRESH = 1.0
"""Seconds between two looks at the clock."""


class Executor:
    """One run over some steps. A step that fails stops the run; what others finished is kept.

    Steps start in the order in which they are given, once those that they come after are done.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        folder: Path,
        display: Display,
        root: Path = REPOSITORY,
        libraries: tuple[str, ...] = LIBRARIES,
        usual_seconds: Mapping[str, float] = MappingProxyType({}),
        finished: Callable[[Step], None] = lambda step: None,
    ) -> None:
        """``folder``: where each step gets a folder for its output; ``root``: the repository with the steps' code.

        ``usual_seconds``: by step, how long it takes on some machine, for the time left of a first run. ``finished`` is
        called with each step that has run, once its output is there.
        """
        self.steps, self.folder, self.display = steps, folder, display
        self._root, self._libraries, self._usual, self._finished = root, libraries, usual_seconds, finished
        self._running: list[_Running] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.keys = self._compute_keys()
        self._durations = read_durations(folder)

    def run(self) -> None:
        """Bring every step up to date; raises ``StudyError`` with the last words of a step that failed."""
        waiting = [step for step in self.steps if not self._keep(step)]
        self.display.begin(waiting, {**self._usual, **self._durations})
        try:
            while waiting or self._running:
                self._start_what_may(waiting)
                wait_for_news((run.worker for run in self._running), REFRESH)
                for run in list(self._running):
                    self._follow(run)
                self.display.refresh()
        finally:
            for run in self._running:
                run.worker.stop()

    def _keep(self, step: Step) -> bool:
        kept = is_done(self.folder / step.name, self.keys[step.name])
        if kept:
            self.display.finish(step, None)
        return kept

    def _start_what_may(self, waiting: list[Step]) -> None:
        open_names = {step.name for step in waiting} | {run.step.name for run in self._running}
        for step in list(waiting):
            if not open_names & set(step.after) and self._has_room(step):
                waiting.remove(step)
                self._start(step)

    def _has_room(self, step: Step) -> bool:
        """Whether a step may start beside those that run."""
        if step.alone or any(run.step.alone for run in self._running):
            return not self._running
        return len(self._running) < AT_ONCE

    def _start(self, step: Step) -> None:
        job = Job(step.name, step.call, dict(step.arguments), self.folder, self._find_covered(step))
        clear(job.folder)
        job.log.write_text("")
        self.display.start(step)
        self._running.append(_Running(step, Worker(job, self._libraries)))

    def _find_covered(self, step: Step) -> Covered:
        modules, packages = find_step_closure(step, self._root).modules, read_import_graph(self._root).packages
        return Covered(self._root.resolve(), packages, modules, step.data)

    def _follow(self, run: "_Running") -> None:
        """Take in what a worker has sent and, if it has ended, what it leaves."""
        has_ended = run.worker.has_ended  # asked first: what it sent before its end is there by then
        for kind, *message in run.worker.receive():
            if kind == "progress":
                self.display.advance(run.step, *message)
            else:
                run.last_words = message[0]
        if has_ended:
            self._running.remove(run)
            run.worker.stop()
            self._finish(run)

    def _finish(self, run: "_Running") -> None:
        seconds, step = time.monotonic() - run.began, run.step
        if words := run.last_words if run.last_words is not None else _describe_death(run.worker):
            raise StudyError(f"{step.title}: {words} (all it printed: {run.worker.job.log})")
        if self._compute_keys()[step.name] != self.keys[step.name]:
            raise StudyError(f"{step.title}: the code changed while this ran; run it again")
        mark_done(self.folder / step.name, self.keys[step.name], seconds)
        self._durations[step.name] = seconds
        write_durations(self.folder, self._durations)
        self.display.finish(step, seconds)
        self._finished(step)

    def _compute_keys(self) -> dict[str, str]:
        return key_of_steps(self.steps, self._root, self.folder / CODE_DIGESTS)


class _Running:
    """A step at work; ``last_words``: what it said at its end, "" if all went well, None while it has said nothing."""

    def __init__(self, step: Step, worker: Worker) -> None:
        self.step, self.worker, self.began = step, worker, time.monotonic()
        self.last_words: str | None = None


def _describe_death(worker: Worker) -> str:
    """Why a worker ended that did not say so itself, in one line."""
    code = worker.exit_code or 0
    if code < 0:
        return f"it was killed by {signal.Signals(-code).name}"
    lines = [line.strip() for line in worker.job.log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if ERROR.match(line)]
    return (errors or lines or [f"it ended with status {code} and said nothing"])[-1]
