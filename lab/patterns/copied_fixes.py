"""Copies of a service that drifted, and the fixes that its shell really got, carried to them hunk by hunk."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from lab.engine.workspace import REPOSITORY
from parts.patched_folder.patched_folder import apply_patch, count_touched, split_hunks
from problem.monday import Team

FIXES = REPOSITORY / "lab" / "patterns" / "shell_fixes"
DRIFTS = ("names only", "as needed", "tidied")
FULL, MERGED = "full context", "merged"
CONTEXTS = {FULL: 3, "one line": 1}
"""By name, the lines around a hunk that have to be there."""
TITLE, SYSTEM = 'title="{}"', 'system = "{}"'
FIRST, FIRST_TITLE = "late", "Will this flight be late?"
TIDIED: Mapping[str, str] = {
    r"\bas_json\b": "answer_json",
    r"\bproblem\b(?![.+])": "answer_problem",
    r"\bdocumented\b": "document_refusals",
    r"\bDesk\b": "PredictionService",
    r"\bdesk\b": "service",
    r"\bknown\b": "list_known",
    r"\b_one_of\b": "_make_check",
    r"\b_category\b": "_make_category",
    r"\b_as_rfc_3339\b": "_check_rfc_3339",
}
"""Names of the first service and what this repository's own shell called the same things two days later."""


class Carried(NamedTuple):
    """By change, whether it came; ``whole``: whether all would; ``by_hand``: lines to type for those that did not."""

    applied: list[bool]
    whole: bool
    by_hand: int


def read_fixes() -> list[str]:
    """The patches, oldest first."""
    return [file.read_text() for file in sorted(FIXES.glob("*.patch"))]


def write_copy(team: Team, name: str, drift: str, site: Path) -> Path:
    """A service below ``site`` as that drift has it (one of ``DRIFTS``); raises ``KeyError`` as the team does."""
    if drift == "names only":
        folder = team.write_service(FIRST, site / drift / name)
        rename(folder, name)
        return folder
    folder = team.write_service(name, site / drift)
    if drift == "tidied":
        for file in folder.rglob("*.py"):
            file.write_text(tidy(file.read_text()))
    return folder


def rename(folder: Path, name: str) -> None:
    """What nobody leaves as it is: a service's title, and the name of its model."""
    for file, text, own in (("app", TITLE.format(FIRST_TITLE), TITLE), ("predictor", SYSTEM.format(FIRST), SYSTEM)):
        path = folder / "service" / f"{file}.py"
        before = path.read_text()
        if text not in before:
            raise ValueError(f"{path} does not hold {text}")
        path.write_text(before.replace(text, own.format(name)))


def tidy(code: str) -> str:
    """The code with the names of ``TIDIED``."""
    for old, new in TIDIED.items():
        code = re.sub(old, new, code)
    return code


def carry(fixes: Sequence[str], folder: Path, context: int) -> Carried:
    """Apply each hunk that applies, with so many lines of context; the folder keeps what did."""
    hunks = [hunk for fix in fixes for hunk in split_hunks(fix)]
    whole = fits_whole(fixes, folder, context)
    applied = [apply_patch(hunk, folder, context) for hunk in hunks]
    rejected = [hunk for hunk, done in zip(hunks, applied, strict=True) if not done]
    return Carried(applied, whole, sum(map(count_touched, rejected)))


def fits_whole(fixes: Sequence[str], folder: Path, context: int) -> bool:
    """Whether all patches would apply as they are, nothing left out."""
    trial = shutil.copytree(folder, folder.with_name(f"{folder.name}-trial"))
    fits = all([apply_patch(fix, trial, context) for fix in fixes])
    shutil.rmtree(trial)
    return fits


def merge(old: Path, new: Path, folder: Path) -> Carried:
    """Merge what mended a service (from ``old`` to ``new``) into a copy; where both changed, the copy's lines stay."""
    merged = [merge_file(old / file, new / file, folder / file) for file in list_changed(old, new)]
    conflicts, lines = sum(each.conflicts for each in merged), sum(each.by_hand for each in merged)
    changes = sum(each.changes for each in merged)
    return Carried([True] * (changes - conflicts) + [False] * conflicts, not conflicts, lines)


class Merged(NamedTuple):
    """What became of one file: how many places were mended, how many of them are in conflict, and their lines."""

    changes: int
    conflicts: int
    by_hand: int


def merge_file(old: Path, new: Path, own: Path) -> Merged:
    """Merge one file; one that the fix takes away goes if it is as it was."""
    if not new.exists():
        same = own.read_text() == old.read_text()
        if same:
            own.unlink()
        return Merged(1, int(not same), int(not same))
    marked, kept = (ask_merge(own, old, new, *option) for option in ((), ("--ours",)))
    theirs = re.findall(r"^=======$\n(.*?)^>>>>>>> ", marked, re.MULTILINE | re.DOTALL)
    own.write_text(kept)
    matched = SequenceMatcher(None, read_lines(old), read_lines(new), autojunk=False)
    changes = [code for code, *_ in matched.get_opcodes()]
    lines = sum(bool(line.strip()) for text in theirs for line in text.splitlines())
    return Merged(len(changes) - changes.count("equal"), len(theirs), lines)


def ask_merge(own: Path, old: Path, new: Path, *options: str) -> str:
    """The merged text; its exit status is the number of conflicts."""
    command = ["git", "merge-file", "-p", *options, str(own), str(old), str(new)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def list_changed(old: Path, new: Path) -> list[Path]:
    """The files that were mended or taken away."""
    files = sorted(file.relative_to(old) for file in old.rglob("*.py"))
    return [f for f in files if not (new / f).exists() or (old / f).read_text() != (new / f).read_text()]


def read_lines(file: Path) -> list[str]:
    """A file's lines."""
    return file.read_text().splitlines()
