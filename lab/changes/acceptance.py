"""Runs a state of a system's code, inside the patched copy: acceptance tests and contract, or a life that is traced."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from lab.changes.operation import Operation
from lab.changes.patched_system import Situation
from lab.changes.replay_dataset import INSTALLED, ROLLED_OUT
from lab.systems import list_code
from measure.code.lines import lines_run
from measure.data.skew import row_skew
from problem.contract import FEATURES, KEYS
from problem.world import World

SETTINGS = ("-x", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", "-W", "ignore")


class Fixtures:
    """The fixtures of the acceptance tests, and the first failure of a run (``failure``; empty while all pass)."""

    def __init__(self, situation: Situation) -> None:
        self.situation, self.failure = situation, ""

    @pytest.fixture(scope="session")
    def operation(self) -> Operation:
        """The system's installation, with the patched code in the place of the old."""
        return self.situation.operate()

    @pytest.fixture(scope="session")
    def before(self) -> dict[str, Any]:
        """What was there before the request (``Situation.read_before``)."""
        return self.situation.read_before()

    @pytest.fixture(scope="session")
    def meant(self) -> set[str]:
        """The features of the old contract that the request means to change or remove."""
        return set(self.situation.meant)

    def pytest_runtest_logreport(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Part of pytest's protocol."""
        if report.failed and not self.failure:
            self.failure = _describe(report.nodeid, report.longrepr)

    pytest_collectreport = pytest_runtest_logreport


def run_tests(situation: Situation, tests: tuple[str, ...]) -> str:
    """The first of these tests (paths in the copy) that fails, and why; empty if all pass."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    Path("pytest.ini").write_text("[pytest]\n")
    fixtures = Fixtures(situation)
    status = pytest.main([*SETTINGS, *tests], plugins=[fixtures])
    return fixtures.failure or ("" if status in (0, 1) else f"pytest ended with status {int(status)}")


def _describe(test: str, why: object) -> str:
    """One line: the test, and what its last error says."""
    crash = getattr(why, "reprcrash", None)
    text = str(crash.message if crash else why).strip().splitlines() or ["no word"]
    return f"{test.rpartition('::')[2]}: {text[0] if crash else text[-1]}"[:300]


def trace_run(situation: Situation) -> dict[str, Any]:
    """Run the changed code through the dataset: which lines each stage runs, what skew is left, what was stored anew.

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
    code = list_code(situation.code)
    lines = {stage: sorted((str(file), line) for file, line in lines_run(call, code)) for stage, call in stages.items()}
    skew = {mode: _measure_skew(operation, mode) for mode in operation.modes}
    return {"lines": lines, "skew": skew, "rewritten": _count_rewritten(operation.home, kept)}


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
