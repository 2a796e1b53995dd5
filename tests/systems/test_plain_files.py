"""FTI on plain files does what FTI does, to the last bit, and a stop at any moment leaves nothing half done."""

import os
import subprocess
import sys
from collections.abc import Callable
from shutil import rmtree
from typing import Any

import joblib
import pandas as pd
import pytest

from lab.study.steps.gate_answers import list_fixture_jobs
from lab.study.steps.plain_arms import FILES, code_of_arms
from problem.contract import AGES, LOG, TARGETS, VECTOR, requests
from problem.fixture import frozen
from problem.oracle import oracle_at_ages
from problem.questions import questions
from problem.replay import look_ups, replay
from problem.world import World
from reference.systems.fti import features, inference
from reference.systems.fti.adapters.plain_files import registry as registries
from reference.systems.fti.adapters.plain_files.definitions import NUMBER, VIEWS, WHOLE
from reference.systems.fti.adapters.plain_files.registry import ModelRegistry
from reference.systems.fti.adapters.plain_files.stores import FeatureStore
from reference.systems.fti.adapters.plain_files.system import System
from reference.systems.fti.feature_repo.definitions import COLUMNS, EVERY
from reference.systems.fti.stores import FeatureStore as FeastStore
from reference.systems.fti.versions import VersionMismatch
from tests.awkward import awkward, differing

pytestmark = pytest.mark.slow

NOW = pd.Timestamp("2013-01-05T12:00", tz="UTC")
LATER = NOW + pd.Timedelta("1d")
KILLED = 9


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def fill(store: Any, facts, now=NOW) -> Any:
    features.refresh(store, facts.known_at(now), now)
    store.flush()
    return store


@pytest.fixture
def filled(facts, tmp_path):
    """The folder of a store that holds the first days of the year."""
    fill(FeatureStore(tmp_path), facts)
    return tmp_path


@pytest.fixture
def asked(facts):
    every = questions(facts, "batch")
    return every[every["asked_at"].between(NOW - pd.Timedelta("1d"), NOW)].reset_index(drop=True)


def opened(folder) -> Any:
    """The store in the place of the one whose name the pipelines' signatures say."""
    return FeatureStore(folder)


def reads(folder, asked):
    return FeatureStore(folder).read_history(asked)


def die_in(work: Callable[[], object]) -> None:
    """Do the work in a child that is to end in the middle of it, without any tidying up."""
    if (child := os.fork()) == 0:
        try:
            work()
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED


def test_what_is_stored_is_what_the_repository_of_definitions_says():
    told = {name: ([key.join_key for key in keys], list(columns)) for name, (keys, columns) in COLUMNS.items()}
    assert {name: ([*view.keys], list(view.columns)) for name, view in VIEWS.items()} == told
    assert {name: view.every for name, view in VIEWS.items()} == EVERY
    kinds = {"Float64": NUMBER, "Int64": WHOLE}
    types = {name: kinds[str(kind)] for _, columns in COLUMNS.values() for name, kind in columns.items()}
    assert {name: kind for view in VIEWS.values() for name, kind in view.columns.items()} == types


def test_both_stores_answer_to_the_same_names(tmp_path):
    public = [{name for name in dir(store) if not name.startswith("_")} for store in (FeatureStore, FeastStore)]
    assert public[0] == public[1]
    plain, feast = FeatureStore(tmp_path / "plain"), FeastStore(tmp_path / "feast")
    assert set(vars(plain)) & set(vars(feast)) >= {"schedules", "view_of", "refreshed"}
    assert sorted(plain.features) == sorted(feast.features)
    assert (plain.schedules, plain.view_of) == (feast.schedules, feast.view_of)


@pytest.mark.parametrize("mode", ["batch", "real_time"])
def test_on_the_fixture_it_trains_on_serves_and_predicts_what_fti_does_to_the_last_bit(mode, facts, tmp_path):
    jobs = list_fixture_jobs("fti", tmp_path / "fti", mode)
    jobs["features"]()
    trained, served = jobs["training"](), jobs["serving"]()
    fixture, system = frozen(facts, mode), System(tmp_path / "plain")
    cut_off = fixture.serving["asked_at"].min()
    system.wake(World(fixture.facts, cut_off))
    for table, target in zip(trained, TARGETS, strict=True):
        own = system.train(fixture.facts.known_at(cut_off), fixture.training, target)
        pd.testing.assert_frame_equal(own, table, check_exact=True, check_dtype=False)
    answers = pd.concat(replay(System(tmp_path / "plain"), fixture.facts, fixture.serving))
    assert list(answers.columns) == list(LOG)
    pd.testing.assert_frame_equal(answers, served, check_exact=True, check_dtype=False)


def test_awkward_questions_are_answered_as_the_oracle_does_and_online_is_what_the_history_recalls(facts, tmp_path):
    asked = awkward(facts, "real_time")
    asked = asked[asked["scheduled_at"].between(at("2013-10-20"), at("2013-11-20"))].reset_index(drop=True)
    system = System(tmp_path)
    served = pd.concat(look_ups(system, facts, asked), ignore_index=True)
    recalled = system.recall(asked)
    assert len(asked) >= 4
    assert list(served.columns) == list(VECTOR)
    assert differing(served, oracle_at_ages(facts, served)) == {}
    assert differing(served, recalled) == {}
    pd.testing.assert_frame_equal(served[list(AGES)], recalled[list(AGES)])
    assert differing(served, system.training_features(facts, asked)) == {}


def test_history_written_refresh_by_refresh_is_the_history_written_in_one_sweep(facts, tmp_path):
    sweep, steps = fill(FeatureStore(tmp_path / "sweep"), facts), FeatureStore(tmp_path / "steps")
    for now in [*pd.date_range(NOW - pd.Timedelta("2d"), NOW, freq="7h13min"), NOW]:
        fill(steps, facts, now)
    for view, of in VIEWS.items():
        tables = [pd.read_parquet(tmp_path / kind / "history" / view) for kind in ("sweep", "steps")]
        ordered = [table.sort_values(["event_timestamp", *of.keys], ignore_index=True) for table in tables]
        pd.testing.assert_frame_equal(*ordered)
    keys = [{"carrier": "UA", "origin": origin, "dest": "ORD", "tailnum": "N14228"} for origin in ("EWR", "LGA")]
    assert sweep.read_online(keys) == steps.read_online(keys)


def test_a_window_that_has_run_empty_reaches_the_online_rows(facts, tmp_path):
    store, origin = FeatureStore(tmp_path), {"carrier": "UA", "origin": "LGA", "dest": "ORD", "tailnum": ""}
    fill(store, facts, at("2013-12-31T04:00"))
    assert store.read_online([origin])["temp"] != [None]
    fill(store, facts, at("2013-12-31T07:00"))
    assert store.read_online([origin])["temp"] == [None]


def test_a_store_opened_again_goes_on_where_it_was_and_writes_nothing(filled, asked):
    before = {file: file.stat().st_mtime_ns for file in filled.rglob("*.parquet")}
    refreshed = FeatureStore(filled).refreshed
    assert set(refreshed) == set(VIEWS)
    pd.testing.assert_frame_equal(reads(filled, asked), reads(filled, asked))
    assert {file: file.stat().st_mtime_ns for file in filled.rglob("*.parquet")} == before


def test_another_process_that_has_the_store_open_learns_of_a_refresh_when_it_looks_again(filled, facts):
    reader = FeatureStore(filled)
    fill(FeatureStore(filled), facts, LATER)
    assert max(reader.refreshed.values()) <= NOW
    reader.catch_up()
    assert max(reader.refreshed.values()) > NOW


def test_no_model_is_fitted_on_a_store_that_holds_nothing(tmp_path, asked):
    with pytest.raises(VersionMismatch, match="nothing is stored in the view origin_departures"):
        reads(tmp_path, asked)


def test_a_lost_part_of_the_history_is_told_anew(filled, asked, facts):
    whole = reads(filled, asked)
    rmtree(filled / "history" / "weather")
    with pytest.raises(VersionMismatch, match="nothing is stored in the view weather"):
        inference.batch_vectors(opened(filled), asked)
    pd.testing.assert_frame_equal(fill(FeatureStore(filled), facts).read_history(asked), whole)


def test_lost_online_rows_are_filled_anew(filled, facts):
    request = requests(questions(facts, "real_time").query("scheduled_at > @NOW").iloc[[0]].assign(asked_at=NOW))[0]
    before = inference.online_vector(opened(filled), request)
    for file in filled.glob("online.db*"):
        file.unlink()
    with pytest.raises(VersionMismatch, match="run the feature pipeline first"):
        inference.online_vector(opened(filled), request)
    assert inference.online_vector(fill(FeatureStore(filled), facts), request) == before


@pytest.mark.parametrize("moment", ["half a part is written", "the part is not noted", "online rows are half written"])
def test_killed_in_the_middle_of_a_write_it_reads_as_before_and_then_catches_up(
    moment, filled, asked, facts, tmp_path_factory, monkeypatch
):
    before = reads(filled, asked)
    refreshed = FeatureStore(filled).refreshed
    with monkeypatch.context() as patched:
        _die_at(moment, patched)
        die_in(lambda: fill(FeatureStore(filled), facts, LATER))
    assert FeatureStore(filled).refreshed == refreshed
    pd.testing.assert_frame_equal(reads(filled, asked), before)
    whole = fill(FeatureStore(tmp_path_factory.mktemp("whole")), facts, LATER)
    again = fill(FeatureStore(filled), facts, LATER)
    later = asked.assign(asked_at=LATER)
    pd.testing.assert_frame_equal(again.read_history(later), whole.read_history(later))
    keys = [{"carrier": "UA", "origin": origin, "dest": "ORD", "tailnum": "N14228"} for origin in ("EWR", "LGA")]
    assert again.read_online(keys) == whole.read_online(keys)


def _die_at(moment, patched):
    """Let the process end there, in the child that inherits the patch."""
    if moment == "half a part is written":

        def write_half(table, path, **_):
            path.write_bytes(b"PAR1, and then")
            os._exit(KILLED)

        patched.setattr(pd.DataFrame, "to_parquet", write_half)
    elif moment == "the part is not noted":
        flush = FeatureStore._parts
        patched.setattr(FeatureStore, "_parts", lambda store, view: _die_if_new(flush(store, view)))
    else:

        def put_half(store, view, latest):
            store._online.execute("BEGIN")
            columns = ", ".join("?" * (len(VIEWS[view].keys) + len(VIEWS[view].columns) + 1))
            store._online.execute(f"INSERT OR REPLACE INTO {view} VALUES ({columns})", [0] * columns.count("?"))
            os._exit(KILLED)

        patched.setattr(FeatureStore, "_put_online", put_half)


def _die_if_new(parts):
    """Two parts: the second was put in place just now, and nothing has noted it."""
    if len(parts) > 1:
        os._exit(KILLED)
    return parts


def test_a_history_or_online_rows_with_other_columns_are_refused(filled):
    part = next((filled / "history" / "weather").glob("*.parquet"))
    told = pd.read_parquet(part)
    told.rename(columns={"temp": "temperature"}).to_parquet(part)
    with pytest.raises(VersionMismatch, match=r"another version of the features \(differing: temp, temperature\)"):
        FeatureStore(filled)
    told.to_parquet(part)
    store = FeatureStore(filled)
    store._online.execute("ALTER TABLE weather RENAME COLUMN temp TO temperature")
    with pytest.raises(VersionMismatch, match="weather holds origin, event_timestamp, temperature"):
        FeatureStore(filled)


@pytest.fixture
def trained(facts, tmp_path):
    """A registry with two versions of one model, and a third nobody has finished."""
    registry = ModelRegistry(tmp_path, ["weather:temp"])
    assert [registry.register("late_batch", number) for number in ("first", "second")] == ["1", "2"]
    return tmp_path


def test_the_newest_model_answers_also_in_a_registry_opened_again(trained):
    assert ModelRegistry(trained).champion("late_batch") == ("second", "2")


def test_a_name_under_which_nothing_is_registered_is_told(trained):
    with pytest.raises(LookupError, match="no model is registered as delay_batch: run the training pipeline"):
        ModelRegistry(trained).champion("delay_batch")


def test_a_model_fitted_on_a_column_that_is_no_longer_stored_is_refused(trained):
    with pytest.raises(VersionMismatch, match="late_batch/2 was fitted on weather:temp, which this feature store"):
        ModelRegistry(trained, ["weather:dew"]).champion("late_batch")


def test_a_training_run_killed_while_it_writes_its_model_leaves_the_one_before_in_force(trained, monkeypatch):
    def dump_half(model, file):
        file.write_bytes(b"half a model")
        os._exit(KILLED)

    with monkeypatch.context() as patched:
        patched.setattr(registries.joblib, "dump", dump_half)
        die_in(lambda: ModelRegistry(trained).register("late_batch", "third"))
    assert ModelRegistry(trained).champion("late_batch") == ("second", "2")
    assert ModelRegistry(trained).register("late_batch", "third") == "3"
    assert ModelRegistry(trained).champion("late_batch") == ("third", "3")
    assert joblib.load(trained / "models" / "late_batch-3.joblib") == "third"


def test_as_a_whole_program_it_is_the_same_pipelines_and_loads_neither_library():
    door = "import sys, reference.systems.fti.system as door"
    say = f"{door}; print(door.__file__, door.FeatureStore.__module__, *sys.modules)"
    with code_of_arms("fti") as codes:
        copy = codes[FILES]
        done = subprocess.run(
            [sys.executable, "-B", "-c", say], cwd=copy, env=os.environ | {"PYTHONPATH": str(copy)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        file, module, *loaded = done.stdout.split()
        assert file.startswith(str(copy))
        assert module == "reference.systems.fti.stores"
        assert "sqlite3" in loaded
        assert not {"feast", "mlflow", "duckdb", "skops"} & {name.partition(".")[0] for name in loaded}
