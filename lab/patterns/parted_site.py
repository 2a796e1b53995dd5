"""A site of a side, running: each of its parts a process on 127.0.0.1, all under one supervisor."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import psutil

from lab.engine.workspace import REPOSITORY
from lab.load.served_system import free_port
from parts.model_service.refusals import NotAnswered
from parts.several_models.neighbour import Neighbour
from parts.several_models.site_settings import tell_part
from parts.supervisor.program import CALM, HOST, MEGABYTE, Program, Rules
from parts.supervisor.supervisor import Supervisor, keep_running
from problem.several_models import DOOR, Part

PATIENCE = 60.0
"""Seconds that an experiment waits for an answer: no result hangs on how busy a machine is."""
WATCHFUL = Rules(grace=0.0)
"""A supervisor that does not let a busy machine take its time."""


class RunningSite(NamedTuple):
    """``addresses``: by part, its URL."""

    parts: tuple[Part, ...]
    addresses: Mapping[str, str]
    supervisor: Supervisor

    @property
    def url(self) -> str:
        """Where callers ask."""
        return f"{self.addresses[DOOR]}/predict"

    def open_caller(self, part: str = DOOR) -> Neighbour:
        """Somebody who asks one question after the other."""
        return Neighbour(part, self.addresses[part], PATIENCE)

    def find_server(self, model: str) -> Part:
        """The part in which a model is."""
        return next(part for part in self.parts if model in part.serves)

    def limit_memory(self, room: float) -> None:
        """From now on, each part may hold so many MB more a model than it does."""
        for part in self.parts:
            held = psutil.Process(self.supervisor.processes[part.name].pid).memory_info().rss / MEGABYTE
            self.supervisor.limit(part.name, held + room * max(1, len(part.serves)))

    def restart(self, part: Part) -> None:
        """Kill one of its processes, of which the supervisor starts another."""
        self.supervisor.kill(part.name)

    def wait_until_whole(self, question: Mapping[str, Any]) -> None:
        """Until a question is answered with nothing missing; raises ``NotAnswered`` after ``PATIENCE``."""
        until, caller = time.monotonic() + PATIENCE, Neighbour(DOOR, self.addresses[DOOR], 1.0)
        while True:
            try:
                missing = caller.ask(question)["missing"]
            except NotAnswered as error:
                missing = {DOOR: str(error)}
            if not missing:
                return
            if time.monotonic() > until:
                raise NotAnswered(f"the site does not recover: {missing}")
            time.sleep(0.02)


@contextmanager
def open_site(
    side: ModuleType, models: Path, names: Sequence[str], settings: Mapping[str, str] = {}, rules: Rules = CALM
) -> Iterator[RunningSite]:
    """The site while the block lasts; raises ``NotStarted``. ``settings``: more of the environment of all parts."""
    parts = plan_parts(side, names)
    addresses = {part.name: f"http://{HOST}:{free_port()}" for part in parts}
    programs = [write_program(part, addresses, models, settings) for part in parts]
    with keep_running(programs, rules) as supervisor:
        yield RunningSite(parts, addresses, supervisor)


def plan_parts(side: ModuleType, names: Sequence[str]) -> tuple[Part, ...]:
    """The parts of a side with these models."""
    parts: tuple[Part, ...] = import_module(f"{side.__name__}.site").plan_site(names)
    return parts


def write_program(part: Part, addresses: Mapping[str, str], models: Path, settings: Mapping[str, str] = {}) -> Program:
    """How a part is started."""
    port = addresses[part.name].rpartition(":")[2]
    told = {"HOST": HOST, "PORT": port, "MODELS": str(models), "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    told |= tell_part(part.serves, {name: addresses[name] for name in part.asks})
    return Program(part.name, (sys.executable, "-m", part.module), int(port), told | dict(settings))
