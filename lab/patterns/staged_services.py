"""Deployments of either side as real processes on 127.0.0.1, and whoever is told of answers that come later."""

import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psutil
from sklearn.pipeline import Pipeline

from lab.engine.workspace import REPOSITORY
from lab.load.endpoint import CannotLoad
from lab.load.served_system import HOST, free_port
from parts.model_folder.model_folder import ModelFolder
from problem.too_big import BIG, FAST, Deployment

VERSION = "1"


def put_models(folder: Path, fast: Pipeline, big: Pipeline) -> Path:
    """Release both; the folder that deployments read from."""
    for name, model in ((FAST, fast), (BIG, big)):
        models = ModelFolder(folder / name)
        models.put(VERSION, model)
        models.release(VERSION)
    return folder


@dataclass
class Deployed:
    """A side at work: a process for each of its modules, of which the first one answers at ``url``."""

    side: Deployment
    folder: Path
    environment: Mapping[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start all of its processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for module in self.side.PROCESSES:
            self.start_one(module)

    def start_one(self, module: str) -> None:
        """Start one of them."""
        told = {"PORT": str(self.port), "HOST": HOST, "DESK": str(self.folder / "desk.db"), "OMP_NUM_THREADS": "1"}
        environment = {**os.environ, **told, "PYTHONPATH": str(REPOSITORY), **self.environment}
        with self._log.open("a") as log:
            command = [sys.executable, "-m", module]
            self.running.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))

    def wait_until_ready(self) -> None:
        """Until it answers; raises ``CannotLoad`` with its last line if a process of it ends before."""
        while not self._is_ready():
            if any(process.poll() is not None for process in self.running):
                said = self._log.read_text().strip().splitlines() or ["it said nothing"]
                raise CannotLoad(f"a process of {self.side.PROCESSES[0]} ended: {said[-1]}")
            time.sleep(0.05)

    def kill_last(self) -> None:
        """Kill the last of its processes, as a machine does that has no memory left."""
        killed = self.running.pop()
        killed.kill()
        killed.wait()

    def end(self) -> None:
        """Stop all."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(20)

    def measure_cpu(self) -> float:
        """CPU seconds that its processes have used."""
        return sum(sum(psutil.Process(process.pid).cpu_times()[:2]) for process in self.running)

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def deploy(wanted: Collection[Deployed]) -> Iterator[None]:
    """Start deployments side by side, wait until all answer, and end them after the block."""
    with ExitStack() as stack:
        for each in wanted:
            stack.callback(each.end)
            each.start()
        for each in wanted:
            each.wait_until_ready()
        yield
