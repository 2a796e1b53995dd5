"""Runs acceptance tests and the contract on one state of a system's code. It runs inside the patched copy."""

import os
from pathlib import Path
from typing import Any

import pytest

from lab.changes.operation import Operation
from lab.changes.patched_system import Situation

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

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Part of pytest's protocol."""
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Part of pytest's protocol."""
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed and not self.failure:
            self.failure = _describe(report.nodeid, report.longrepr)


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
