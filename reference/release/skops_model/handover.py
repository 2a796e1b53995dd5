"""The model as skops writes it: the parts of each object by name, without code that runs when the file is opened.

Types of scikit-learn and NumPy are trusted, and two that scikit-learn's own trees ask for under other names; a file
that asks for any other is not opened.
"""

from pathlib import Path
from zipfile import is_zipfile

import pandas as pd
from sklearn.pipeline import Pipeline
from skops import io

from problem.handover import Answer, Refused

FILE = "model.skops"
TRUSTED = ("sklearn.", "numpy.", "_loss.CyHalf", "functools.partial")


def pack(model: Pipeline, rows: pd.DataFrame, folder: Path) -> None:
    """See ``problem.handover``."""
    io.dump(model, folder / FILE)


def load(folder: Path) -> Answer:
    """See ``problem.handover``; refuses a file that is not whole, or asks for types of other packages."""
    if not is_zipfile(folder / FILE):
        raise Refused(f"{FILE} is missing or not whole: fetch it again")
    asked_for = io.get_untrusted_types(file=folder / FILE)
    if others := [name for name in asked_for if not name.startswith(TRUSTED)]:
        raise Refused(f"{FILE} asks for {', '.join(others)}, which nobody here trusts: look into it first")
    model = io.load(folder / FILE, trusted=asked_for)
    return lambda rows: model.predict_proba(rows)[:, 1]
