"""Environments of their own to train and to answer in, made by uv: ``make environments``.

Each has a lock with hashes, in ``lab/patterns/locks``, and a folder in ``.environments``, outside the study, that is
named by the lock's digest: a changed lock makes a new one. Making them needs the package index, and nothing after that.
``python -m lab.patterns.environments --lock`` solves the locks anew.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.engine.command import run_guarded
from lab.engine.step_cache import digest
from lab.engine.workspace import REPOSITORY, StudyError

LOCKS = REPOSITORY / "lab" / "patterns" / "locks"
FOLDER = REPOSITORY / ".environments"
PYTHON = "3.11"
"""The only one that all releases here were built for."""
BESIDES = ("onnx>=1.18", "onnxruntime>=1.22", "pandas<3", "skops>=0.13")
"""What each environment holds besides scikit-learn and NumPy, as new as these allow."""
FIXED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
"""What would make one run of a program differ from the next."""


@dataclass(frozen=True)
class Environment:
    """A release of scikit-learn with a major version of NumPy: ``scikit_learn`` "1.3", ``numpy`` 1."""

    scikit_learn: str
    numpy: int

    @property
    def name(self) -> str:
        """Of its lock and its folder."""
        return f"scikit-learn-{self.scikit_learn}-numpy-{self.numpy}"

    @property
    def lock(self) -> Path:
        """The file with all versions and their hashes."""
        return LOCKS / f"{self.name}.lock"

    def folder(self, root: Path = FOLDER) -> Path:
        """Where it lies once it is made."""
        return root / f"{self.name}-{digest(self.lock.read_bytes())[:12]}"

    def bounds(self) -> list[str]:
        """What is asked for; SciPy of its day, where the newest has lost what scikit-learn calls."""
        scipy = {"1.3": ["scipy<1.12"], "1.4": ["scipy<1.14"]}.get(self.scikit_learn, [])
        return [f"scikit-learn=={self.scikit_learn}.*", f"numpy=={self.numpy}.*", *scipy, *BESIDES]


ENVIRONMENTS = (
    *(Environment(f"1.{minor}", 1) for minor in range(3, 10)),
    *(Environment(f"1.{minor}", 2) for minor in (5, 7, 9)),
)
"""Each release of three years with NumPy 1; where NumPy 2 is possible, three of them with that."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, 2 for what the reader can mend, 130 if stopped."""
    parser = argparse.ArgumentParser(prog="python -m lab.patterns.environments", description=__doc__)
    parser.add_argument("--lock", action="store_true", help="solve the locks anew instead")
    action = solve if parser.parse_args(arguments).lock else install
    return run_guarded("environments", lambda: max(0, *(action(each) for each in ENVIRONMENTS)))


def solve(environment: Environment) -> int:
    """Write the lock from the bounds, with the newest versions that they allow; raises ``StudyError``."""
    options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--python-version", PYTHON, "--no-annotate"]
    told = ["--custom-compile-command", "python -m lab.patterns.environments --lock", "--output-file"]
    LOCKS.mkdir(exist_ok=True)
    environment.lock.unlink(missing_ok=True)
    run_uv(["pip", "compile", "-", *options, *told, str(environment.lock)], "\n".join(environment.bounds()))
    return 0


def install(environment: Environment, root: Path = FOLDER) -> int:
    """Make the environment below ``root`` unless it is there; whole or not at all. Raises ``StudyError``."""
    folder = environment.folder(root)
    if folder.exists():
        return 0
    print(f"making {folder.name}", flush=True)
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    run_uv(["venv", "--python", PYTHON, str(part)])
    run_uv(["pip", "install", "--python", str(part), "--require-hashes", "-r", str(environment.lock)])
    part.rename(folder)
    return 0


def run_uv(arguments: Sequence[str], told: str = "") -> None:
    """Run the project's own uv, or the one on the path; raises ``StudyError`` with its last line if it fails."""
    own = Path(sys.executable).with_name("uv")
    uv = str(own) if own.exists() else shutil.which("uv")
    if not uv:
        raise StudyError("uv is not there: run `make study`, which installs it")
    done = subprocess.run(
        [uv, *arguments, "--quiet", "--no-python-downloads"], input=told, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise StudyError(f"uv {arguments[0]} failed, run `make environments` again with a network: {said[-1]}")


def run_in(environment: Environment, arguments: Sequence[str], code: Path = REPOSITORY, root: Path = FOLDER) -> str:
    """Run the environment's Python with ``code`` on its path; what it prints.

    Raises ``StudyError`` if the environment is not there, and with the last line of the error if the program fails.
    """
    python = environment.folder(root) / "bin" / "python"
    if not python.exists():
        raise StudyError(f"no environment {environment.name}: run `make environments`, once and with a network")
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [python, "-s", *arguments],
        env=own | FIXED | {"PYTHONPATH": str(code)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StudyError(f"{environment.name}: {' '.join(done.stderr.strip().splitlines()[-1:]) or done.returncode}")
    return done.stdout


def measure_sizes() -> dict[str, int]:
    """By environment, the bytes of all its files; 0 for one that is not there."""
    return {each.name: sum(file.lstat().st_size for file in each.folder().rglob("*")) for each in ENVIRONMENTS}


if __name__ == "__main__":
    sys.exit(main())
