"""FTI notices what was lost, and what another version of its features has stored or fitted."""

from shutil import rmtree

import pandas as pd
import pytest

from problem.contract import TARGETS, requests
from problem.questions import questions
from problem.world import World
from reference.systems.fti import features, inference
from reference.systems.fti.registry import ModelRegistry
from reference.systems.fti.stores import FeatureStore
from reference.systems.fti.versions import VersionMismatch, check_model

pytestmark = pytest.mark.slow

NOW = pd.Timestamp("2013-01-05T12:00", tz="UTC")


@pytest.fixture
def filled(facts, tmp_path):
    """The folder of a store that holds the first days of the year."""
    store = FeatureStore(tmp_path)
    features.refresh(store, facts.known_at(NOW), NOW)
    store.flush()
    return tmp_path


@pytest.fixture
def asked(facts):
    every = questions(facts, "batch")
    return every[every["asked_at"].between(NOW - pd.Timedelta("1d"), NOW)].reset_index(drop=True)


def reads(folder, asked):
    return FeatureStore(folder).read_history(asked)


def test_a_store_opened_again_reads_the_same(filled, asked):
    pd.testing.assert_frame_equal(reads(filled, asked), reads(filled, asked))
    assert reads(filled, asked).notna().any().all()


def test_a_lost_part_of_the_history_is_told_anew(filled, asked, facts):
    whole = reads(filled, asked)
    rmtree(filled / "history" / "weather")
    store = FeatureStore(filled)
    with pytest.raises(VersionMismatch, match="nothing is stored in the view weather: run the feature pipeline"):
        inference.batch_vectors(store, asked)
    features.refresh(store, facts.known_at(NOW), NOW)
    pd.testing.assert_frame_equal(store.read_history(asked), whole)


def test_no_model_is_fitted_on_a_store_that_holds_nothing(tmp_path, asked):
    with pytest.raises(VersionMismatch, match="nothing is stored in the view origin_departures"):
        reads(tmp_path, asked)


def test_a_lost_online_store_is_filled_anew(filled, facts):
    question = questions(facts, "real_time").query("scheduled_at > @NOW").iloc[[0]].assign(asked_at=NOW)
    request = requests(question)[0]
    before = inference.online_vector(FeatureStore(filled), request)
    (filled / "online.db").unlink()
    store = FeatureStore(filled)
    with pytest.raises(VersionMismatch, match="run the feature pipeline first"):
        inference.online_vector(store, request)
    features.refresh(store, facts.known_at(NOW), NOW)
    assert inference.online_vector(store, request) == before


def test_a_refresh_broken_off_before_it_was_noted_is_done_again(filled, asked, facts):
    later = NOW + pd.Timedelta("1d")
    noted = (filled / "refreshed.json").read_text()
    store = FeatureStore(filled)
    features.refresh(store, facts.known_at(later), later)
    store.flush()
    whole = store.read_history(asked.assign(asked_at=later))
    (filled / "refreshed.json").write_text(noted)
    again = FeatureStore(filled)
    features.refresh(again, facts.known_at(later), later)
    pd.testing.assert_frame_equal(again.read_history(asked.assign(asked_at=later)), whole)


def test_opening_a_store_again_writes_nothing(filled):
    before = {file: file.stat().st_mtime_ns for file in filled.rglob("*") if file.is_file()}
    FeatureStore(filled)
    assert {file: file.stat().st_mtime_ns for file in filled.rglob("*") if file.is_file()} == before


def test_half_a_registry_is_written_anew(filled, asked):
    whole = reads(filled, asked)
    (filled / "applied.json").unlink()
    (filled / "registry.db").write_bytes((filled / "registry.db").read_bytes()[:2000])
    pd.testing.assert_frame_equal(reads(filled, asked), whole)


def test_a_history_with_other_columns_is_refused(filled):
    part = filled / "history" / "weather" / "0.parquet"
    pd.read_parquet(part).rename(columns={"temp": "temperature"}).to_parquet(part)
    with pytest.raises(
        VersionMismatch, match=r"another version of the features \(differing: temp, temperature\): give"
    ):
        FeatureStore(filled)


def test_a_model_fitted_on_a_column_that_is_no_longer_stored_is_refused(installed, facts, tmp_path):
    system = installed("fti")
    asked = questions(facts, "batch").query("asked_at <= @NOW")
    system.wake(World(facts, NOW))
    for target in TARGETS:
        system.train(facts.known_at(NOW), asked, target)
    vectors = inference.batch_vectors(system.store, asked.tail(1))
    other = [feature.replace("weather:temp", "weather:dew") for feature in system.store.features]
    registry = ModelRegistry(tmp_path / "fti" / "registry", other)
    with pytest.raises(VersionMismatch, match="late_batch/1 was fitted on weather:temp, which this feature store"):
        inference.predict(registry, vectors)
    assert len(installed("fti").predict(vectors)) == 1


def test_a_model_does_not_mind_columns_that_came_later():
    check_model("late/1", ["a:x"], ["a:x", "a:y"])


def test_a_view_that_cannot_be_refreshed_keeps_no_other_from_it(filled, facts, monkeypatch):
    def fails(*_):
        raise ZeroDivisionError("a defect")

    later = NOW + pd.Timedelta("2d")
    monkeypatch.setitem(features.VIEWS, "weather", fails)
    store = FeatureStore(filled)
    with pytest.raises(ExceptionGroup, match="could not be refreshed") as raised:
        features.refresh(store, facts.known_at(later), later)
    assert [type(error) for error in raised.value.exceptions] == [ZeroDivisionError]
    reached = FeatureStore(filled).refreshed
    assert reached["weather"] <= NOW < min(at for view, at in reached.items() if view != "weather")
