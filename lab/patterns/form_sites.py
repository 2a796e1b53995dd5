"""The processes of a form on 127.0.0.1: started, looked after, killed, and what CPU they used."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import psutil

from lab.engine.workspace import REPOSITORY
from lab.load.served_system import HOST, free_port
from parts.supervisor.program import CALM, Program, answers
from parts.supervisor.supervisor import Supervisor, keep_running
from problem.ask_or_queue import Site

Told = Mapping[str, str]
"""Of an environment, what a form's processes are told."""
PATIENCE, LEASE = 120.0, 3.0
"""Seconds until a front that does not get ready is given up; that a worker has for a message of some milliseconds."""
FRONT = "front"


class NotReady(RuntimeError):
    """A front that does not answer; one line that names it."""


class RunningForm(NamedTuple):
    """A form at work: its front and its ``workers`` (names), if it has any, under one supervisor."""

    name: str
    front: Program
    state: Path
    supervisor: Supervisor
    workers: list[str]

    @property
    def url(self) -> str:
        """Where questions are sent."""
        return f"http://{HOST}:{self.front.port}/predict"

    @property
    def queue(self) -> str:
        """The queue's line of configuration, in a form that has one."""
        return f"sqlite:{self.state / 'queue.db'}"

    def kill(self) -> None:
        """Kill what answers: a worker where there is one, or else the front."""
        self.supervisor.kill((self.workers or [FRONT])[0])

    def read_cpu(self) -> float:
        """CPU seconds that its processes used since each was started last."""
        used = [psutil.Process(process.pid).cpu_times() for process in self.supervisor.processes.values()]
        return float(sum(times.user + times.system for times in used))


def surround(told: Told) -> dict[str, str]:
    """The environment of a process that is told this."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1", **told}


def run_module(module: str) -> list[str]:
    """The command that runs a module of this repository."""
    return [sys.executable, "-P", "-m", module]


def read_site(side: ModuleType) -> Site:
    """What a side is made of."""
    site: Site = import_module(f"{side.__name__}.site").SITE
    return site


def tell(models: Path, state: Path, **more: str) -> dict[str, str]:
    """The environment of a form's processes."""
    state.mkdir(parents=True, exist_ok=True)
    return {"HOST": HOST, "MODELS": str(models), "STATE": str(state), "LEASE": str(LEASE), **more}


def run_job(site: Site, told: Told) -> float:
    """Let the job run, if there is one: the CPU seconds that it used; raises ``CalledProcessError``."""
    if not site.job:
        return 0.0
    before = os.times()
    subprocess.run(run_module(site.job), env=surround(told), cwd=REPOSITORY, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def write_workers(site: Site, told: Told, count: int) -> list[Program]:
    """So many workers, each with a name of its own; none of a form that has none."""
    names = [f"worker {number}" for number in range(count if site.worker else 0)]
    return [Program(name, run_module(site.worker), environment=surround(told)) for name in names]


@contextmanager
def run_workers(site: Site, told: Told, count: int) -> Iterator[Supervisor]:
    """So many workers while the block runs."""
    with keep_running(write_workers(site, told, count), CALM) as supervisor:
        yield supervisor


@contextmanager
def run_forms(sides: Mapping[str, ModuleType], models: Path, folder: Path) -> Iterator[dict[str, RunningForm]]:
    """All forms at work, one worker each where there are any; jobs have run before. Raises ``NotReady``."""
    with ExitStack() as stack:
        forms = {}
        for name, side in sides.items():
            site, told, port = read_site(side), tell(models, folder / name), free_port()
            front = Program(FRONT, run_module(site.front), port, surround(told | {"PORT": str(port)}), path="/ready")
            workers = write_workers(site, told, count=1)
            supervisor = Supervisor([front, *workers], CALM)
            stack.callback(supervisor.stop)
            supervisor.start()
            forms[name] = RunningForm(name, front, folder / name, supervisor, [worker.name for worker in workers])
        for form in forms.values():
            wait_until_ready(form)
        yield forms


def wait_until_ready(form: RunningForm) -> None:
    """Until its front says that it is; raises ``NotReady``."""
    until = time.monotonic() + PATIENCE
    while not answers(form.front, patience=5.0):
        if time.monotonic() > until:
            raise NotReady(f"the front of {form.name} is not ready within {PATIENCE:g} s")
        time.sleep(0.02)
