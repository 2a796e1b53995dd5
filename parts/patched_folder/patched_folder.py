"""Patches applied to a folder as ``git apply`` does it, whole or hunk by hunk."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

FILE = re.compile(r"^(?=diff --git )", re.MULTILINE)
HUNK = re.compile(r"^(?=@@ )", re.MULTILINE)
CONTEXT = 3
"""Lines around a change that have to be there: what ``git apply`` asks for if it is not told otherwise."""


def apply_patch(patch: str, folder: Path, context: int = CONTEXT) -> bool:
    """Whether the patch applied to the folder; if it did not, nothing has changed."""
    command = ["git", "apply", "--whitespace=nowarn", f"-C{context}"]
    # Git must not take the folder for a part of a repository around it.
    surroundings = os.environ | {"GIT_DIR": "/dev/null"}
    done = subprocess.run(command, cwd=folder, env=surroundings, input=patch.encode(), capture_output=True, check=False)
    return not done.returncode


def split_hunks(patch: str) -> Iterator[str]:
    """Each hunk as a patch of its own, in order."""
    for file in FILE.split(patch)[1:]:
        head, *hunks = HUNK.split(file)
        yield from (head + hunk for hunk in hunks)


def list_added(patch: str) -> list[str]:
    """The lines that a patch writes, empty ones left out."""
    lines = (line for line in patch.splitlines() if line.startswith("+") and not line.startswith("+++"))
    return [line[1:] for line in lines if line[1:].strip()]


def count_touched(patch: str) -> int:
    """How many lines somebody types or deletes who makes the change by hand."""
    gone = [line for line in patch.splitlines() if re.match(r"-(?!--)", line)]
    return len(list_added(patch)) + len(gone)
