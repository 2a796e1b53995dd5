"""Runs steps in processes of their own, two at a time, and keeps what is still valid."""

import os
import re
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from lab.engine.display import Display
from lab.engine.preloaded_workers import ENDED, LIBRARIES, Warm, Worker
from lab.engine.progress import PREFIX
from lab.engine.step_cache import clear, is_done, keys, mark_done
from lab.engine.workspace import StudyError
from lab.study.study_steps import Step

AT_ONCE = 2
ERROR = re.compile(r"[\w.]*(Error|Exception|Exists|Missing\w*): ")
"""The line of a traceback that says what happened; libraries like to print more after it."""
QUIET = {
    # One thread a process: two processes share two cores, and threads that wait for each other would spin.
    "OMP_NUM_THREADS": "1",
    "FEAST_USAGE": "False",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "PYTHONWARNINGS": "ignore",
    "PANDAS_COPY_ON_WRITE": "1",  # what pandas 3 does always: fewer copies, the same values
}


class Execution:
    """One run over a plan. Steps that fail stop the run; what others finished is kept."""

    def __init__(
        self,
        steps: dict[str, Step],
        folder: Path,
        display: Display,
        worker: tuple[str, ...] = ("-m", "lab.study.study_worker"),
        libraries: tuple[str, ...] = LIBRARIES,
    ) -> None:
        self.steps, self.folder, self.display, self.worker = steps, folder, display, worker
        self.keys = keys(steps)
        self._warm, self._children = Warm(os.environ | QUIET, libraries), list[Worker]()

    def run(self) -> None:
        """Bring every step up to date; raises ``StudyError`` with the last words of a step that failed."""
        waiting = {name: step for name, step in self.steps.items() if not self._keep(step)}
        running: dict[Future[None], str] = {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                while waiting or running:
                    open_names = {*waiting, *running.values()}
                    for name in [n for n, s in waiting.items() if not open_names & set(s.after)]:
                        if self._room(waiting[name], list(running.values())):
                            running[pool.submit(self._run, waiting.pop(name))] = name
                    for done in wait(running, return_when=FIRST_COMPLETED).done:
                        running.pop(done)
                        done.result()
            except BaseException:
                for child in self._children:
                    child.stop()
                raise
            finally:
                self._warm.close()

    def _room(self, step: Step, running: list[str]) -> bool:
        """Whether a step may start beside those that run."""
        if step.alone or any(self.steps[name].alone for name in running):
            return not running
        return len(running) < AT_ONCE

    def _keep(self, step: Step) -> bool:
        kept = is_done(self.folder / step.name, self.keys[step.name])
        if kept:
            self.display.finish(step, None)
        return kept

    def _run(self, step: Step) -> None:
        started, folder = time.monotonic(), self.folder / step.name
        clear(folder)
        self.display.start(step)
        last_words = self._follow(step, folder)
        if last_words is not None:
            raise StudyError(f"{step.title}: {last_words}")
        if keys(self.steps)[step.name] != self.keys[step.name]:
            raise StudyError(f"{step.title}: the code changed while this ran; run the study again")
        seconds = time.monotonic() - started
        mark_done(folder, self.keys[step.name], seconds)
        self.display.finish(step, seconds)

    def _follow(self, step: Step, folder: Path) -> str | None:
        """Run the worker and show its progress; its last words if it failed."""
        child = self._warm.start([*self.worker, step.job, step.system, str(folder), str(self.folder)])
        self._children.append(child)
        words, status = "it ended without a word", -1
        with child.said, (folder.parent / f"{step.name}.log").open("w") as log:
            for line in child.said:
                if line.startswith(PREFIX):
                    done, total = line.split()[1:]
                    self.display.advance(step, float(done), float(total))
                elif line.startswith(ENDED):
                    status = int(line.split()[1])
                elif line.strip():
                    log.write(line)
                    words = line.strip() if ERROR.match(line) or not ERROR.match(words) else words
        self._children.remove(child)
        return f"{words} (all it said: {log.name})" if status else None
