"""Deployments of either side as real processes on 127.0.0.1, all of them under one supervisor."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
from sklearn.pipeline import Pipeline

from lab.engine.workspace import REPOSITORY
from lab.load.served_system import HOST, free_port
from parts.model_folder.model_folder import ModelFolder
from parts.supervisor.program import CALM, Program
from parts.supervisor.supervisor import Supervisor, keep_running
from problem.too_big import BIG, FAST, Deployment

VERSION = "1"


def put_models(folder: Path, fast: Pipeline, big: Pipeline) -> Path:
    """Release both; the folder that deployments read from."""
    for name, model in ((FAST, fast), (BIG, big)):
        models = ModelFolder(folder / name)
        models.put(VERSION, model)
        models.release(VERSION)
    return folder


class Wanted(NamedTuple):
    """A side, the ``folder`` that its processes share, and what else they are told."""

    side: Deployment
    folder: Path
    told: Mapping[str, str]


class Deployed(NamedTuple):
    """A side at work: where it answers, and the names of its processes."""

    url: str
    names: tuple[str, ...]
    supervisor: Supervisor

    def kill_last(self) -> None:
        """Kill the last of its processes, as a machine does that has no memory left; it is started again."""
        self.supervisor.kill(self.names[-1])

    def measure_cpu(self) -> float:
        """CPU seconds that its processes have used since each was started last."""
        processes = [self.supervisor.processes[name] for name in self.names]
        return sum(sum(psutil.Process(process.pid).cpu_times()[:2]) for process in processes)


@contextmanager
def deploy(wanted: Mapping[str, Wanted]) -> Iterator[dict[str, Deployed]]:
    """By name, deployments that answer, as long as the block lasts. Raises ``NotStarted``."""
    programs = {name: write_programs(name, each) for name, each in wanted.items()}
    with keep_running([program for of in programs.values() for program in of], CALM) as supervisor:
        yield {
            name: Deployed(f"http://{HOST}:{of[0].port}", tuple(each.name for each in of), supervisor)
            for name, of in programs.items()
        }


def write_programs(name: str, wanted: Wanted) -> list[Program]:
    """A program for each of a side's modules, of which the first one answers."""
    wanted.folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    told = {"HOST": HOST, "PORT": str(port), "DESK": str(wanted.folder / "desk.db"), "OMP_NUM_THREADS": "1"}
    told |= {"PYTHONPATH": str(REPOSITORY), **wanted.told}
    return [
        Program(f"{name}, {module}", (sys.executable, "-m", module), 0 if place else port, told, path="/ready")
        for place, module in enumerate(wanted.side.PROCESSES)
    ]
