"""What several tests share: the facts, and systems in empty folders. And the tiers: which tests are quick."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from lab.systems import open_system
from problem.contract import System
from problem.facts import Facts, load_facts

settings.register_profile("default", deadline=None)  # a slow moment of the machine is no fault; in CI there is none
QUICK = "quick"
NOT_QUICK = ("study", "service", "slow")
"""The marks of tests that ``make quick`` leaves out; pyproject.toml says what each means."""
WHOLE_FILE = re.compile(rf"^pytestmark = .*\bpytest\.mark\.({'|'.join(NOT_QUICK)})\b", re.MULTILINE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test without a mark to the contrary is quick."""
    for item in items:
        if not any(item.get_closest_marker(name) for name in NOT_QUICK):
            item.add_marker(QUICK)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where quick tests alone are asked for, a file without any is not even imported: some load Spark or a server."""
    if config.option.markexpr != QUICK or collection_path.suffix != ".py":
        return None
    return True if WHOLE_FILE.search(collection_path.read_text()) else None


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load_facts()


@pytest.fixture
def installed(tmp_path: Path) -> Callable[[str], System]:
    """Opens a system; the second time, the same installation again."""
    return lambda name: open_system(name, tmp_path / name)
