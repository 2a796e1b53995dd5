"""Runs steps in order, keeps what each makes, and starts no step whose output is there.

An output is written whole or not at all, so a run that was killed at any moment goes on with the step that it was in.
A step that fails takes with it those that need it, and no other.
"""

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

import joblib


class Step(NamedTuple):
    """What to make, from the outputs of which steps, given in this order."""

    name: str
    make: Callable[..., Any]
    needs: tuple[str, ...] = ()


@dataclass
class Run:
    """One run of ``steps``, whose outputs lie in ``folder``; ``at_once``: how many may work side by side.

    ``took.jsonl`` in the folder has a line a step made: its ``name``, wall and CPU seconds of making it (CPU of the
    whole process: exact one at a time) and CPU seconds of ``storing`` it.
    """

    steps: Iterable[Step]
    folder: Path
    at_once: int = 1
    said: list[str] = field(default_factory=list)
    _made: dict[str, Any] = field(default_factory=dict)

    def finish(self) -> list[str]:
        """Make what is missing; what went wrong, a line each."""
        self.folder.mkdir(parents=True, exist_ok=True)
        steps, order = {step.name: step for step in self.steps}, TopologicalSorter[str]()
        for step in steps.values():
            order.add(step.name, *step.needs)
        order.prepare()
        running: dict[Future[None], str] = {}
        with ThreadPoolExecutor(self.at_once) as pool:
            while order.is_active():
                running |= {pool.submit(self.bring, steps[name]): name for name in order.get_ready()}
                if not running:
                    break  # what is left needs a step that failed
                for ended in wait(running, return_when=FIRST_COMPLETED).done:
                    name = running.pop(ended)
                    if error := ended.exception():
                        self.said.append(f"{name}: {error}")
                    else:
                        order.done(name)
        return self.said

    def bring(self, step: Step) -> None:
        """Make a step's output unless it is there."""
        if not (self.folder / step.name).exists():
            self.make(step)

    def make(self, step: Step) -> None:
        """Make a step's output from those that it needs, and keep it."""
        file = self.folder / step.name
        began = time.perf_counter(), time.process_time()
        value = step.make(*(self._take(name) for name in step.needs))
        wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
        part = file.with_suffix(".part")
        joblib.dump(value, part)
        part.replace(file)
        self._made[step.name] = value
        took = {"name": step.name, "wall": wall, "cpu": cpu, "storing": time.process_time() - began[1] - cpu}
        with (self.folder / "took.jsonl").open("a") as log:
            log.write(json.dumps(took) + "\n")

    def _take(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = joblib.load(self.folder / name)
        return self._made[name]
