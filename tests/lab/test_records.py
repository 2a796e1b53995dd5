"""Every number that is committed, as making it takes too long, says what made it, and whether that still fits."""

import json
from importlib import import_module
from typing import Any

import pytest

from lab.engine.recorded import Recorded
from lab.engine.step_keys import digest_of_steps
from lab.engine.workspace import REPOSITORY
from lab.patterns.experiment_list import RESULT, list_experiments, plan_experiments, record_of

pytestmark = pytest.mark.slow  # digests of everything, with every library that a record keeper loads

FILES = sorted(REPOSITORY.glob("lab/**/records/*.json"))
MARK = "\nRECORD = Recorded("
"""How a module begins to keep a record; it then has ``compute_digests``, too."""


@pytest.fixture(scope="module")
def keepers():
    """By record, the module that keeps it."""
    kept = [file for file in sorted(REPOSITORY.glob("lab/**/*.py")) if MARK in file.read_text()]
    names = [".".join(file.relative_to(REPOSITORY).with_suffix("").parts) for file in kept]
    recorded = [name for name in list_experiments() if record_of(name).path.exists()]
    every: list[Any] = [*map(import_module, names), *map(PatternRecord, recorded)]
    return {keeper.RECORD.path: keeper for keeper in every}


class PatternRecord:
    """What keeps the record of a pattern's experiment, as a module keeps its own."""

    def __init__(self, name):
        self._name, self.RECORD = name, record_of(name)

    def compute_digests(self):
        return {RESULT: digest_of_steps(plan_experiments([self._name]))[self._name]}


def describe_stale(record: Recorded, digests: dict[str, str]) -> list[str]:
    """A line an entry that was made by something else than the code as it is now."""
    return [f"{record.path.name}: {name} is stale, make it again" for name in record.stale(digests)]


def test_every_record_is_kept_by_one_module(keepers):
    assert FILES
    assert sorted(keepers) == FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_record_is_stale_and_those_made_before_their_code_moved_are_listed(keepers, path):
    keeper = keepers[path]
    for name, commit in keeper.RECORD.moved().items():
        print(f"{path.name}: {name} was made at {commit}, before its code moved")
    assert describe_stale(keeper.RECORD, keeper.compute_digests()) == []


def test_a_planted_stale_entry_is_named(keepers, tmp_path):
    planted = Recorded(tmp_path / "planted.json")
    entries = json.loads(keepers[FILES[0]].RECORD.path.read_text())["entries"]
    name = next(iter(entries))
    planted.write({name: entries[name]["value"], "fresh": 1}, {name: "another digest", "fresh": "now"})
    now = keepers[FILES[0]].compute_digests()
    stale = describe_stale(planted, {name: now[name], "fresh": "now"})
    assert stale == [f"planted.json: {name} is stale, make it again"]
