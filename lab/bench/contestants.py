"""The services that the serving bench asks, each a real process with a copy of its installation."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from lab.bench.asked import CHAMPION
from lab.load.endpoint import Endpoint
from lab.load.served_system import HOST, free_port, served
from lab.service.service_installation import SYSTEMS, renew_installation
from measure.figures.figure_style import Look, look

MLFLOW = "mlflow"
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""For every service alike: threads that wait for a core somebody else uses spin, and one row has no work for two."""
LOOKS = {name: look(name) for name in SYSTEMS} | {MLFLOW: Look("mlflow models serve", "#999999", "X", "+")}


@dataclass(frozen=True)
class Contestant:
    """How a service is started (``{port}`` stands for its port), when it is ready, where and what it is asked."""

    name: str
    command: tuple[str, ...]
    ready: str
    path: str
    bodies: list[bytes]
    environment: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def running(self) -> Iterator[Endpoint]:
        """The service, for as long as the block lasts."""
        port = free_port()
        command = [word.format(port=port) for word in self.command]
        with served(command, port, self.ready, os.environ | ONE_THREAD | self.environment) as url:
            yield Endpoint(url + self.path, self.bodies)


def of_system(system: str, home: Path, bodies: list[bytes]) -> Contestant:
    """A system behind the repository's service."""
    command = (sys.executable, "-m", "lab.service", "--system", system, "--home", str(home), "--port", "{port}")
    return Contestant(system, command, "/ready", "/predict", bodies)


def mlflow(registry: Path, bodies: list[bytes]) -> Contestant:
    """MLflow's own service of FTI's champion, given finished vectors."""
    model = f"models:/{CHAMPION}@champion"
    command = (sys.executable, "-m", "mlflow", "models", "serve", "-m", model, "--env-manager", "local",
               "--host", HOST, "--port", "{port}")  # fmt: skip
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it starts uvicorn by name
    environment = {"MLFLOW_TRACKING_URI": f"sqlite:///{registry / 'mlflow.db'}", "PATH": path}
    return Contestant(MLFLOW, command, "/ping", "/invocations", bodies, environment)


@contextmanager
def installations(*systems: str) -> Iterator[dict[str, Path]]:
    """A copy of each system as the study trained it, thrown away afterwards; ``StudyError`` if there is none."""
    with TemporaryDirectory() as folder:
        yield {system: renew_installation(system, Path(folder) / system) for system in systems}
