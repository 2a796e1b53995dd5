"""Runs one experiment and keeps what it returns."""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

FILE = "result.json"


def run_experiment(folder: Path, steps: Path, module: str, packages: Mapping[str, str]) -> None:
    """Measure the ``packages`` (dotted names by card) and write the result; raises ``ValueError`` without a headline.

    ``steps``: where all experiments keep theirs; it is not used.
    """
    sides = {card: import_module(package) for card, package in packages.items()}
    result = import_module(module).measure(folder, sides)
    if not str(result.get("headline", "")).strip():
        raise ValueError(f"{module} returned no headline")
    (folder / FILE).write_text(json.dumps(result))
