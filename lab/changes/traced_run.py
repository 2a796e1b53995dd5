"""A life of the changed code, watched: which lines each stage runs, what skew is left, what was stored anew."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from lab.changes.operation import Operation
from lab.changes.patched_system import Situation
from lab.changes.replay_dataset import INSTALLED, ROLLED_OUT
from lab.systems import list_code
from measure.code.lines import lines_run
from measure.data.skew import row_skew
from problem.contract import FEATURES, KEYS
from problem.world import World


def trace_run(situation: Situation, package: str) -> dict[str, Any]:
    """Run the changed code through the dataset.

    ``lines``: by stage, (file, line); ``skew``: by mode; ``rewritten``: stored rows.
    """
    operation = situation.operate()
    kept = {file: file.stat().st_mtime_ns for file in operation.home.rglob("*.parquet")}
    system = operation.opened()
    stages: dict[str, Callable[[], object]] = {
        "features": lambda: system.wake(World(operation.ground.facts, ROLLED_OUT)),
        "train": operation.rolled_out,
        "serve": lambda: operation.log,
    }
    lines = {stage: _trace_lines(call, package) for stage, call in stages.items()}
    skew = {mode: _measure_skew(operation, mode) for mode in operation.modes}
    return {"lines": lines, "skew": skew, "rewritten": _count_rewritten(operation.home, kept)}


def _trace_lines(call: Callable[[], object], package: str) -> list[tuple[str, int]]:
    return sorted((str(file), line) for file, line in lines_run(call, list_code(Path(package))))


def _measure_skew(operation: Operation, mode: Any) -> dict[str, Any]:
    answers = operation.answers(mode)
    found = row_skew(operation.training(operation.asked(mode)), answers, list(KEYS), list(FEATURES))
    skewed = found.per_feature.query("skewed > 0")["feature"].tolist()
    return {"rows": found.skewed_rows, "features": skewed, "questions": found.rows}


def _count_rewritten(home: Path, kept: dict[Path, int]) -> int:
    """Rows in new files of stored history that tell of the time before the installation met the request."""
    new = [file for file in home.rglob("*.parquet") if kept.get(file) != file.stat().st_mtime_ns]
    dated = [file for file in new if "event_timestamp" in pq.read_schema(file).names]
    stamps = [pd.read_parquet(file, columns=["event_timestamp"])["event_timestamp"] for file in dated]
    return int(sum((of <= INSTALLED).sum() for of in stamps))
