"""The model as a pickle, with the versions that made it and the file's digest; anything else is refused in one line.

Training and service install one lock. Where the two get apart all the same, the service does not start, and says which
versions it wants.
"""

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import joblib
import pandas as pd
from sklearn.pipeline import Pipeline

from problem.handover import Answer, Refused

FILE, MADE_BY = "model.joblib", "made_by.json"
COUNT = ("joblib", "numpy", "pandas", "scikit-learn", "scipy")
"""The packages whose objects are in the file, or compute on them."""


def pack(model: Pipeline, rows: pd.DataFrame, folder: Path) -> None:
    """See ``problem.handover``."""
    joblib.dump(model, folder / FILE)
    made_by = read_versions() | {"sha256": _digest(folder / FILE)}
    (folder / MADE_BY).write_text(json.dumps(made_by, indent=1))


def load(folder: Path) -> Answer:
    """See ``problem.handover``; refuses other versions than those that made the model, and a damaged file."""
    if missing := [name for name in (FILE, MADE_BY) if not (folder / name).exists()]:
        raise Refused(f"no {' and no '.join(missing)} here: fetch the model again")
    made_by = json.loads((folder / MADE_BY).read_text())
    here = read_versions() | {"sha256": _digest(folder / FILE)}
    if made_by["sha256"] != here["sha256"]:
        raise Refused(f"{FILE} is damaged (its digest differs): fetch it again")
    if other := [name for name in here if made_by.get(name) != here[name]]:
        wanted, found = (", ".join(f"{name} {of.get(name)}" for name in other) for of in (made_by, here))
        raise Refused(f"made by {wanted}, here is {found}: install the lock that made it, or train again")
    model = joblib.load(folder / FILE)
    return lambda rows: model.predict_proba(rows)[:, 1]


def read_versions() -> dict[str, str]:
    """By package that counts, and of Python, the version that runs; "none" where a package is not installed."""
    return {"python": platform.python_version(), **{name: _find_version(name) for name in COUNT}}


def _find_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
