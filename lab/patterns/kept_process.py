"""A process that is started anew whenever it ends, as under a supervisor."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from threading import Thread

import psutil

from lab.engine.workspace import REPOSITORY

Told = Mapping[str, str]
"""An environment."""
PAUSE = 0.05
"""Seconds until it is started anew: one that ends at once is not to take the whole machine."""


def surround(told: Told) -> dict[str, str]:
    """The environment of a process that is told this, and nothing of ours."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1", **told}


def run_module(module: str) -> list[str]:
    """The command that runs a module of this repository."""
    return [sys.executable, "-P", "-m", module]


class KeptProcess:
    """A module as a process that is started anew whenever it ends, as a supervisor does it; ``ended``: how often."""

    def __init__(self, module: str, told: Told) -> None:
        self._command, self._told = run_module(module), told
        self.ended, self._over = 0, False
        self._process = self._start()
        self._keeper = Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def kill(self) -> None:
        """End it as a crash would (``kill -9``); it is started anew."""
        self._process.send_signal(signal.SIGKILL)

    def stop(self) -> None:
        """End it for good."""
        self._over = True
        while self._keeper.is_alive():  # it may be starting the next one just now
            self._process.kill()
            self._keeper.join(0.05)

    def read_cpu(self) -> float:
        """CPU seconds that it used since it was started last."""
        used = psutil.Process(self._process.pid).cpu_times()
        return float(used.user + used.system)

    def _start(self) -> "subprocess.Popen[bytes]":
        quiet = subprocess.DEVNULL
        return subprocess.Popen(self._command, env=surround(self._told), cwd=REPOSITORY, stdout=quiet, stderr=quiet)

    def _keep(self) -> None:
        while True:
            self._process.wait()
            if self._over:
                return
            self.ended += 1
            time.sleep(PAUSE)
            self._process = self._start()
