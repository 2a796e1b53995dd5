"""Arms at work: each a front with its guards and a model of its own, two processes on 127.0.0.1."""

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import psutil

from lab.engine.workspace import REPOSITORY
from lab.load.served_system import HOST, free_port
from lab.patterns.parted_models import LARGE
from lab.patterns.troubled_model import FILE, Trouble, write_trouble
from parts.guarded_front.guarded_front import tell_front
from parts.model_service.refusals import NotAnswered
from parts.several_models.neighbour import Neighbour
from parts.several_models.site_settings import tell_part
from parts.supervisor.program import CALM, Program
from parts.supervisor.supervisor import Supervisor, keep_running
from problem.rush import Guards

FRONT, MODEL = "parts.guarded_front.guarded_front", "parts.guarded_front.patient_model"
RULES = CALM._replace(look=0.5)
"""The supervisor looks seldom, as it shares the cores with what is measured."""
PATIENCE = 60.0
"""Seconds after which an arm that does not come to rest is given up."""
HANDLED = re.compile(r"^requests_total\{[^}]*\} (\S+)$", re.MULTILINE)
"""In what a service says of itself, how many questions came to an end, by status."""


class Arm(NamedTuple):
    """One arm at work; ``front`` and ``model`` are URLs."""

    name: str
    front: str
    model: str
    supervisor: Supervisor

    def count_calls(self) -> int:
        """Questions that came to an end at the model, whoever waited for them, since it was started."""
        with urlopen(f"{self.model}/metrics", timeout=PATIENCE) as answer:
            return round(sum(float(count) for count in HANDLED.findall(answer.read().decode())))

    def read_cpu(self) -> float:
        """CPU seconds of its two processes since each was started."""
        running = [self.supervisor.processes[name] for name in (f"{self.name} front", f"{self.name} model")]
        used = [psutil.Process(each.pid).cpu_times() for each in running]
        return float(sum(times.user + times.system for times in used))

    def wait_until_calm(self, question: Mapping[str, Any]) -> None:
        """Until the model answers through the front; raises ``NotAnswered`` after ``PATIENCE``."""
        until, caller = time.monotonic() + PATIENCE, Neighbour(self.name, self.front, PATIENCE)
        while not is_answered(caller, question):
            if time.monotonic() > until:
                raise NotAnswered(f"{self.name} does not come to rest")
            time.sleep(0.1)


def is_answered(caller: Neighbour, question: Mapping[str, Any]) -> bool:
    """Whether a question is answered by the model."""
    try:
        return not caller.ask(question)["missing"]
    except NotAnswered:
        return False


@contextmanager
def open_arms(arms: Mapping[str, Guards], models: Path, trouble: Path) -> Iterator[dict[str, Arm]]:
    """Arms by name while the block lasts; ``trouble``: the file in which the trouble stands that all models are in.

    Raises ``NotStarted``.
    """
    ports = {name: (free_port(), free_port()) for name in arms}
    programs = [each for name, of in ports.items() for each in write_programs(name, arms[name], of, models, trouble)]
    with keep_running(programs, RULES) as supervisor:
        urls = {name: [f"http://{HOST}:{port}" for port in of] for name, of in ports.items()}
        yield {name: Arm(name, front, model, supervisor) for name, (front, model) in urls.items()}


def write_programs(
    name: str, guards: Guards, ports: tuple[int, int], models: Path, trouble: Path
) -> tuple[Program, Program]:
    """How front and model of an arm are started."""
    of_front = tell_front(guards, f"http://{HOST}:{ports[1]}")
    of_model = tell_part((LARGE,), {}) | {FILE: str(trouble)}
    return (
        write_program(f"{name} front", FRONT, ports[0], models, of_front),
        write_program(f"{name} model", MODEL, ports[1], models, of_model),
    )


def write_program(name: str, module: str, port: int, models: Path, more: Mapping[str, str]) -> Program:
    """How a module that serves is started."""
    told = {"HOST": HOST, "PORT": str(port), "MODELS": str(models), "PYTHONPATH": str(REPOSITORY)}
    return Program(name, (sys.executable, "-m", module), port, {**told, "OMP_NUM_THREADS": "1", **more}, path="/ready")


def come_to_rest(arms: Mapping[str, Arm], question: Mapping[str, Any], trouble: Path, usual: Trouble) -> None:
    """Let models answer all that is left at once, wait until each arm is whole again, and let them wait as usual."""
    write_trouble(Trouble(wait=0.0), trouble)
    for arm in arms.values():
        arm.wait_until_calm(question)
    write_trouble(usual, trouble)


def read_all_cpu(arms: Mapping[str, Arm]) -> float:
    """CPU seconds of all arms and of this process."""
    own = os.times()
    return sum(arm.read_cpu() for arm in arms.values()) + own.user + own.system


def encode(questions: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """Bodies of requests."""
    return [json.dumps(question).encode() for question in questions]
