"""What several tests share: the facts, and systems in empty folders."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lab.systems import open_system
from problem.contract import System
from problem.facts import Facts, load_facts


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load_facts()


@pytest.fixture
def installed(tmp_path: Path) -> Callable[[str], System]:
    """Opens a system; the second time, the same installation again."""
    return lambda name: open_system(name, tmp_path / name)
