"""The processes of a form on 127.0.0.1: started, looked after, killed, and what CPU they used."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from urllib.request import urlopen

from lab.engine.workspace import REPOSITORY
from lab.load.served_system import HOST, free_port
from lab.patterns.kept_process import KeptProcess, Told, run_module, surround
from problem.ask_or_queue import Site

PATIENCE, LEASE = 120.0, 3.0
"""Seconds until a front that does not get ready is given up; that a worker has for a message of some milliseconds."""


class NotReady(RuntimeError):
    """A front that does not answer; one line that names it."""


class RunningForm(NamedTuple):
    """A form at work."""

    name: str
    port: int
    state: Path
    front: KeptProcess
    workers: tuple[KeptProcess, ...]

    @property
    def url(self) -> str:
        """Where questions are sent."""
        return f"http://{HOST}:{self.port}/predict"

    @property
    def queue(self) -> str:
        """The queue's line of configuration, in a form that has one."""
        return f"sqlite:{self.state / 'queue.db'}"

    def read_cpu(self) -> float:
        """CPU seconds of all its processes."""
        return sum(process.read_cpu() for process in (self.front, *self.workers))


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


@contextmanager
def run_workers(site: Site, told: Told, count: int) -> Iterator[tuple[KeptProcess, ...]]:
    """So many workers while the block runs."""
    with ExitStack() as stack:
        workers = tuple(KeptProcess(site.worker, told) for _ in range(count))
        for worker in workers:
            stack.callback(worker.stop)
        yield workers


@contextmanager
def run_forms(sides: Mapping[str, ModuleType], models: Path, folder: Path) -> Iterator[dict[str, RunningForm]]:
    """All forms at work, one worker each where there are any; jobs have run before. Raises ``NotReady``."""
    with ExitStack() as stack:
        forms = {}
        for name, side in sides.items():
            site, told = read_site(side), tell(models, folder / name)
            port = free_port()
            front = KeptProcess(site.front, {**told, "PORT": str(port)})
            stack.callback(front.stop)
            workers = stack.enter_context(run_workers(site, told, count=1 if site.worker else 0))
            forms[name] = RunningForm(name, port, folder / name, front, workers)
        for form in forms.values():
            wait_until_ready(form)
        yield forms


def wait_until_ready(form: RunningForm) -> None:
    """Until its front says that it is; raises ``NotReady``."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if _is_ready(form.port):
            return
        time.sleep(0.02)
    raise NotReady(f"the front of {form.name} is not ready within {PATIENCE:g} s")


def _is_ready(port: int) -> Any:
    try:
        with urlopen(f"http://{HOST}:{port}/ready", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
