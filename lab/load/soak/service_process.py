"""The service in a process of its own, which can be killed and started again on the same port."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from lab.engine.workspace import StudyError
from lab.load.served_system import HOST, free_port

PATIENCE = 120.0


@dataclass
class ServiceProcess:
    """FTI's service on ``home``. ``down``: from when to when it could not answer, in seconds of ``time.monotonic``."""

    home: Path
    port: int = field(default_factory=free_port)
    down: list[tuple[float, float]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it is ready; raises ``StudyError`` if it ends before."""
        command = [sys.executable, "-m", "lab.service", "--home", str(self.home), "--port", str(self.port)]
        with (self.home / "service.log").open("a") as log:
            environment = os.environ | {"OMP_NUM_THREADS": "1"}
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        until = time.monotonic() + PATIENCE
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > until:
                raise StudyError(f"the service does not start; what it said: {self.home / 'service.log'}")
            time.sleep(0.05)

    def kill(self) -> None:
        """``kill -9``, then start it again; the time in between is noted."""
        began = time.monotonic()
        self._process.kill()
        self._process.wait()
        self.start()
        self.down.append((began, time.monotonic()))

    def stop(self) -> None:
        """End it as an operator would."""
        self._process.terminate()
        self._process.wait()

    def _ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False
