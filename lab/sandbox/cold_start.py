"""Runs a module of a copy of the code as a user would: a process of its own, from a cold start."""

import os
import subprocess
import sys
from pathlib import Path

ALONE = {"OMP_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def run_module(copy: Path, module: str, *arguments: str) -> None:
    """``python -m module arguments`` in the copy, with one thread for the learner; what it prints is dropped.

    Raises ``CalledProcessError`` if it fails.
    """
    command = [sys.executable, "-B", "-m", module, *arguments]
    paths = os.pathsep.join([str(copy), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]).rstrip(os.pathsep)
    environment = os.environ | ALONE | {"PYTHONPATH": paths}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, cwd=copy, env=environment, check=True, **quiet)  # type: ignore[call-overload]
