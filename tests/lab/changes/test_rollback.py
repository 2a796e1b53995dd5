"""Rolling back last week's models: the comparison is calibrated, the kept results are those of the code as it is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.changes.rollback import FILE, REQUESTS, measured, recorded, sources
from lab.engine.workspace import REPOSITORY
from lab.systems import core

SYSTEM = "modular_monolith"


@pytest.fixture(scope="module")
def steps(tmp_path_factory) -> Path:
    """The ground and one system in operation."""
    folder = tmp_path_factory.mktemp("steps")
    for job, system, name in (("ground", "", "ground"), ("base", SYSTEM, f"base-{SYSTEM}")):
        (folder / name).mkdir()
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "lab.changes.replay_worker",
            job,
            system,
            folder / name,
            folder,
        ]
        subprocess.run(command, cwd=REPOSITORY, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=True)
    return folder


def test_where_nothing_was_changed_nothing_differs(steps):
    (row,) = measured(SYSTEM, "alone", steps, changed=False)
    assert (row.differing, row.largest, row.refused) == (0.0, 0.0, "")
    assert row.questions > 20


@pytest.mark.parametrize("what", REQUESTS)
def test_what_was_kept_is_measured_again(steps, what):
    kept = [row for row in recorded() if (row.system, row.what) == (SYSTEM, what)]
    assert measured(SYSTEM, what, steps) == kept


def test_the_kept_results_are_those_of_the_code_as_it_is():
    """If not: ``.venv/bin/python -m lab.changes.rollback``."""
    assert json.loads(FILE.read_text())["sources"] == sources()


def test_a_model_alone_answers_otherwise_or_not_at_all_and_the_pair_as_it_did():
    rows = recorded()
    assert {(row.system, row.what) for row in rows} == {(system, what) for system in core() for what in REQUESTS}
    for row in rows:
        assert row.refused or (row.differing == 0) == (row.what == "pair")
        assert not (row.refused and row.what == "pair")
