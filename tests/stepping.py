"""Steps of the laboratory, run by its engine in a folder of a test."""

import io
from pathlib import Path

from rich.console import Console

from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.step import Step

LIBRARIES = ("pandas", "pyarrow.parquet", "joblib", "sklearn.ensemble", "sklearn.pipeline")


def run_steps(steps: list[Step], folder: Path) -> None:
    """Bring these steps up to date; raises ``StudyError`` if one fails."""
    with Display(Console(file=io.StringIO())) as display:
        Executor(steps, folder, display, libraries=LIBRARIES).run()
