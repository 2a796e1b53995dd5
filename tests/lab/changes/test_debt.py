"""Debt and evolution: what is kept is of the code as it is, and what is measured finds what is planted."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from lab.changes.artefact_consumers import DECLARED, find_declared
from lab.changes.change_records import plan_base
from lab.changes.change_requests import BY_ID
from lab.changes.debt import EXPERIMENTS, debt
from lab.changes.debt_metrics import State
from lab.changes.debt_records import RECORD, compute_digests, read_recorded
from lab.changes.evolution import MOST, find_touched, list_with_service, take_sample
from lab.changes.patched_system import BEFORE, Patched, list_patched, list_states, patch_system
from lab.systems import list_core
from measure.code.mutants import Mutant
from measure.code.readers import FAILS
from reference.systems.fti.feature_repo.definitions import COLUMNS, feature_service, feature_views
from tests.stepping import run_steps

pytestmark = pytest.mark.slow


def test_the_kept_debt_is_that_of_the_code_as_it_is():
    """If not: ``.venv/bin/python -m lab.changes --evolution --record``."""
    assert RECORD.stale(compute_digests()) == []


def test_every_state_of_every_system_is_there():
    kept = read_recorded()
    assert {(state.request, state.system) for state in kept.states} == {
        (state, system) for system in list_core() for state in list_states(system)
    }
    assert set(kept.readers) == set(list_core())
    assert {(s.request, s.system) for s in kept.states if s.lines} == {
        (state, system) for system in list_core() for state in list_states(system) if state in EXPERIMENTS
    }
    with pytest.raises(LookupError, match="monolith cannot meet C3"):
        kept.state("C3", "monolith")


def test_every_stored_feature_is_made_by_somebody_and_raw_data_is_read_by_somebody():
    for state in read_recorded().states:
        assert all(1 <= least <= most for least, most in state.ancestors.values()), state
        assert {"departures", "landings", "weather", "outcomes"} <= {table for *_, table in state.raw}
        assert 0 < state.glue < state.carrying < 1
        assert len(state.dead) <= state.lines or not state.lines


def test_mutants_are_of_code_that_a_patch_touched_and_not_too_many():
    mutants = read_recorded().mutants
    assert set(mutants["system"]) == set(list_with_service())
    for (request, system), of in mutants.groupby(["request", "system"]):
        assert request in list_patched(str(system))
        assert len(of) == min(MOST, of["mutants"].iloc[0])
    unreached = mutants[~mutants["reached"]]
    assert (unreached[["features_training", "features_serving", "training_failure", "serving_failure"]] == "").all(None)


def test_touched_are_changed_functions_whole_and_added_lines_outside_them(tmp_path):
    text = "LIMIT = 15\nOLD = 3\n\n\ndef changed(x):\n    return x + 1\n\n\ndef left_alone(x):\n    return x + 1\n"
    old = text.replace("LIMIT = 15\n", "").replace("def changed(x):\n    return x + 1", "def changed(x):\n    return x")
    (tmp_path / "a.py").write_text(text)
    case = SimpleNamespace(copy=tmp_path)
    found = find_touched(Patched(case, {"a.py": old}, {"a.py": text}))  # type: ignore[arg-type]
    assert [(mutant.line, mutant.before) for _, mutant in found] == [(1, "15"), (6, "+"), (6, "1")]


def test_a_sample_is_spread_from_the_first_to_the_last():
    places = [("a.py", Mutant(line, 0, "number", "1", "2")) for line in range(100)]
    chosen = [mutant.line for _, mutant in take_sample(places, 4)]
    assert chosen == [0, 33, 66, 99]
    assert take_sample(places[:4], 4) == places[:4]


def test_a_state_that_is_patched_holds_the_patch_and_the_one_before_does_not(tmp_path):
    with patch_system("C2", "split", tmp_path) as found:
        assert found.before != found.after
        for file, text in found.after.items():
            assert (found.case.copy / file).read_text() == text
    with patch_system(BEFORE, "split", tmp_path) as found:
        assert found.before == found.after
    assert "C3" not in list_states("monolith")
    assert [name for name in list_patched("fti") if not BY_ID[name].patch("fti").exists()] == []


def test_what_is_declared_to_be_read_is_what_the_feature_service_names(tmp_path):
    service = feature_service(feature_views(tmp_path))
    named = {field.name for view in service.feature_view_projections for field in view.features}
    assert {column for _, columns in COLUMNS.values() for column in columns} == named
    pairs = [("features/history/weather", "training"), ("features/online.db", "x"), ("late.joblib", "x")]
    assert list(find_declared("fti", pairs)) == pairs[:2]
    assert find_declared("split", pairs) == {}
    assert set(DECLARED) <= set(list_core())


def test_no_job_that_answers_does_so_without_its_models():
    for system, found in read_recorded().readers.items():
        models = {pair for pair, did in found.observed.items() if did == FAILS and pair[1].startswith("answering")}
        assert models, system


@pytest.fixture(scope="module")
def steps(tmp_path_factory) -> Path:
    """The ground, and the cheapest system in operation."""
    folder = tmp_path_factory.mktemp("steps")
    run_steps(plan_base(["modular_monolith"]), folder)
    return folder


def test_debt_taken_anew_is_the_one_that_was_kept(steps, tmp_path, monkeypatch):
    monkeypatch.setattr("lab.changes.debt.list_states", lambda _: ["C1"])
    debt(tmp_path, steps, "modular_monolith")
    (taken,) = json.loads((tmp_path / "states.json").read_text())
    kept = RECORD.value("debt-modular_monolith")
    assert taken == next(state for state in kept if state["request"] == "C1")
    assert State(**taken).raw_sites == len(taken["raw"])
