"""What the finished steps left behind."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.engine.workspace import results_folder
from lab.study.deep_records import list_recorded, read_table
from lab.systems import list_core


class Results:
    """The finished steps' tables."""

    def __init__(self, steps: Path, systems: list[str]) -> None:
        self.steps, self.systems, self._recorded = steps, systems, list_recorded()

    def table(self, step: str, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """One table that a step left, in this study or when it was recorded."""
        if step in self._recorded:
            return read_table(step, name)
        return pd.read_parquet(self.steps / step / f"{name}.parquet", columns=columns)

    def by_mode(self, step: str, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
        """A table split by mode."""
        for mode, rows in self.table(step, name).groupby("mode"):
            yield str(mode), rows.reset_index(drop=True)


def read_study_results() -> Results:
    """What the last full study left behind; raises ``StudyError`` if there is none."""
    return Results(results_folder().parent / "steps", list_core())
