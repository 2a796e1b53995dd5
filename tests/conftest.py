"""What several tests share: the facts, and systems in empty folders."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.engine.preloaded_workers import Warm
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


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    """Starts processes that need not load the systems' libraries anew."""
    process = Warm(dict(os.environ) | {"OMP_NUM_THREADS": "1"})
    yield process
    process.close()
