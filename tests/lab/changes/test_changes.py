"""The replay finds what is planted: a superfluous hunk, a wrong patch, one that reaches too far, an old one."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from lab.changes.change_cell import OUTCOMES
from lab.changes.change_records import RECORD, compute_digests, plan_base, plan_replay, read_recorded
from lab.changes.change_requests import BY_ID, FOLDER, REQUESTS
from lab.changes.change_table import find_winners
from lab.engine.workspace import REPOSITORY
from lab.study.verdicts import read_predictions
from lab.systems import find_system, list_core
from publish.changes_page import PAGE, page
from tests.stepping import run_steps

pytestmark = pytest.mark.slow

SYSTEM, CHEAP = "modular_monolith", "C9-modular_monolith"
SAMPLE = ("monolith", "modular_monolith", "split", "shared_split", "fti")


@pytest.fixture(scope="module")
def steps(tmp_path_factory) -> Path:
    """The ground and one system in operation."""
    folder = tmp_path_factory.mktemp("steps")
    run_steps(plan_base([SYSTEM]), folder)
    return folder


@pytest.fixture
def replayed(steps, tmp_path):
    """Replays C9 on the system with another text of its patch; gives the cell."""

    def replay(patch: str, yours: str = "") -> dict:
        requests = shutil.copytree(FOLDER, tmp_path / "requests")
        (requests / "C09" / f"{SYSTEM}.patch").write_text(patch)
        if yours:
            (requests / "C09" / f"{SYSTEM}.yours.patch").write_text(yours)
        *base, cell = plan_replay([SYSTEM], (BY_ID["C9"],))
        elsewhere = {**cell.arguments, "requests": str(requests)}
        run_steps([*base, replace(cell, arguments=elsewhere)], steps)
        return json.loads((steps / CHEAP / "cell.json").read_text())

    return replay


@pytest.fixture(scope="module")
def ours() -> str:
    return (FOLDER / "C09" / f"{SYSTEM}.patch").read_text()


SUPERFLUOUS = """\
diff --git a/reference/systems/modular_monolith/models.py b/reference/systems/modular_monolith/models.py
--- a/reference/systems/modular_monolith/models.py
+++ b/reference/systems/modular_monolith/models.py
@@ -6,2 +6,3 @@
 import joblib
+import sys
 from sklearn.pipeline import Pipeline
"""


def test_a_superfluous_hunk_is_dropped(replayed, ours):
    cell = replayed(ours + SUPERFLUOUS)
    assert (cell["outcome"], cell["dropped"], cell["files"]) == ("patched", 1, 1)
    assert "import sys" not in cell["patch"]
    assert cell["patch"].count("\n+") == ours.count("\n+")


def test_a_wrong_patch_is_refused_with_the_test_that_caught_it(replayed, ours):
    cell = replayed(
        ours.replace(
            "+    planes = planes.assign(aircraft_age=2013 -", "+    planes = planes.assign(aircraft_age=2014 -"
        )
    )
    assert cell["outcome"] == "refused"
    assert "test_ages_are_served_as_before" in cell["why"]


def test_a_patch_that_changes_neutral_ground_is_refused(replayed):
    cell = replayed(SUPERFLUOUS.replace("reference/systems/modular_monolith/models.py", "problem/learner.py"))
    assert cell["outcome"] == "refused"
    assert "changes what is not the system's: b/problem/learner.py" in cell["why"].replace(": a/", ": b/")


def test_a_patch_that_no_longer_applies_is_named(replayed, ours):
    cell = replayed(ours.replace("aircraft_seats", "aircraft_chairs"))
    assert cell["outcome"] == "refused"
    assert f"{SYSTEM}.patch no longer applies" in cell["why"]


def test_a_readers_smaller_patch_takes_the_place_of_ours(replayed, ours):
    clumsy = ours.replace('2013 - planes["year_built"]', '2013 + 0 - planes["year_built"]')
    cell = replayed(clumsy, yours=ours)
    assert (cell["outcome"], cell["by"]) == ("patched", "yours")
    assert "2013 + 0" not in cell["patch"]


def test_the_kept_results_are_those_of_the_code_as_it_is():
    """If not: ``.venv/bin/python -m lab.changes --record``."""
    assert RECORD.stale(compute_digests()) == []


def test_the_page_says_what_was_kept():
    assert PAGE.read_text() == page(read_recorded())


def test_every_kept_patch_was_accepted_and_the_machine_left_it_as_it_is():
    cells = read_recorded()
    assert len(cells) == len(REQUESTS) * len(SAMPLE)
    assert [(cell.request, cell.system, cell.why) for cell in cells if cell.outcome == "refused"] == []
    assert [(cell.request, cell.system) for cell in cells if cell.dropped] == []


def test_not_every_request_is_won_by_fti():
    """Four at least; if FTI wins everything, the scenarios are wrong."""
    assert sum(winner != "fti" for winner in find_winners(read_recorded()).values()) >= 4


def test_every_request_has_a_text_a_test_and_a_prediction():
    for request in REQUESTS:
        assert request.id in read_predictions()
        assert request.text.read_text().startswith(f"# {request.id}: ")
        assert (request.folder / "test_accepted.py").exists()
    assert sorted(folder.name for folder in FOLDER.iterdir()) == sorted(r.folder.name for r in REQUESTS)


def test_no_acceptance_test_knows_a_system():
    for file in FOLDER.glob("*/test_*.py"):
        words = set(file.read_text().replace('"', " ").replace(".", " ").split())
        assert not words & {*list_core(), "antipatterns", "reference", "feast", "mlflow"}, file


def test_every_system_of_the_replay_is_declared():
    assert set(list_core()) == set(SAMPLE)
    assert all((REPOSITORY / package).is_dir() for package in [find_system(name).folder for name in list_core()])


@pytest.mark.parametrize("system", [name for name in SAMPLE if name != SYSTEM])
def test_the_sample_cell_is_met_by_a_minimal_patch(steps, system):
    run_steps(plan_replay([system], (BY_ID["C9"],)), steps)
    cell = json.loads((steps / f"C9-{system}" / "cell.json").read_text())
    assert cell["outcome"] in OUTCOMES
    assert (cell["outcome"], cell["dropped"]) == ("patched", 0), cell["why"]
    kept = next(cell for cell in read_recorded() if (cell.request, cell.system) == ("C9", system))
    if f"C9-{system}" not in RECORD.moved():  # made before its code moved
        assert cell | {"patch": ""} == asdict(kept)
