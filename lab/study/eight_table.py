"""The eight questions on the terminal: each as soon as it is known for three systems, all of them at the end."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from lab.engine.step import Step
from lab.study.cell_text import format_figure
from lab.study.eight_questions import Answer, answer_questions
from lab.study.scorecard_rows import Row, read_early_rows

ENOUGH = 3
"""From so many systems on an answer is shown while others are still at work."""


class FirstAnswers:
    """Prints each question once, when it is first known for enough systems."""

    def __init__(self, console: Console, steps: Path, systems: list[str]) -> None:
        self._console, self._steps, self._names = console, steps, name_systems(systems)
        self._done: list[str] = []
        self._printed: set[int] = set()

    def take(self, step: Step) -> None:
        """A step has finished."""
        if not step.name.startswith("measure"):
            return
        self._done.append(step.name)
        rows = [row for of in read_early_rows(self._steps, self._done).values() for row in of]
        for answer in answer_questions(rows, self._names):
            if answer.number not in self._printed and len(answer.cells) >= min(ENOUGH, len(self._names)):
                self._printed.add(answer.number)
                self._console.print(describe(answer, self._names), highlight=False, soft_wrap=True)


def name_systems(systems: list[str]) -> dict[str, str]:
    """The names of systems in words."""
    return {name: name.replace("_", " ") for name in systems}


def describe(answer: Answer, names: dict[str, str]) -> str:
    """An answer as far as it is known, in one line."""
    cells = ", ".join(f"{names[system]} {cell}" for system, cell in answer.cells.items())
    return f"  {answer.number}  {answer.title}: {cells}"


def print_eight(rows: list[Row], systems: list[str], console: Console) -> None:
    """The whole table."""
    names = name_systems(systems)
    table = Table(title="Eight questions (★ primary outcome)", title_justify="left", show_edge=False, show_lines=True)
    for heading in ("", "", *names.values(), "says"):
        table.add_column(heading)
    for answer in answer_questions(rows, names):
        table.add_row(str(answer.number), answer.title, *(answer.cells.get(name, "–") for name in names), answer.says)
    console.print(table)
    console.print(describe_again(rows, names), highlight=False, soft_wrap=True)


def describe_again(rows: list[Row], names: dict[str, str]) -> str:
    """What was run again of the two primary outcomes that are recorded: a line each, none where nothing was."""
    shares = [f"{names[row.system]} {row.mode} {row.note}" for row in rows if row.key == "cochange_again"]
    meetings = [
        f"{names[row.part]} {format_figure(row.key, row.value)}"
        for row in rows
        if row.key == "break_even_again" and row.value is not None
    ]
    said = {"5, run again just now, as before": shares, "6, by one round just now": meetings}
    lines = [f"{what}: {', '.join(of)}." for what, of in said.items() if of]
    return "\n".join(lines).replace("real_time", "real time")
