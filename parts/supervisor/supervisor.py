"""A supervisor: programs that end are started again, and those that grow too large or do not answer are killed for it.

supervisord starts again what ends, and leaves the rest to listeners that look every five seconds at best; this one does
by itself, and sooner, what a kubelet does: restarts, a limit on memory, a probe for life. Each program has a thread. If
the supervisor itself is killed, its programs go on unwatched.
"""

import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from parts.supervisor.program import USUAL, Program, Rules, answers, end, read_megabytes, start


class NotStarted(RuntimeError):
    """A program does not come to answer; the text says which, and what was seen of it."""


class Event(NamedTuple):
    """What ended, and why: ``at`` in seconds as ``time.monotonic`` has them."""

    at: float
    name: str
    why: str


@dataclass
class Kept:
    """One program. ``ready`` while it answers."""

    program: Program
    rules: Rules
    over: threading.Event
    hear: list[Event]
    ready: threading.Event = field(default_factory=threading.Event)
    process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Until it is over, run the program, and again when it has ended."""
        pause = self.rules.pause
        while not self.over.is_set():
            self.process = start(self.program)
            why = self._watch(self.process)
            end(self.process, self.rules.grace if self.over.is_set() else 0.0)
            if not self.over.is_set():
                self.hear.append(Event(time.monotonic(), self.program.name, why))
                pause = self.rules.pause if self.ready.is_set() else min(2 * pause, self.rules.longest)
                self.ready.clear()
                self.over.wait(pause)

    def _watch(self, process: subprocess.Popen[bytes]) -> str:
        """Look at the program until it has ended, or is to be: why."""
        began = probed = time.monotonic()
        missed = 0
        while not self.over.wait(self.rules.look):
            if process.poll() is not None:
                return f"ended with status {process.returncode}"
            if (held := read_megabytes(process)) > self.program.megabytes:
                return f"held {held:.0f} MB, of {self.program.megabytes:.0f}"
            if self.ready.is_set() and time.monotonic() - probed < self.rules.every:
                continue
            probed = time.monotonic()
            missed = 0 if answers(self.program, self.rules.patience) else missed + 1
            if not missed:
                self.ready.set()
            elif self.ready.is_set() and missed >= self.rules.tries:
                return f"did not answer {missed} times"
            elif not self.ready.is_set() and time.monotonic() - began > self.rules.start:
                return f"did not answer within {self.rules.start:g} s"
        return "over"


class Supervisor:
    """What is kept running. ``events``: what ended, in order."""

    def __init__(self, programs: Iterable[Program], rules: Rules = USUAL) -> None:
        self.events: list[Event] = []
        self._over = threading.Event()
        self._kept = [Kept(program, rules, self._over, self.events) for program in programs]
        self._threads = [threading.Thread(target=each.keep, daemon=True) for each in self._kept]

    @property
    def processes(self) -> dict[str, subprocess.Popen[bytes]]:
        """By name, what runs now."""
        return {each.program.name: each.process for each in self._kept if each.process}

    def kill(self, name: str) -> None:
        """End a program as a crash would (signal 9); it is started again."""
        self.processes[name].kill()

    def limit(self, name: str, megabytes: float) -> None:
        """From now on, this program may hold no more."""
        for each in self._kept:
            if each.program.name == name:
                each.program = each.program._replace(megabytes=megabytes)

    def start(self) -> None:
        """Start all programs at once."""
        for thread in self._threads:
            thread.start()

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        """Until all answer; raises ``NotStarted`` if one does not within that time."""
        until = time.monotonic() + seconds
        for each in self._kept:
            if not each.ready.wait(max(0.0, until - time.monotonic())):
                said = [event.why for event in self.events if event.name == each.program.name]
                raise NotStarted(f"{each.program.name} does not answer: {said[-1] if said else 'it still starts'}")

    def stop(self) -> None:
        """End all programs."""
        self._over.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def keep_running(programs: Iterable[Program], rules: Rules = USUAL) -> Iterator[Supervisor]:
    """Programs that all answer, kept running while the block lasts; raises ``NotStarted``."""
    supervisor = Supervisor(programs, rules)
    supervisor.start()
    try:
        supervisor.wait_until_ready()
        yield supervisor
    finally:
        supervisor.stop()
