"""What the reader sees while the steps run: bars on a terminal, plain lines elsewhere."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from lab.study.study_steps import Step

TITLE = 46


class Display:
    """Shows steps as they start, advance and end; safe to call from several threads."""

    def __init__(self, console: Console) -> None:
        self.console = console
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Display":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def start(self, step: Step) -> None:
        """A step begins."""
        self._tasks[step.name] = self._bars.add_task(step.title.ljust(TITLE), total=None)
        if not self.console.is_terminal:
            self.console.print(f"  …      {step.title}")

    def advance(self, step: Step, done: float, total: float) -> None:
        """A step has done ``done`` of ``total`` units."""
        self._bars.update(self._tasks[step.name], completed=done, total=total or None)

    def finish(self, step: Step, seconds: float | None) -> None:
        """A step is done after ``seconds``; None: it was done before and is still valid."""
        if step.name in self._tasks:
            self._bars.remove_task(self._tasks[step.name])
        took = "  kept" if seconds is None else f"{seconds:4.0f} s"
        self.console.print(f"{took}   {step.title}", highlight=False)
