"""Cures: one small patch per marked cause of skew, applied to copies of the code, never to the exhibits themselves."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.engine.workspace import REPOSITORY

PATCHES = REPOSITORY / "lab" / "changes" / "cures"
CODE = ("problem", "parts", "antipatterns", "reference", "lab", "measure")


def cures_of(system: str) -> list[Path]:
    """The patches for one system; the part of a file's name after the dash is the cause it removes."""
    return sorted(PATCHES.glob(f"{system}-*.patch"))


@contextmanager
def cured_copy(patches: Iterable[Path]) -> Iterator[Path]:
    """A copy of the code with the patches applied; raises ``ValueError`` naming a patch that does not apply."""
    with tempfile.TemporaryDirectory(prefix="cured-") as folder:
        copy = Path(folder)
        for package in CODE:
            shutil.copytree(REPOSITORY / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
        for patch in patches:
            apply(patch, copy)
        yield copy


def apply(patch: Path, copy: Path) -> None:
    """Apply one patch to a copy; raises ``ValueError`` naming it if it does not fit."""
    command = ["git", "apply", "--whitespace=nowarn", str(patch)]
    # Git must not take the copy for a part of a repository around it.
    done = subprocess.run(command, cwd=copy, env=os.environ | {"GIT_DIR": "/dev/null"}, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"{patch.name} no longer applies: {done.stderr.strip()}")


def run_in(copy: Path, arguments: list[str]) -> None:
    """Run Python on the code of a copy; its output goes where ours goes. Raises ``CalledProcessError`` if it fails."""
    subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=os.environ | {"PYTHONPATH": str(copy)}, check=True, close_fds=False
    )
