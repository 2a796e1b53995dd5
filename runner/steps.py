"""The steps of the study: what each needs, and whether what it left behind is still valid.

A step's key is made of the text of every source file it depends on, of the locked versions and of the keys of the steps
before it. A step's folder counts only if it was finished under the same key and its files are unharmed; else it is
emptied and the step runs again. So results of two versions of the code never meet.
"""

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from runner.home import REPOSITORY

SYSTEMS = {
    "monolith": "antipatterns/monolith",
    "split": "antipatterns/split",
    "fti": "reference/fti",
}
CURED = ("monolith", "split")
"""Systems whose training path sees other values than serving does, and has cures for it."""
WORKERS = ("runner/work.py", "runner/serving.py", "runner/checks.py", "runner/cost.py")
NEUTRAL = ("problem", *WORKERS, "requirements.lock")
DONE = "done.json"


@dataclass(frozen=True)
class Step:
    """One piece of work: ``job`` names a function in ``runner.work``, ``system`` is its argument if it has one."""

    name: str
    job: str
    title: str
    sources: tuple[str, ...]
    system: str = ""
    after: tuple[str, ...] = ()


def plan(systems: list[str]) -> dict[str, Step]:
    """All steps for these systems, in an order in which they can run; the longest first."""
    cost = (*NEUTRAL, "measure/reuse.py", *SYSTEMS.values())
    steps = [step for system in reversed(SYSTEMS) if system in systems for step in _of_system(system)]
    steps.insert(2, Step(cost_of(systems), "cost", "the price of a second model", cost, ",".join(systems)))
    steps.append(Step("oracle", "oracle_on_fixture", "the oracle on the gate's fixture", NEUTRAL))
    return {step.name: step for step in steps}


def cost_of(systems: list[str]) -> str:
    """The name of the cost step: the systems are measured in one interleaved run, so each choice of them is its own."""
    return "-".join(["cost", *systems])


def _of_system(system: str) -> list[Step]:
    sources = (*NEUTRAL, SYSTEMS[system])
    gate, patched = "gate_cured" if system == "split" else "gate", (*sources, "changes")
    served = (f"serve-{system}",)
    cure = Step(f"cure-{system}", "cured", f"{system}: training path with all cures", patched, system, served)
    return [
        Step(f"train-{system}", "train", f"{system}: train on January to September", sources, system),
        Step(f"serve-{system}", "serve", f"{system}: serve October to December", sources, system, (f"train-{system}",)),
        Step(f"agree-{system}", "agree", f"{system}: 1,000 answers against the oracle", sources, system,
             served),
        Step(f"gate-{system}", gate, f"{system}: the gate's fixture", patched, system),
        *([cure] if system in CURED else []),
    ]  # fmt: skip


def keys(steps: dict[str, Step]) -> dict[str, str]:
    """The content key of every step, from the sources as they are now."""
    source_digest.cache_clear()
    found: dict[str, str] = {}
    for name, step in steps.items():
        before = [sys.version, *(found[earlier] for earlier in step.after)]
        found[name] = _digest("\n".join([step.job, step.system, *before, *map(source_digest, step.sources)]).encode())
    return found


def is_done(folder: Path, key: str) -> bool:
    """Whether the folder holds this very version's results, unharmed. Files that came later are no harm."""
    try:
        done = json.loads((folder / DONE).read_text())
        return bool(done["key"] == key and done["files"].items() <= _files(folder).items())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def clear(folder: Path) -> None:
    """Empty the folder for a new run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def mark_done(folder: Path, key: str) -> None:
    """Seal a finished step."""
    seal = folder / f"{DONE}.part"
    seal.write_text(json.dumps({"key": key, "files": _files(folder)}))
    seal.rename(folder / DONE)


@cache
def source_digest(source: str) -> str:
    """A digest of one source file, or of all text below a folder."""
    path = REPOSITORY / source
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file() and _is_source(p))
    return _digest(b"".join(file.name.encode() + file.read_bytes() for file in files))


def _is_source(path: Path) -> bool:
    return path.suffix in {".py", ".md", ".yaml", ".patch", ".mplstyle"} and "__pycache__" not in path.parts


def _files(folder: Path) -> dict[str, str]:
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.startswith(DONE)]
    return {str(file.relative_to(folder)): _digest(file.read_bytes()) for file in files}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
