"""Each module holds one ruler against the finished steps: ``rows`` for the scorecard, ``draw`` for the figures."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from lab.study.results import Results
from lab.study.scorecard_rows import Row


class Ruler(Protocol):
    """A module of this package."""

    __name__: str

    def rows(self, results: Results) -> Iterable[Row]:
        """Its figures for the scorecard; for every system a value, or why there is none."""

    def draw(self, results: Results, folder: Path) -> None:
        """Its figures as PNG files in ``folder``."""
