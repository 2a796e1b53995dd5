"""Judges a state of a system's code: the acceptance test of a request and the whole contract, in a forked child."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from lab.changes.patch_blocks import Tree
from lab.engine.isolation import Say, forked
from lab.sandbox.installations import moved

PATIENCE = 240.0
"""CPU seconds after which a state of the code counts as hanging; most take less than ten."""
OURS = ("problem", "parts", "antipatterns", "reference", "lab", "measure")
SETTINGS = ("-x", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", "-W", "ignore")
CONTRACT = "lab/changes/test_contract.py"


@dataclass(frozen=True)
class Case:
    """What is judged: a ``system`` whose code lies in ``package`` (a folder of the ``copy``), for one request.

    ``meant``: features that the request means to change. ``ground`` and ``base`` are the folders that the steps of
    those names left.
    """

    system: str
    package: str
    copy: Path
    meant: tuple[str, ...]
    ground: Path
    base: Path

    def rewrite(self, tree: Tree) -> None:
        """Make the copy hold this state of the system."""
        shutil.rmtree(self.copy / self.package)
        for file, text in tree.items():
            (self.copy / file).parent.mkdir(parents=True, exist_ok=True)
            (self.copy / file).write_text(text)

    def failure(self, tree: Tree, tests: tuple[str, ...]) -> str:
        """The first test that fails on this state, and why; empty if all pass."""
        self.rewrite(tree)
        failures = self.in_copy(lambda say: _pytest(say, tests))
        return str(failures[0]) if failures else ""

    def in_copy(self, work: Callable[[Say], None]) -> list[object]:
        """Do the work in a child that imports our code from the copy, with an installation of its own."""
        home = Path(mkdtemp(prefix="installation-"))

        def task(say: Say) -> None:
            enter(self.copy)
            os.environ |= self.environment(moved(self.base / "home", home / "home"))
            work(say)

        try:
            ((_, said, why),) = forked([task], PATIENCE, at_once=1)
        finally:
            shutil.rmtree(home)
        return [*said, *([why] if why else [])]

    def environment(self, home: Path) -> dict[str, str]:
        """What ``lab/changes/conftest.py`` reads."""
        return {
            "CHANGED": self.system,
            "INSTALLATION": str(home),
            "GROUND": str(self.ground),
            "BEFORE": str(self.base),
            "MEANT": " ".join(self.meant),
        }


def enter(copy: Path) -> None:
    """In the child: our packages are imported anew, from the copy."""
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]


def _pytest(say: Say, tests: tuple[str, ...]) -> None:
    import pytest

    class Failures:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                say(_words(report.nodeid, report.longrepr))

        def pytest_collectreport(self, report: pytest.CollectReport) -> None:
            if report.failed:
                say(_words(report.nodeid, report.longrepr))

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    Path("pytest.ini").write_text("[pytest]\n")
    status = pytest.main([*SETTINGS, *tests], plugins=[Failures()])
    if status not in (0, 1):
        say(f"pytest ended with status {int(status)}")


def _words(test: str, why: object) -> str:
    """One line: the test, and what its last error says."""
    crash = getattr(why, "reprcrash", None)
    text = str(crash.message if crash else why).strip().splitlines() or ["no word"]
    return f"{test.rpartition('::')[2]}: {text[0] if crash else text[-1]}"[:300]
