"""The service with every form of recording, as real processes: what a caller waits, and what a kill takes along."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lab.engine.workspace import REPOSITORY
from lab.load.served_system import free_port
from lab.patterns.monday_models import put_models
from measure.data.rounds import judge_rounds
from parts.recorded_service.recorded_service import FORM, RECORDS
from parts.several_models.neighbour import Neighbour
from parts.supervisor.program import CALM, HOST, Program, answers
from parts.supervisor.supervisor import Supervisor, keep_running
from parts.vector_models.vector_question import EXAMPLE
from problem.recorded import Form

PATIENCE = 60.0
"""Seconds for an answer, and for a process that was killed to answer again."""
MARGIN = 1.25
"""A ratio of times, in every round, as in PREDICTIONS.md."""
NOTHING = "nothing"
Row = dict[str, Any]


class Recorded(NamedTuple):
    """A form and the package of its side."""

    package: str
    form: Form


class Served(NamedTuple):
    """A form at work in a process of its own, and where its records lie."""

    program: Program
    form: Form
    records: Path

    def open_caller(self) -> Neighbour:
        """Somebody who asks one question after the other."""
        return Neighbour(self.program.name, f"http://{HOST}:{self.program.port}", PATIENCE)


@contextmanager
def serve_forms(forms: Mapping[str, Recorded], folder: Path) -> Iterator[tuple[dict[str, Served], Supervisor]]:
    """A process for each form, all answering, started again when it is killed. Raises ``NotStarted``."""
    put_models(folder / "models")
    served = {name: plan_service(name, of, folder) for name, of in forms.items()}
    with keep_running([each.program for each in served.values()], CALM) as supervisor:
        yield served, supervisor


def plan_service(name: str, recorded: Recorded, folder: Path) -> Served:
    """How the service of a form is started."""
    port, records = free_port(), folder / name.replace(" ", "_")
    told = {"HOST": HOST, "PORT": str(port), "MODELS": str(folder / "models"), FORM: name, RECORDS: str(records)}
    told |= {"PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    command = (sys.executable, "-m", f"{recorded.package}.service")
    return Served(Program(name, command, port, told, path="/ready"), recorded.form, records)


def ask_many(caller: Neighbour, numbers: Sequence[int]) -> list[float]:
    """Ask about a flight of each number; seconds that each answer took."""
    taken = []
    for number in numbers:
        began = time.perf_counter()
        caller.ask({**EXAMPLE, "flight_id": number})
        taken.append(time.perf_counter() - began)
    return taken


def measure_waits(served: Mapping[str, Served], asked: int, turns: int) -> list[Row]:
    """By form, the median answer's time over that of the form that keeps nothing: median, least and most of turns."""
    callers = {name: each.open_caller() for name, each in served.items()}
    for caller in callers.values():
        ask_many(caller, range(asked // 4))
    rounds = [
        {name: float(np.median(ask_many(callers[name], range(asked)))) for name in list(callers)[:: 1 - 2 * (turn % 2)]}
        for turn in range(turns)
    ]
    told = {name: [each[name] / each[NOTHING] for each in rounds] for name in served}
    milliseconds = {name: float(np.median([1000 * each[name] for each in rounds])) for name in served}
    return [
        {"form": name, "ms": milliseconds[name], "value": float(np.median(of)), "low": min(of), "high": max(of)}
        | {"word": judge_rounds(of, MARGIN).value}
        for name, of in told.items()
    ]


def kill_all(served: Mapping[str, Served], supervisor: Supervisor, asked: int, rounds: int) -> list[Row]:
    """By form, how many answers that a caller has got are not on record once the process was killed: in each round."""
    lost: dict[str, list[int]] = {name: [] for name in served}
    for turn in range(rounds):
        for name, each in served.items():
            first = (turn + 1) * 1_000_000
            numbers = range(first, first + asked)
            process = supervisor.processes[name]
            ask_many(each.open_caller(), numbers)
            process.kill()
            process.wait()
            kept = {int(row["flight_id"]) for row in each.form.read(each.records)}
            lost[name].append(len({*numbers} - kept))
        for each in served.values():
            wait_until_back(each, supervisor)
    return [{"form": name, "answered": asked, "lost": of} for name, of in lost.items()]


def wait_until_back(served: Served, supervisor: Supervisor) -> None:
    """Until another process answers for the one that was killed; raises ``TimeoutError``."""
    until = time.monotonic() + PATIENCE
    while supervisor.processes[served.program.name].poll() is not None or not answers(served.program, 1.0):
        if time.monotonic() > until:
            raise TimeoutError(f"{served.program.name} was killed and does not come back")
        time.sleep(0.05)
