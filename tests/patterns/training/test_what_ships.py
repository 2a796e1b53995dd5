"""Two ways to ship a model, behind one door: the same answers, and each keeps what it is."""

import ast
import json
import pickle
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from lab.cards import read_cards
from lab.engine.import_closure import read_import_graph
from lab.engine.workspace import REPOSITORY
from lab.patterns.ship_runs import FORMS, make_bodies, store_features
from parts.flight_service.app import STORED, CannotServe
from problem.contract import CATEGORIES
from problem.contract import STORED as STORED_FEATURES
from problem.shipped import FILES

SIDES = {card.id: card.package for card in read_cards().values() if card.experiment == "what_ships"}
WHOLE, APART = "training_code_in_serving", "serving_environment"


def make_rows(count=400, seed=0):
    """Flights that are late in the evening and when it rains; some stored features are not known."""
    random = np.random.default_rng(seed)
    rows = pd.DataFrame({name: random.normal(size=count) for name in STORED_FEATURES}).mask(
        random.random((count, len(STORED_FEATURES))) < 0.1
    )
    rows[list(CATEGORIES)] = random.choice(["A", "B"], (count, 3))
    day = pd.Timestamp("2013-06-01", tz="UTC")
    afternoon = 60 * 18 + random.integers(0, 60 * 5, count)  # from 14 to 19 in New York
    rows["scheduled_at"] = day + pd.to_timedelta(60 * 24 * random.integers(0, 20, count) + afternoon, unit="min")
    rows["asked_at"] = rows["scheduled_at"].dt.normalize() - pd.Timedelta(hours=3)
    local = rows["scheduled_at"].dt.tz_convert("America/New_York").dt
    late = (local.hour + local.minute / 60 > 16.5) | (rows["precip"] > 1)
    return rows.assign(flight_id=range(count), distance=random.integers(100, 2000, count), late=late.astype(int))


ROWS = make_rows()
BODIES = make_bodies(ROWS.tail(50))


def publish(side, form, home, rows=ROWS):
    import_module(f"{SIDES[side]}.training").publish(rows, home, form)
    store_features(rows.tail(50), home)
    return home


def open_app(side, home):
    return import_module(f"{SIDES[side]}.app").create_app(home)


def ask(side, home, bodies=BODIES):
    client = TestClient(open_app(side, home))
    return [client.post("/predict", json=body) for body in bodies]


@pytest.fixture(params=[(side, form) for side in SIDES for form in FORMS], ids=" ".join)
def shipped(request, tmp_path):
    side, form = request.param
    return side, form, publish(side, form, tmp_path / "home")


def test_there_is_one_anti_pattern_and_one_pattern():
    assert sorted(card.kind for card in read_cards().values() if card.id in SIDES) == ["anti-pattern", "pattern"]


def test_a_service_answers_as_the_model_does(shipped):
    side, _, home = shipped
    training = import_module(f"{SIDES[side]}.training")
    model = training.fit_on(training.make_table(ROWS), ROWS["late"])
    expected = model.predict_proba(training.make_table(ROWS.tail(50)))[:, 1]
    answers = ask(side, home)
    assert [answer.status_code for answer in answers] == [200] * 50
    assert [answer.json()["late"] for answer in answers] == pytest.approx(expected, abs=1e-9)
    assert np.ptp(expected) > 0.5


def test_both_sides_make_the_same_table():
    whole, apart = (import_module(f"{SIDES[side]}.training").make_table(ROWS) for side in (WHOLE, APART))
    pd.testing.assert_frame_equal(whole[sorted(whole)], apart[sorted(apart)], check_dtype=False)


def test_a_flight_without_stored_features_is_refused(shipped):
    side, _, home = shipped
    (answer,) = ask(side, home, [BODIES[0] | {"flight_id": 10**6}])
    assert (answer.status_code, answer.json()["detail"]) == (404, "no stored features of flight 1000000")


def test_a_missing_and_a_truncated_model_are_refused_in_one_line(shipped):
    side, form, home = shipped
    file = home / FILES[form]
    file.write_bytes(file.read_bytes()[:500])
    with pytest.raises(CannotServe, match=f"{FILES[form]} cannot be read .*: publish the model again") as error:
        open_app(side, home)
    assert "\n" not in str(error.value)
    file.unlink()
    with pytest.raises(CannotServe, match=r"no model in .*: publish one"):
        open_app(side, home)


def test_stored_features_that_are_damaged_are_refused_in_one_line(shipped):
    side, _, home = shipped
    (home / STORED).write_text('{"1": {"temp"')
    with pytest.raises(CannotServe, match=r"stored\.json cannot be read: run the feature pipeline"):
        open_app(side, home)


def test_without_rows_nothing_is_published(shipped):
    side, form, home = shipped
    before = (home / FILES[form]).read_bytes()
    with pytest.raises(ValueError, match="no rows to train on: nothing was published"):
        publish(side, form, home, ROWS.iloc[:0])
    assert (home / FILES[form]).read_bytes() == before


def find_loaded(package):
    """What importing a side's service loads at once, inside functions aside."""
    graph, todo, loaded = read_import_graph(REPOSITORY), [f"{package}.app"], set()
    while todo:
        name = todo.pop()
        loaded.add(name)
        if name in graph.modules:
            todo += [other for other in list_imports(graph.find_file(name), graph.modules) if other not in loaded]
    return loaded


def list_imports(file: Path, modules, inside_functions=False):
    """Modules that stand in imports at the top of a file, or anywhere in it."""
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree) if inside_functions else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ([name for name in below if name in modules] or [str(node.module)])


def test_the_exhibit_loads_training_with_its_service_and_the_reference_does_not():
    whole, apart = (find_loaded(SIDES[side]) for side in (WHOLE, APART))
    assert {f"{SIDES[WHOLE]}.training", "problem.learner", "pandas", "onnx"} <= whole
    assert {name.partition(".")[0] for name in apart} & {"pandas", "sklearn", "joblib", "onnx", "problem"} == set()


def test_the_exhibit_has_a_way_in_that_trains(tmp_path):
    apps = {side: open_app(side, publish(side, "pickle", tmp_path / side)) for side in SIDES}
    paths = {side: {route.path for route in app.routes} for side, app in apps.items()}
    assert paths[WHOLE] - paths[APART] == {"/train"}
    client = TestClient(open_app(WHOLE, tmp_path / WHOLE))
    assert client.post("/train").json() == {"rows": len(ROWS)}


class Payload:
    """What a stranger puts in the place of a model."""

    def __init__(self, file):
        self._file = str(file)

    def __reduce__(self):
        return Path.touch, (Path(self._file),)


@pytest.mark.parametrize("side", SIDES)
def test_a_pickle_runs_what_a_stranger_wrote_and_a_graph_does_not(side, tmp_path):
    ran = tmp_path / "ran"
    for form in FORMS:
        home = publish(side, form, tmp_path / form)
        (home / FILES[form]).write_bytes(pickle.dumps(Payload(ran)))
        ran.unlink(missing_ok=True)
        with suppress(CannotServe):
            open_app(side, home)
        assert ran.exists() == (form == "pickle")


def test_lists_of_requirements_name_what_the_code_imports():
    modules = read_import_graph(REPOSITORY).modules
    libraries = {"fastapi", "joblib", "numpy", "onnx", "onnxruntime", "pandas"}
    for package in SIDES.values():
        folder = REPOSITORY / package.replace(".", "/")
        listed = {name for file in folder.glob("requirements*.txt") for name in file.read_text().split()}
        imported = {name for file in folder.glob("*.py") for name in list_imports(file, modules, True)}
        assert {name.partition(".")[0] for name in imported} & libraries <= listed


def test_stored_features_come_back_as_they_were(tmp_path):
    home = publish(APART, "onnx", tmp_path)
    stored = json.loads((home / STORED).read_text())
    back = pd.DataFrame(stored.values(), columns=list(STORED_FEATURES)).astype(float)
    pd.testing.assert_frame_equal(back, ROWS.tail(50)[list(STORED_FEATURES)].reset_index(drop=True), check_exact=True)


def test_the_reference_refuses_a_model_that_wants_what_it_does_not_make(tmp_path):
    home = publish(APART, "onnx", tmp_path)
    stored = {flight: {"temp": 50.0} for flight in json.loads((home / STORED).read_text())}
    (home / STORED).write_text(json.dumps(stored))
    with pytest.raises(CannotServe, match=r"^the model wants aircraft_age, .*, which this service does not make: ship"):
        open_app(APART, home)
