"""Models of an installation that answers over HTTP: exported when they are registered, refused if that changes them."""

import numpy as np
import pytest

from antipatterns.systems.split import online
from antipatterns.systems.split.adapters.split_service import SplitPredictor
from lab.sandbox.installations import copy_installation
from lab.service.service_installation import renew_installation
from parts.model_export.graph_scoring import open_graph
from parts.model_export.pipeline_scoring import ask_pipeline
from parts.model_export.published_graph import CannotPublish
from parts.service_shell.metrics import Metrics
from parts.service_shell.predictor import NotAnswered
from problem.contract import TARGETS
from problem.learner import new_learner
from problem.world import World
from reference.systems.fti.adapters import served_models as of_fti
from reference.systems.fti.adapters.champions import Champions
from reference.systems.fti.adapters.served_models import ServedRegistry
from reference.systems.fti.registry import ModelRegistry
from reference.systems.fti.versions import VersionMismatch
from tests.parts.test_compared_graph import make_table

pytestmark = pytest.mark.study  # installations that the study trained

NAME = "late_real_time"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    home = renew_installation("fti", tmp_path_factory.mktemp("served") / "fti")
    for target in TARGETS:
        ServedRegistry(home / "registry").champion_graph(f"{target}_real_time")
    return home


@pytest.fixture
def trained(exported, tmp_path):
    """An installation of the test's own."""
    return copy_installation(exported, tmp_path / "fti")


@pytest.fixture(scope="module")
def challenger():
    rows = make_table(0)
    return new_learner("late").fit(rows, rows["temp"].fillna(0) > 0)


def score(graph, rows):
    return [open_graph(graph)(vector) for vector in rows.to_dict("records")]


@pytest.mark.parametrize("target", TARGETS)
def test_an_installation_has_a_graph_of_each_champion_that_says_what_it_says(trained, target):
    name, rows = f"{target}_real_time", make_table(1).head(50)
    graph, version = ServedRegistry(trained / "registry").champion_graph(name)
    model, of_model = ModelRegistry(trained / "registry").champion(name)
    assert version == of_model
    np.testing.assert_allclose(score(graph, rows), ask_pipeline(model, rows), rtol=0, atol=1e-11)


def test_the_split_answers_from_graphs_in_the_same_way(tmp_path, facts):
    home, rows = renew_installation("split", tmp_path / "split"), make_table(1).head(50)
    predictor = SplitPredictor(home, Metrics(), World(facts, facts.departures["known_at"].iloc[0]))
    predictor.start()
    kept, champion = online.load_models(home), predictor.champion()
    assert (champion.late_version, champion.delay_version) == (kept["late"]["version"], kept["delay"]["version"])
    for score_one, target in ((champion.late, "late"), (champion.delay, "delay")):
        told = [score_one(vector) for vector in rows.to_dict("records")]
        np.testing.assert_allclose(told, ask_pipeline(kept[target]["model"], rows), rtol=0, atol=1e-11)


def test_a_model_that_is_registered_answers_and_its_graph_with_it(trained, challenger):
    registry = ServedRegistry(trained / "registry")
    version = registry.register(NAME, challenger)
    graph, of_graph = registry.champion_graph(NAME)
    assert of_graph == version
    rows = make_table(1).head(20)
    np.testing.assert_allclose(score(graph, rows), ask_pipeline(challenger, rows), rtol=0, atol=1e-11)


def test_a_model_that_would_answer_otherwise_is_not_registered(trained, challenger, monkeypatch):
    registry = ServedRegistry(trained / "registry")
    before = registry.champion_graph(NAME)
    monkeypatch.setattr(of_fti, "export_alike", refuse)
    with pytest.raises(CannotPublish):
        registry.register(NAME, challenger)
    assert registry.champion_graph(NAME) == before
    assert registry.champion(NAME)[1] == before[1]


def refuse(_):
    raise CannotPublish("3 of 1000 sampled rows are answered otherwise, by up to 0.2")


def test_a_champion_that_was_registered_elsewhere_is_exported_by_whoever_serves_it(trained, challenger):
    version = ModelRegistry(trained / "registry").register(NAME, challenger)
    graph, of_graph = ServedRegistry(trained / "registry").champion_graph(NAME)
    assert of_graph == version
    rows = make_table(1).head(20)
    np.testing.assert_allclose(score(graph, rows), ask_pipeline(challenger, rows), rtol=0, atol=1e-11)


def test_one_that_would_answer_otherwise_is_refused_there_too(trained, challenger, monkeypatch):
    ModelRegistry(trained / "registry").register(NAME, challenger)
    monkeypatch.setattr(of_fti, "export_alike", refuse)
    for _ in range(2):
        with pytest.raises(CannotPublish):
            ServedRegistry(trained / "registry").champion_graph(NAME)


def test_a_champion_on_columns_that_are_not_stored_is_told(trained, challenger):
    ModelRegistry(trained / "registry", ["weather:dew"]).register(NAME, challenger)
    with pytest.raises(VersionMismatch, match="was fitted on weather:dew"):
        ServedRegistry(trained / "registry", ["weather:temp"]).champion_graph(NAME)


def test_a_damaged_graph_is_refused_and_the_models_before_it_go_on(trained, challenger):
    registry, refused = ServedRegistry(trained / "registry"), []
    registry.register(NAME, challenger)
    champions = Champions(registry, rejected=lambda: refused.append(1))
    champions.look()
    before = champions.now()
    version = registry.register(NAME, challenger)
    registry._file(registry._client().get_model_version(NAME, version)).write_bytes(b"half a graph")
    champions.look()
    assert champions.now() is before
    assert refused == [1]
    fresh = Champions(registry)
    fresh.look()
    with pytest.raises(NotAnswered, match="no champion can be loaded"):
        fresh.now()


def test_a_new_champion_changes_when_the_registry_changed_last(trained, challenger):
    registry = ServedRegistry(trained / "registry")
    before = registry.find_last_change()
    assert registry.find_last_change() == before
    registry.register(NAME, challenger)
    assert registry.find_last_change() > before
    assert ServedRegistry(trained / "nowhere").find_last_change() == 0
