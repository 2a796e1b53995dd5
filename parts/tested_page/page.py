"""Commands on a page: lines that begin with four spaces and ``$``, below a heading, and what they print below them.

What is printed fits as in Python's doctest: ``...`` stands for anything. A command that fails does not fit, nor
does one with nothing below it that could be wrong.
"""

import doctest
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

HEADING, COMMAND, INDENT = "## ", "    $ ", "    "
PATIENCE, FAREWELL = 60.0, 5.0
"""Seconds that a command is given, and then to end what it has started itself."""


class Step(NamedTuple):
    """A ``command`` of a page, under its ``heading``, and what it is ``expected`` to print."""

    heading: str
    command: str
    expected: str


class Ran(NamedTuple):
    """What a step came to: exit status (124: it did not end in time), what it printed; ``group`` of its processes."""

    step: Step
    status: int
    output: str
    group: int

    @property
    def fits(self) -> bool:
        """Whether the page is true of it."""
        return bool(self.step.expected) and self.works

    @property
    def works(self) -> bool:
        """The same, where nothing needs to be expected."""
        expected = self.step.expected
        return not self.status and (not expected or _compare(expected, self.output))


def read_page(text: str) -> list[Step]:
    """All commands of a page, in order."""
    steps: list[Step] = []
    heading, follows = "", False
    for line in text.splitlines():
        if line.startswith(HEADING):
            heading = line.removeprefix(HEADING)
        if line.startswith(COMMAND):
            steps.append(Step(heading, line.removeprefix(COMMAND), ""))
        elif follows and line.startswith(INDENT):
            steps[-1] = steps[-1]._replace(expected=f"{steps[-1].expected}{line.removeprefix(INDENT)}\n")
        follows = line.startswith(COMMAND) or (follows and line.startswith(INDENT))
    return steps


def run_step(step: Step, home: Path, told: Mapping[str, str]) -> Ran:
    """Run a command by a shell in ``home``, ``told`` being in its environment; what it leaves running runs on.

    One that does not end in time is interrupted first, as a page that it runs has groups of its own to end.
    """
    process = subprocess.Popen(
        ["sh", "-c", step.command],
        cwd=home,
        env=os.environ | dict(told),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return Ran(step, 124, _interrupt(process), process.pid)
    except BaseException:  # interrupted, too: nobody else knows of the group yet
        end(process.pid)
        raise
    return Ran(step, process.returncode, output, process.pid)


def run_page(steps: list[Step], home: Path, told: Mapping[str, str]) -> Iterator[Ran]:
    """Run all steps in order; when they are over, all that they left running is ended."""
    groups = []
    try:
        for step in steps:
            ran = run_step(step, home, told)
            groups.append(ran.group)
            yield ran
    finally:
        for group in groups:
            end(group)


def end(group: int) -> None:
    """End what a step left running; nothing, if nothing is."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _interrupt(process: "subprocess.Popen[str]") -> str:
    """What it has printed."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    try:
        output, _ = process.communicate(timeout=FAREWELL)
    except subprocess.TimeoutExpired:
        end(process.pid)
        output, _ = process.communicate()
    end(process.pid)
    return output


def _compare(expected: str, output: str) -> bool:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(expected, output, flags)
