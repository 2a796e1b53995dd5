"""The way of the reference: a flag store as a process of its own, and replicas that follow it."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from lab.engine.workspace import REPOSITORY
from lab.load.served_system import free_port
from lab.patterns.changed_fleet import PATIENCE, Fleet, Replica, write_program
from parts.flag_store.flag_store import DOOR, HEALTH, publish
from parts.model_service.refusals import NotAnswered
from parts.supervisor.program import CALM, HOST, Program
from parts.supervisor.supervisor import keep_running
from problem.behaviour import Rule, State

LATE = 3
"""Looks that a replica may miss before it is said to be behind."""


@dataclass
class Store:
    """The store's process, which can be taken away and brought back, and its file."""

    file: Path
    port: int = field(default_factory=free_port)
    _running: ExitStack = field(default_factory=ExitStack)

    @property
    def url(self) -> str:
        """Where replicas look."""
        return f"http://{HOST}:{self.port}{DOOR}"

    def start(self) -> None:
        """Raises ``NotStarted``."""
        told = {"PORT": str(self.port), "FLAGS": str(self.file), "PYTHONPATH": str(REPOSITORY)}
        command = (sys.executable, "-m", "parts.flag_store.flag_store")
        self._running.enter_context(keep_running([Program("store", command, self.port, told, path=HEALTH)], CALM))

    def stop(self) -> None:
        """Gone, and not started again by anybody."""
        self._running.close()

    def publish(self, version: int, rules: Sequence[Rule]) -> None:
        """Let these rules hold."""
        publish(self.file, version, rules)


@contextmanager
def open_followers(
    side: ModuleType, home: Path, models: Path, replicas: int, every: float, without_copy: Sequence[int] = ()
) -> Iterator[tuple[Fleet, Store]]:
    """Replicas that look ``every`` so many seconds; numbers of those that keep no copy. Raises ``NotStarted``."""
    home.mkdir(parents=True)
    store = Store(home / "flags.json")
    store.publish(1, ())
    store.start()
    them = [Replica(f"replica {number}", free_port()) for number in range(1, replicas + 1)]
    told = {"FLAG_STORE": store.url, "FLAG_SECONDS": str(every)}
    copies = [{} if n in without_copy else {"FLAG_COPY": str(home / f"{n}.json")} for n in range(1, replicas + 1)]
    programs = [write_program(side, each, models, [], **told, **copy) for each, copy in zip(them, copies, strict=True)]
    try:
        with keep_running(programs, CALM) as supervisor:
            yield Fleet(them, supervisor), store
    finally:
        store.stop()


def switch(fleet: Fleet, store: Store, version: int, rules: Sequence[Rule]) -> list[float]:
    """Publish; seconds from the decision until each replica tells the new version."""
    began, heard = time.monotonic(), dict[Replica, float]()
    store.publish(version, rules)
    while len(heard) < len(fleet.replicas):
        if time.monotonic() - began > PATIENCE:
            raise NotAnswered(f"not all replicas hear of version {version}: {[each.name for each in heard]} did")
        for replica in fleet.replicas:
            if replica not in heard and (state := replica.tell()) and state.version == version:
                heard[replica] = time.monotonic() - began
        time.sleep(0.02)
    return [heard[replica] for replica in fleet.replicas]


def find_behind(states: Mapping[str, State | None], every: float) -> dict[str, str]:
    """By replica, why it is not to be trusted: it does not answer, has rules of another version than the latest that
    any has, or was told nothing for ``LATE`` looks."""
    latest = max((state.version for state in states.values() if state), default=0)
    found = {}
    for name, state in states.items():
        if state is None:
            found[name] = "does not answer"
        elif state.version < latest:
            found[name] = f"has version {state.version}, others have {latest}; {state.trouble}".rstrip("; ")
        elif (state.trouble and state.age is None) or (state.age or 0.0) > LATE * every:
            found[name] = f"was told nothing since: {state.trouble or 'it does not look'}"
    return found
