"""What make deep keeps of the study: tables survive as they are, and some are made again."""

import subprocess
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from lab.engine.recorded import Recorded, describe_machine, sample_entries
from lab.engine.workspace import REPOSITORY, results_folder
from lab.study import deep_records
from lab.study.deep_records import from_json, list_recorded, plan_deep, plan_study, pool_runs, read_table, to_json
from lab.study.study_steps import is_deep, is_timed, plan_all
from lab.systems import list_core

CHEAP = ("demand", "lines", "request_only", "unread")
"""Steps of some seconds, of which one is made again; others take minutes."""
TABLE = pd.DataFrame(
    {
        "day": ["2013-10-01", None],
        "at": pd.to_datetime(["2013-10-01T04:00Z", "2013-10-02T04:00:00.5Z"], format="ISO8601"),
        "rows": [3, 2**53 + 1],
        "loss": [0.1 + 0.2, np.nan],
        "small": np.array([0.1, 1e-30], dtype="float32"),
        "reached": [True, False],
    }
)


def test_a_table_survives_to_the_last_bit():
    pd.testing.assert_frame_equal(from_json(to_json(TABLE)), TABLE, check_exact=True)


def test_text_that_comes_again_is_written_once():
    table = pd.DataFrame({"arm": [*["all cured"] * 3, None, *["none cured"] * 3], "row": range(7)})
    assert str(to_json(table)).count("all cured") == 1
    pd.testing.assert_frame_equal(from_json(to_json(table)), table, check_exact=True)


def test_an_index_with_a_name_survives():
    table = TABLE.assign(day=pd.to_datetime(["2013-10-01", "2013-10-02"])).set_index("day")
    pd.testing.assert_frame_equal(from_json(to_json(table)), table, check_exact=True)


def make_run(number):
    return pd.DataFrame(
        {"system": ["a", "b"] * 2, "round": [0, 0, 1, 1], "seconds": [10.0 * number + n for n in range(4)]}
    )


def test_rounds_of_the_last_runs_are_kept_and_the_oldest_go(monkeypatch):
    monkeypatch.setattr(deep_records, "RUNS", 3)
    pooled = make_run(0)
    for number in range(1, 5):
        pooled = pool_runs(pooled, make_run(number))
    assert list(pooled["round"]) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert list(pooled["seconds"]) == [20, 21, 22, 23, 30, 31, 32, 33, 40, 41, 42, 43]
    assert list(pooled["system"]) == ["a", "b"] * 6


def test_a_table_without_rounds_has_a_row_a_run():
    pooled = pool_runs(pd.DataFrame({"stage": ["fit"], "cpu": [1.0]}), pd.DataFrame({"stage": ["fit"], "cpu": [2.0]}))
    assert list(pooled["cpu"]) == [1.0, 2.0]


def test_only_times_by_the_same_code_on_such_a_machine_are_pooled(monkeypatch):
    step = next(name for name in list_recorded() if name.startswith("plain_files"))
    latest = {name: to_json(make_run(1)) for name in ("cost", "kept")}
    monkeypatch.setattr(deep_records, "read_table", lambda step, name: make_run(0))
    monkeypatch.setattr(Recorded, "stale", lambda record, digests: [])
    monkeypatch.setattr(Recorded, "moved", lambda record: {})
    monkeypatch.setattr(Recorded, "made", lambda record, step: describe_machine())
    pooled = deep_records.add_earlier_runs(step, latest, {})
    assert {name: len(from_json(table)) for name, table in pooled.items()} == {"cost": 8, "kept": 4}
    assert deep_records.add_earlier_runs("a new step", latest, {}) == latest
    monkeypatch.setattr(Recorded, "made", lambda record, step: {"machine": "a faster one"})
    assert deep_records.add_earlier_runs(step, latest, {}) == latest
    monkeypatch.setattr(Recorded, "made", lambda record, step: describe_machine())
    for refusal in ("stale", "moved"):
        monkeypatch.setattr(Recorded, "stale", lambda record, digests: [])
        monkeypatch.setattr(Recorded, "moved", lambda record: [])
        monkeypatch.setattr(Recorded, refusal, lambda record, *digests: [step])
        assert deep_records.add_earlier_runs(step, latest, {}) == latest


def test_the_study_runs_what_is_not_kept_and_nothing_else():
    kept, run = list_recorded(), {step.name for step in plan_study(list_core())}
    assert kept == {step.name for step in plan_all(list_core()) if is_deep(step)}
    assert run == {step.name for step in plan_all(list_core())} - kept


def test_each_step_is_made_by_one_of_the_two_commands():
    own, of_arms = ({step.name for step in plan_deep(arms) if is_deep(step)} for arms in (False, True))
    assert of_arms == {"replay_test-split", "replay_price-split", "plain_files-fti"}
    assert own | of_arms == {step.name for step in plan_all(list_core()) if is_deep(step)}
    assert own & of_arms == set()


def test_nothing_else_runs_beside_a_step_that_measures_time():
    assert [step.name for step in plan_all(list_core()) if is_timed(step) and not step.alone] == []


def test_a_choice_of_systems_that_nobody_has_recorded_runs_its_own_steps():
    names = {step.name for step in plan_study(["monolith", "split"])}
    assert "cost-monolith-split" in names
    assert "mutants-split" not in names


@pytest.mark.study
@pytest.mark.skipif(bool(deep_records.RECORD.moved()), reason="made before its code moved")
def test_a_step_drawn_by_the_commit_gives_what_was_recorded(tmp_path):
    steps = {step.name: step for step in plan_all(list_core()) if step.name.partition("-")[0] in CHEAP}
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    (name,) = sample_entries(steps, commit.stdout, 1)
    module, _, function = steps[name].call.partition(":")
    getattr(import_module(module), function)(
        folder=tmp_path, steps=results_folder().parent / "steps", **steps[name].arguments
    )
    for file in tmp_path.glob("*.parquet"):
        made, kept = (sort_rows(table) for table in (pd.read_parquet(file), read_table(name, file.stem)))
        pd.testing.assert_frame_equal(made, kept, check_exact=False, rtol=1e-9)


def sort_rows(table):
    """The rows in the order of their values; some steps leave them in any order."""
    table = table.reset_index() if table.index.name else table
    return table.sort_values(list(table.columns), ignore_index=True).rename_axis(columns=None)
