"""Replicas of the service with rules around its model: real processes under a supervisor, and the front of them all.

Every side gets the same models, the same supervisor and the same front.
"""

import http.client
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from lab.engine.workspace import REPOSITORY
from parts.model_service.refusals import NotAnswered
from parts.several_models.neighbour import Neighbour
from parts.supervisor.program import HOST, Program
from parts.supervisor.supervisor import Supervisor
from parts.treated_service.treated_service import DOOR
from parts.vector_models.vector_question import EXAMPLE
from problem.behaviour import TABLE, Rule, State, Treatment

QUESTION = {**EXAMPLE, "origin": "LGA"}
MEANWHILE = Rule("LGA by table", {"origin": ["LGA"]}, Treatment(by=TABLE))
"""What somebody decides; and a question that it is about."""
PATIENCE = 60.0
"""Seconds for a process to be what it is to be."""
DRAIN, LOOK = 0.1, 0.05
"""Seconds in which a replica that is out of service answers what it has begun; between two looks at one."""
NOBODY = ""


class Replica(NamedTuple):
    """A process on a port."""

    name: str
    port: int

    def tell(self) -> State | None:
        """Which rules are in force in it; None while it does not answer."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request("GET", DOOR)
            return State(**json.loads(connection.getresponse().read()))
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def wait_until(self, holds: Callable[[State], bool]) -> State:
        """Until it tells what is waited for; raises ``NotAnswered`` after ``PATIENCE``."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if (state := self.tell()) and holds(state):
                return state
            time.sleep(LOOK)
        raise NotAnswered(f"{self.name} is not what it should be after {PATIENCE:g} s: {self.tell()}")


class Front:
    """What callers know: replicas that are in service, asked by turns."""

    def __init__(self, replicas: Sequence[Replica]) -> None:
        self._callers = {each: Neighbour(each.name, f"http://{HOST}:{each.port}", PATIENCE) for each in replicas}
        self._known, self._turn = list(replicas), count()

    def ask(self) -> str:
        """Who answered the question, the model or the table; ``NOBODY`` if nobody did."""
        known = self._known
        return self.ask_one(known[next(self._turn) % len(known)])

    def ask_one(self, replica: Replica) -> str:
        """The same of one of them."""
        try:
            return str(self._callers[replica].ask(QUESTION)["by"])
        except NotAnswered:
            return NOBODY

    @contextmanager
    def spare(self, replica: Replica) -> Iterator[None]:
        """The others have its callers while the block lasts, if there are others."""
        before = self._known
        others = [each for each in before if each != replica]
        if others:
            self._known = others
            time.sleep(DRAIN)
        yield
        self._known = before


@dataclass
class Fleet:
    """Replicas at work. ``front``: where callers ask."""

    replicas: list[Replica]
    supervisor: Supervisor
    front: Front = field(init=False)

    def __post_init__(self) -> None:
        self.front = Front(self.replicas)

    def restart(self, replica: Replica, holds: Callable[[State], bool]) -> None:
        """End a process, which is started again, and wait until it tells what is waited for.

        Raises ``NotAnswered``, and ``TimeoutExpired`` for a process that does not end.
        """
        process = self.supervisor.processes[replica.name]
        process.kill()
        process.wait(PATIENCE)
        replica.wait_until(holds)


def write_program(side: ModuleType, replica: Replica, models: Path, path: Sequence[Path], **told: str) -> Program:
    """How a replica is started; ``path``: where its code is found, first before this repository; ``told``: more of its
    environment."""
    found = os.pathsep.join(map(str, [*path, REPOSITORY]))
    own = {"HOST": HOST, "PORT": str(replica.port), "MODELS": str(models), "PYTHONPATH": found, "OMP_NUM_THREADS": "1"}
    return Program(
        replica.name, (sys.executable, "-P", "-m", f"{side.__name__}.service"), replica.port, own | told, path=DOOR
    )


def copy_package(side: ModuleType, folder: Path) -> Path:
    """The code of a side, and of nothing else of ours, in a folder of its own."""
    place = folder / Path(*side.__name__.split("."))
    place.mkdir(parents=True)
    for file in Path(str(side.__file__)).parent.glob("*.py"):
        shutil.copy(file, place)
    for above in [*place.relative_to(folder).parents][:-1]:
        (folder / above / "__init__.py").touch()
    return place
