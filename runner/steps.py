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
REFRESHED = ("fti",)
"""Systems that answer from features refreshed on a schedule."""
CURED = ("monolith", "split")
"""Systems whose training path sees other values than serving does, and has cures for it."""
NEUTRAL = ("problem", "runner/workers/serving.py", "requirements.lock")
MUTATION = (
    *(f"runner/workers/{name}.py" for name in ("mutation", "fork", "lives", "small_world", "situations")),
    *(f"measure/{name}.py" for name in ("mutants", "operators", "effect", "places", "rows")),
)
CHECKS = (*NEUTRAL, "runner/workers/checks.py")
DONE = "done.json"


@dataclass(frozen=True)
class Step:
    """One piece of work: ``job`` names a worker in ``runner.work``, ``system`` is its argument if it has one.

    A step that measures wall time runs ``alone``.
    """

    name: str
    job: str
    title: str
    sources: tuple[str, ...]
    system: str = ""
    after: tuple[str, ...] = ()
    alone: bool = False


def plan(systems: list[str]) -> dict[str, Step]:
    """All steps for these systems, in an order in which they can run; the longest first."""
    cost = (*NEUTRAL, "runner/workers/cost.py", "measure/reuse.py", *SYSTEMS.values())
    steps = [step for system in reversed(SYSTEMS) if system in systems for step in _of_system(system)]
    steps.insert(2, Step(cost_of(systems), "cost", "the price of one more model", cost, ",".join(systems)))
    steps.append(Step("oracle", "oracle_on_fixture", "the oracle on the gate's fixture", CHECKS))
    steps += _panel(systems)
    return {step.name: step for step in steps}


def _panel(systems: list[str]) -> list[Step]:
    sources, after = (*NEUTRAL, *SYSTEMS.values()), tuple(f"train-{system}" for system in systems)
    stages = (*sources, "runner/workers/price.py", "measure/footprint.py")
    second = (*sources, "runner/workers/speed_up.py", "runner/workers/cost.py")
    every = ",".join(systems)
    return [
        Step(price_of(systems), "price", "memory, latency and CPU by stage", stages, every, after, alone=True),
        Step(speed_up_of(systems), "speed_up", "a second worker for features", second, every, alone=True),
    ]


def price_of(systems: list[str]) -> str:
    """The name of the price step, which measures its systems by turns."""
    return "-".join(["price", *systems])


def speed_up_of(systems: list[str]) -> str:
    """The name of the step that gives features a second worker, by turns."""
    return "-".join(["speed_up", *systems])


def cost_of(systems: list[str]) -> str:
    """The name of the cost step: the systems are measured in one interleaved run, so each choice of them is its own."""
    return "-".join(["cost", *systems])


def _of_system(system: str) -> list[Step]:
    sources = (*NEUTRAL, SYSTEMS[system])
    checks, patched = (*CHECKS, SYSTEMS[system], "changes"), (*sources, "changes")
    gate = "gate_cured" if system == "split" else "gate"
    trained, served = (f"train-{system}",), (f"serve-{system}",)
    causes = (*patched, "runner/workers/causes.py", "measure/skew.py", "measure/rows.py")
    ablation = Step(f"causes-{system}", "ablate", f"{system}: every cause by itself", causes, system, served)
    worlds = (*sources, "runner/workers/worlds.py")
    mutants = (*sources, *MUTATION)
    lines = (*sources, "runner/workers/lines.py", "measure/lines.py", "measure/sources.py")
    unread = (*sources, "runner/workers/unread.py")
    sweep = (*sources, "runner/workers/refresh.py", "measure/reuse.py")
    return [
        Step(f"train-{system}", "train", f"{system}: train on January to September", sources, system),
        Step(f"serve-{system}", "serve", f"{system}: serve October to December", sources, system, (f"train-{system}",)),
        Step(f"agree-{system}", "agree", f"{system}: 1,000 answers against the oracle", checks, system,
             served),
        Step(f"gate-{system}", gate, f"{system}: the gate's fixture", checks, system),
        Step(f"mutants-{system}", "mutate", f"{system}: every place changed once", mutants, system),
        Step(f"lines-{system}", "trace", f"{system}: lines by job", lines, system),
        *([ablation] if system in CURED else []),
        Step(f"worlds-{system}", "worlds", f"{system}: nine worlds", worlds, system, served),
        *([Step(f"refresh-{system}", "sweep", f"{system}: refresh intervals", sweep, system, trained),
           Step(f"unread-{system}", "unread", f"{system}: values nobody reads", unread, system, trained)]
          if system in REFRESHED else []),
    ]  # fmt: skip


def keys(steps: dict[str, Step]) -> dict[str, str]:
    """The content key of every step, from the sources as they are now."""
    source_digest.cache_clear()
    found: dict[str, str] = {}
    for name, step in steps.items():
        before = [sys.version, *(found[earlier] for earlier in step.after)]
        found[name] = digest("\n".join([step.job, step.system, *before, *map(source_digest, step.sources)]).encode())
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
    return digest(b"".join(file.name.encode() + file.read_bytes() for file in files))


def _is_source(path: Path) -> bool:
    return path.suffix in {".py", ".md", ".yaml", ".patch", ".mplstyle"} and "__pycache__" not in path.parts


def _files(folder: Path) -> dict[str, str]:
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.startswith(DONE)]
    return {str(file.relative_to(folder)): digest(file.read_bytes()) for file in files}


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()
