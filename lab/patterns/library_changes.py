"""Changes of the service library that break its callers: the library, changed, for services that do not know of it."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from lab.engine.workspace import REPOSITORY

LIBRARY = "parts/model_service"


class Change(NamedTuple):
    """What stands in the library, once or more, before and after."""

    before: str
    after: str


CHANGES: Mapping[str, Change] = {
    "renamed": Change("Service", "PredictionService"),
    "a new required argument": Change("    largest_body: int", "    owner: str\n    largest_body: int"),
    "a stricter limit": Change("=service.largest_body", "=min(service.largest_body, 65_536)"),
}
"""The first two are of kinds that this repository's shell saw: a class got another name, an app another argument."""


def change_library(change: Change, place: Path) -> Path:
    """A copy of the library below ``place``, changed; services that find it first run with it.

    Raises ``ValueError`` if the library does not hold what is to be changed.
    """
    shutil.copytree(REPOSITORY / LIBRARY, place / LIBRARY, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "parts" / "__init__.py", place / "parts")
    files = [file for file in (place / LIBRARY).glob("*.py") if change.before in file.read_text()]
    if not files:
        raise ValueError(f"the library does not hold {change.before!r}")
    for file in files:
        file.write_text(file.read_text().replace(change.before, change.after))
    return place
