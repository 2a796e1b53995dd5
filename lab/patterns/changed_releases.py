"""The way of the exhibit: releases as folders of code, one in force, and replicas that are started again by turns."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from lab.load.served_system import free_port
from lab.patterns.changed_fleet import Fleet, Replica, copy_package, write_program
from parts.supervisor.program import CALM
from parts.supervisor.supervisor import keep_running
from problem.behaviour import Rule

CODE = "behaviour.py"
NUMBER, RULES = "RELEASE = 1\n", "RULES: tuple[Rule, ...] = ()\n"
IMPORT, NEEDED = "import Rule, State, find_first", "import Rule, State, Treatment, find_first"
"""The lines of the first release that a change touches."""


class Releases:
    """Releases under ``home``: all code of the side, of which the one in force is what ``current`` leads to."""

    def __init__(self, side: ModuleType, home: Path) -> None:
        self._side, self.home, self.current = side, home, home / "current"
        home.mkdir(parents=True)
        self.release(1, ())

    def release(self, number: int, rules: Sequence[Rule]) -> None:
        """Write a release whose code has these rules, and let processes that start from now on begin with it."""
        folder = self.home / f"{number}"
        file = copy_package(self._side, folder) / CODE
        file.write_text(write_code(file.read_text(), number, rules))
        link = self.home / "next"
        link.symlink_to(folder, target_is_directory=True)
        link.replace(self.current)


def write_code(text: str, number: int, rules: Sequence[Rule]) -> str:
    """The first release's code with other rules, as somebody would edit it. Raises ``ValueError`` if it is none."""
    for line in (NUMBER, RULES, IMPORT):
        if text.count(line) != 1:
            raise ValueError(f"the first release has no line {line!r}")
    text = text.replace(NUMBER, f"RELEASE = {number}\n").replace(RULES, f"RULES = {tuple(rules)!r}\n")
    return text.replace(IMPORT, NEEDED) if rules else text


@contextmanager
def open_fleet(side: ModuleType, home: Path, models: Path, replicas: int) -> Iterator[tuple[Fleet, Releases]]:
    """So many replicas with the first release. Raises ``NotStarted``."""
    releases = Releases(side, home)
    them = [Replica(f"replica {number}", free_port()) for number in range(1, replicas + 1)]
    programs = [write_program(side, each, models, [releases.current]) for each in them]
    with keep_running(programs, CALM) as supervisor:
        yield Fleet(them, supervisor), releases


def roll_out(fleet: Fleet, releases: Releases, number: int, rules: Sequence[Rule], count: int = 0) -> list[float]:
    """Release, and start replicas again one after the other (``count`` of them, 0 for all).

    Seconds from the decision until each tells the new release.
    """
    began, seconds = time.monotonic(), []
    releases.release(number, rules)
    for replica in fleet.replicas[: count or None]:
        with fleet.front.spare(replica):
            fleet.restart(replica, lambda state: state.version == number)
        seconds.append(time.monotonic() - began)
    return seconds
