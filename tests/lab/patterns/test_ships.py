"""Rulers of what ships, on answers that are known."""

import json
import sys
from importlib import import_module

import numpy as np
import pytest

from lab.cards import read_cards
from lab.patterns.experiments.what_ships import compare_starts, find_turn, tell
from lab.patterns.ship_changes import (
    NONE,
    OTHERWISE,
    REFUSED,
    SAME,
    copy_versions,
    judge,
    measure_changes,
    read_changes,
    weigh_upkeep,
)
from lab.patterns.ship_probe import _count, ask, list_files, trace
from lab.patterns.ship_runs import APART, CELLS, FORMS, WHOLE, Cell, make_bodies, publish_all, start, store_features
from lab.patterns.ship_weight import find_distributions, find_needed, weigh
from measure.data.comparison import Word
from tests.patterns.training.test_what_ships import make_rows

SIDES = {card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "what_ships"}
ROWS = make_rows()
BODIES = make_bodies(ROWS.tail(20))


def test_a_package_weighs_itself_and_what_it_needs():
    needed = find_needed(["joblib"])
    assert "joblib" in needed
    assert {"pandas", "numpy"} <= find_needed(["pandas"]).keys()
    assert "sphinx" not in find_needed(["pandas"])  # an extra of something
    assert weigh(["pandas.core.frame"]).packages == len(find_needed(["pandas"]))
    assert weigh(["pandas"]).megabytes > weigh(["joblib"]).megabytes > 0.1


def test_modules_of_python_and_of_this_repository_weigh_nothing():
    assert find_distributions(["json", "lab.patterns", "problem.contract"]) == set()
    assert weigh(["json"]) == (0, 0)


def test_a_file_is_called_if_one_of_its_functions_ran():
    files = trace(lambda: json.loads(json.dumps({"a": [1]}, indent=1)))
    assert json.decoder.__file__ in files
    assert np.__file__ not in files


def test_files_of_libraries_are_listed_and_those_of_python_are_not():
    assert set(list_files({"json", "numpy", "sys", "no_such_module"})) == {"numpy"}


@pytest.mark.parametrize(
    ("event", "arguments", "counted"),
    [
        ("subprocess.Popen", ("ls",), {"programs": 1, "files": 0}),
        ("open", ("/x/log.txt", None, 1), {"programs": 0, "files": 1}),
        ("open", ("/x/log.txt", None, 0), {"programs": 0, "files": 0}),
        ("open", ("/x/__pycache__/a.pyc", None, 1), {"programs": 0, "files": 0}),
        ("import", ("x",), {"programs": 0, "files": 0}),
    ],
)
def test_an_effect_of_importing_is_counted(event, arguments, counted):
    effects = {"programs": 0, "files": 0}
    _count(event, arguments, effects)
    assert effects == counted


def make_seconds(pickle, onnx):
    """Five rounds; those of the whole package, by weight, are so many times as long."""
    seconds = {cell: [1.0] * 5 for cell in CELLS}
    for form, times in zip(FORMS, (pickle, onnx), strict=True):
        for dragged, factor in zip(("bare", "report", "tracking"), times, strict=True):
            seconds[Cell(WHOLE, form, dragged)] = [factor] * 5
    return seconds


def test_a_verdict_turns_at_the_first_weight_at_which_apart_is_better():
    starts = compare_starts(make_seconds((1.1, 1.2, 2.5), (3.0, 3.5, 7.0)))
    assert (find_turn(starts, "pickle"), find_turn(starts, "onnx")) == (
        "it pays from tracking on",
        "it pays at every weight",
    )
    watched = [{"side": cell.side, "form": cell.form, "dragged": cell.dragged, "megabytes": 10.0} for cell in CELLS]
    assert "onnx: 3.0 times as long to the first answer, 1.0 times the bytes" in tell(starts, watched)
    assert find_turn(compare_starts(make_seconds((1, 1, 1), (1, 1, 1))), "onnx") == "it pays at no weight"


def test_swapped_sides_are_noticed():
    seconds = make_seconds((3.0, 3.0, 3.0), (3.0, 3.0, 3.0))
    swapped = {Cell(WHOLE if cell.side == APART else APART, *cell[1:]): taken for cell, taken in seconds.items()}
    swapped |= {cell: [1.0] * 5 for cell in CELLS if cell.side == WHOLE}
    assert {row["word"] for row in compare_starts(swapped)} == {Word.WORSE}


@pytest.fixture(scope="module")
def versions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("versions")
    before = sys.path.copy()
    yield copy_versions(SIDES, folder)
    sys.path[:] = before


def test_every_change_is_made_on_both_sides_and_answers_by_its_own_code(versions, tmp_path):
    assert {side for side, _ in versions} == set(SIDES)
    for change in read_changes():
        for side in SIDES:
            package = versions[side, change]
            training = import_module(f"{package}.training")
            table, before = (
                training.make_table(ROWS),
                import_module(f"{versions[side, NONE]}.training").make_table(ROWS),
            )
            assert not table.equals(before)
            training.publish(ROWS, tmp_path / package, "onnx")
            store_features(ROWS.tail(20), tmp_path / package)
            assert judge(package, package, tmp_path / package, BODIES) == SAME


@pytest.mark.slow
def test_half_of_a_change_is_seen_by_the_ruler_whether_a_service_sees_it_or_not(versions, tmp_path, monkeypatch):
    monkeypatch.setattr("lab.patterns.ship_changes.ASKED", 30)
    found = measure_changes(ROWS, versions, tmp_path)
    assert len(found) == len(read_changes()) * len(SIDES) * len(FORMS)
    assert {row["new model, old code"] for row in found if row["change"] == "meaning"} == {OTHERWISE}
    gone = {(row["side"], row["old model, new code"].partition(":")[0]) for row in found if row["change"] == "gone"}
    assert gone == {(WHOLE, f"{REFUSED} when asked"), (APART, f"{REFUSED} at the start")}


def test_a_change_that_does_not_find_its_place_is_refused(tmp_path, monkeypatch):
    edits = {"new": {APART: {"on_demand.py": [["no such line", "x"]]}}}
    monkeypatch.setattr("lab.patterns.ship_changes.read_changes", lambda: edits)
    with pytest.raises(ValueError, match="holds 'no such line' 0 times, not once"):
        copy_versions(SIDES, tmp_path)


def test_upkeep_counts_what_lies_in_the_folders():
    upkeep = weigh_upkeep(ROWS, SIDES)
    assert (upkeep[WHOLE]["lists"], upkeep[APART]["lists"]) == (1, 2)
    assert all(of["nodes"] > 100 for of in upkeep.values())


@pytest.mark.slow
def test_a_watched_service_in_a_process_of_its_own_answers_as_it_does_here(tmp_path):
    homes = publish_all(ROWS, SIDES, tmp_path)
    for (side, form), home in homes.items():
        package = SIDES[side].__name__
        here = ask(import_module(f"{package}.app").create_app(home), BODIES[0])
        assert start(package, home, BODIES)["first"] == pytest.approx(here, abs=1e-12), (side, form)
    seen = start(SIDES[APART].__name__, homes[APART, "onnx"], BODIES, watch=True)
    assert "POST /predict" in seen["routes"]
    assert not any(name.startswith(("pandas", "sklearn")) for name in seen["files"])
    assert any(file.endswith("runtime.py") for file in seen["called"])


@pytest.mark.slow
def test_a_service_that_cannot_start_says_so_in_its_last_line(tmp_path):
    with pytest.raises(RuntimeError, match=r"CannotServe: no model in .*: publish one"):
        start(SIDES[APART].__name__, tmp_path, BODIES)
