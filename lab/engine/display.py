"""What the reader sees while the steps run: bars on a terminal, plain lines elsewhere, and the time left."""

import time
from collections.abc import Mapping, Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from lab.engine.durations import estimate_seconds_left
from lab.engine.step import Step

TITLE = 46
EVERY = 30.0
"""Seconds between two lines about the time left, where there is no terminal."""


class Display:
    """Shows steps as they start, advance and end."""

    def __init__(self, console: Console) -> None:
        self.console = console
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._open: dict[str, Step] = {}
        self._usual: Mapping[str, float] = {}
        self._all, self._spoke = self._bars.add_task("", visible=False), time.monotonic()

    def __enter__(self) -> "Display":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def begin(self, steps: Sequence[Step], usual: Mapping[str, float]) -> None:
        """These steps will run; ``usual``: the seconds that steps took the last time, as far as that is known."""
        self._open, self._usual = {step.name: step for step in steps}, usual
        self._bars.reset(self._all, total=len(steps), visible=bool(steps), description=self.describe_rest())

    def start(self, step: Step) -> None:
        """A step begins."""
        self._began[step.name] = time.monotonic()
        self._tasks[step.name] = self._bars.add_task(step.title.ljust(TITLE), total=None)
        if not self.console.is_terminal:
            self.console.print(f"  …      {step.title}", highlight=False)

    def advance(self, step: Step, done: float, total: float) -> None:
        """A step has done ``done`` of ``total`` units."""
        self._bars.update(self._tasks[step.name], completed=done, total=total or None)

    def finish(self, step: Step, seconds: float | None) -> None:
        """A step is done after ``seconds``; None: it was done before and is still valid."""
        if step.name in self._tasks:
            self._bars.remove_task(self._tasks[step.name])
        took = "  kept" if seconds is None else f"{seconds:4.0f} s"
        self.console.print(f"{took}   {step.title}", highlight=False)
        if self._open.pop(step.name, None):
            self._bars.advance(self._all)

    def refresh(self) -> None:
        """Show how much time is left now: in the bar, or in a line if the last one is a while ago."""
        self._bars.update(self._all, description=self.describe_rest())
        if not self.console.is_terminal and self._open and time.monotonic() - self._spoke > EVERY:
            self._spoke = time.monotonic()
            self.console.print(f"         {self.describe_rest()}", highlight=False)

    def describe_rest(self) -> str:
        """How many steps are still to be done and, if steps like them have run before, how long that will take."""
        elapsed = {name: time.monotonic() - began for name, began in self._began.items()}
        seconds = estimate_seconds_left(self._open.values(), self._usual, elapsed)
        left = "" if seconds is None else f", {_describe_time(seconds)}"
        return f"{len(self._open)} steps left{left}".replace("1 steps", "1 step").ljust(TITLE)


def _describe_time(seconds: float) -> str:
    return f"about {seconds / 60:.0f} min" if seconds >= 90 else f"about {max(seconds, 5):.0f} s"
