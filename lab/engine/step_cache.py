"""Whether what a step left behind is still valid.

A step's key is made of the text of every source file it depends on, of the locked versions and of the keys of the steps
before it. A step's folder counts only if it was finished under the same key and its files are unharmed; else it is
emptied and the step runs again. So results of two versions of the code never meet.
"""

import hashlib
import json
import shutil
import sys
import time
from functools import cache
from pathlib import Path

from lab.engine.locked_versions import LOCK, running
from lab.engine.workspace import REPOSITORY
from lab.study.study_steps import Step

DONE = "done.json"


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


def mark_done(folder: Path, key: str, seconds: float = 0.0) -> None:
    """Seal a finished step, with the ``seconds`` that it took until now."""
    seal = folder / f"{DONE}.part"
    seal.write_text(json.dumps({"key": key, "ended": time.time(), "seconds": seconds, "files": _files(folder)}))
    seal.rename(folder / DONE)


def ran(folder: Path) -> tuple[float, float]:
    """When a finished step began and ended, in seconds since 1970; raises ``LookupError`` if its seal does not say."""
    try:
        done = json.loads((folder / DONE).read_text())
        return done["ended"] - done["seconds"], done["ended"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LookupError(f"{folder.name} does not say when it ran") from error


@cache
def source_digest(source: str) -> str:
    """A digest of one source file, or of all text below a folder; of the lock, what the systems run on."""
    path = REPOSITORY / source
    if source == LOCK:
        return digest("\n".join(running(path.read_text(), (REPOSITORY / "pyproject.toml").read_text())).encode())
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
