"""Whether what a step left behind is still valid.

A step's folder counts only if the step finished under the same key (see ``step_keys``) and its files are as it left
them. Otherwise the step runs again in an empty folder, so results of two versions of the code never meet.
"""

import hashlib
import json
import shutil
import time
from pathlib import Path

DONE = "done.json"


def is_done(folder: Path, key: str) -> bool:
    """Whether the folder holds results made under this key, unharmed. Files that came later do no harm."""
    try:
        done = json.loads((folder / DONE).read_text())
        return bool(done["key"] == key and done["files"].items() <= _digest_files(folder).items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def clear(folder: Path) -> None:
    """Empty the folder for a new run; it is made if needed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def mark_done(folder: Path, key: str, seconds: float = 0.0) -> None:
    """Write that the step finished now under this key, after ``seconds``, and the digests of its files."""
    unfinished = folder / f"{DONE}.part"
    done = {"key": key, "ended": time.time(), "seconds": seconds, "files": _digest_files(folder)}
    unfinished.write_text(json.dumps(done))
    unfinished.rename(folder / DONE)


def read_times(folder: Path) -> tuple[float, float]:
    """When a finished step began and ended, in seconds since 1970; raises ``LookupError`` if that was not written."""
    try:
        done = json.loads((folder / DONE).read_text())
        return done["ended"] - done["seconds"], done["ended"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LookupError(f"{folder.name} does not say when it ran") from error


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def _digest_files(folder: Path) -> dict[str, str]:
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.startswith(DONE)]
    return {str(file.relative_to(folder)): digest(file.read_bytes()) for file in files}
