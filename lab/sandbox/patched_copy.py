"""Copies of the code with patches applied. The code in the repository itself is never changed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.engine.observation import copying
from lab.engine.workspace import REPOSITORY

CURES = "lab/changes/cures"
"""A small patch for each marked cause of skew, SYSTEM-CAUSE.patch."""
CODE = ("problem", "parts", "antipatterns", "reference", "measure", "lab")
"""The packages that a copy holds."""
NO_CODE = shutil.ignore_patterns("__pycache__", "*.json")


def list_cures(system: str) -> list[Path]:
    """The cures of one system; the part of a file's name after the dash is the cause that it removes."""
    return sorted((REPOSITORY / CURES).glob(f"{system}-*.patch"))


@contextmanager
def patched_copy(patches: Iterable[Path]) -> Iterator[Path]:
    """A copy of the code with the patches applied; raises ``ValueError`` naming a patch that does not apply."""
    with tempfile.TemporaryDirectory(prefix="patched-") as folder:
        copy = Path(folder)
        with copying():
            for package in CODE:
                shutil.copytree(REPOSITORY / package, copy / package, ignore=NO_CODE)
        for patch in patches:
            apply_patch(patch, copy)
        yield copy


def apply_patch(patch: Path, copy: Path) -> None:
    """Apply one patch to a copy; raises ``ValueError`` naming it if it does not fit."""
    command = ["git", "apply", "--whitespace=nowarn", str(patch)]
    # Git must not take the copy for a part of a repository around it.
    done = subprocess.run(command, cwd=copy, env=os.environ | {"GIT_DIR": "/dev/null"}, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"{patch.name} no longer applies: {done.stderr.strip()}")
