"""One model in three places answers alike; a graph that would not is never published; a page needs no network."""

import subprocess
import sys
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from lab.cards import read_cards
from lab.patterns.declared_way import Declared
from lab.patterns.device_parity import compare, find_sample, make_strange, try_converter
from lab.patterns.device_place import IS_KEPT, open_place
from lab.patterns.device_runtimes import CONVERTER, install_runtime
from lab.patterns.device_times import EDGE, PORTABLE, TRIP, measure_times, start_program, weigh_devices
from lab.patterns.environments import install
from lab.patterns.experiments.on_the_device import tell
from lab.patterns.monday_models import Wanted
from lab.patterns.serving_suite import find_faults
from parts.model_export import published_graph
from parts.model_folder.model_folder import ModelFolder
from problem.contract import CATEGORIES, FEATURES
from problem.learner import new_learner
from tests.must_run import needs

DOORS = {
    card.id: import_module(f"{card.package}.device")
    for card in read_cards().values()
    if card.experiment == "on_the_device"
}
GRAPHS = (EDGE, PORTABLE)
IS_NEWER = "async (old) => { const kept = await caches.keys(); return kept.length === 1 && kept[0] !== old; }"
pytestmark = pytest.mark.service


def make_rows(seed: int, count: int = 400) -> pd.DataFrame:
    """Made-up vectors with nulls among the numbers: what is served is not what is learned."""
    random = np.random.default_rng(seed)
    rows = pd.DataFrame(random.normal(size=(count, len(FEATURES))), columns=list(FEATURES))
    rows = rows.mask(random.random(rows.shape) < 0.1)
    rows[list(CATEGORIES)] = random.choice(["UA", "EWR", "IAH"], (count, len(CATEGORIES)))
    return rows


def fit(seed: int, turn: int = 1):
    rows = make_rows(seed)
    return new_learner("late").fit(rows, turn * rows["temp"].fillna(0) > 0)


MODEL, OTHER, ROWS = fit(1), fit(1, turn=-1), make_rows(2)


def ask_model(model, rows):
    return model.predict_proba(rows[list(FEATURES)])[:, 1]


@pytest.fixture(scope="module")
def place():
    needs("chromium", "apt-get install chromium")
    needs("npm", "apt-get install npm")
    install_runtime()
    with open_place() as opened:
        yield opened


@pytest.fixture
def homes(tmp_path):
    for name, door in DOORS.items():
        door.publish(MODEL, ROWS, tmp_path / name)
    return {name: tmp_path / name for name in DOORS}


def test_there_are_three_sides():
    assert {*DOORS} == {TRIP, *GRAPHS}


@pytest.mark.parametrize("side", DOORS)
def test_a_device_answers_as_the_model_does_also_where_nothing_is_known(side, homes, place):
    asked = pd.concat([ROWS.head(40), make_strange(ROWS.head(2))], ignore_index=True)
    with DOORS[side].open_device(homes[side], place) as device:
        told = device.answer(asked)
    assert told.seconds > 0
    assert np.abs(told.risk - ask_model(MODEL, asked)).max() < published_graph.ALIKE


@pytest.mark.parametrize("side", DOORS)
def test_where_nothing_was_published_one_line_says_so(side, place, tmp_path):
    with pytest.raises(LookupError) as refused, DOORS[side].open_device(tmp_path, place):
        pass
    assert "\n" not in str(refused.value)
    assert str(tmp_path) in str(refused.value)


@pytest.mark.parametrize("side", GRAPHS)
def test_a_graph_that_would_answer_otherwise_is_not_published(side, monkeypatch, tmp_path):
    export = published_graph.export_model
    monkeypatch.setattr(published_graph, "export_model", lambda model: export(OTHER))
    with pytest.raises(
        published_graph.CannotPublish, match="400 of 400 sampled rows are answered otherwise, by up to 1"
    ):
        DOORS[side].publish(MODEL, ROWS, tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_nothing_that_is_no_number_passes_for_alike():
    with pytest.raises(published_graph.CannotPublish, match="1 of 2 sampled rows"):
        published_graph.refuse_unlike(np.array([0.5, np.nan]), np.array([0.5, 0.5]))


class Nobody:
    """A place without anything around the device."""

    def serve(self, *_):
        raise ConnectionError("nobody answers")

    visit = serve


def test_swapped_sides_are_noticed_only_the_exhibit_asks_somebody_else(homes):
    with pytest.raises(ConnectionError), DOORS[TRIP].open_device(homes[TRIP], Nobody()):
        pass
    with DOORS[PORTABLE].open_device(homes[PORTABLE], Nobody()) as device:
        assert len(device.answer(ROWS.head(3)).risk) == 3
    forms = {name: {file.suffix for file in home.iterdir()} for name, home in homes.items()}
    found = {name: {".joblib", ".onnx"} & of for name, of in forms.items()}
    assert found == {TRIP: {".joblib"}, EDGE: {".onnx"}, PORTABLE: {".onnx"}}


def test_the_page_works_with_the_network_cut_and_opens_again_without_it(homes, place):
    with place.visit(homes[EDGE]) as page:
        page.cut()
        risk, _ = page.ask([ROWS[list(FEATURES)].astype(object).where(ROWS.notna(), None).iloc[0].to_dict()])
        assert abs(risk[0] - ask_model(MODEL, ROWS.head(1))[0]) < published_graph.ALIKE
        assert page.visit_again() > 0
        assert page.page.inner_text("output").endswith(" %")


def test_without_what_keeps_its_files_the_page_does_not_open_again(homes, place):
    with place.visit(homes[EDGE]) as page:
        page.wait_until(IS_KEPT)
        page.page.evaluate("async () => (await navigator.serviceWorker.ready).unregister()")
        page.site.stop()
        page.page.context.set_offline(True)
        with pytest.raises(Exception, match=r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_FAILED"):
            page.page.reload()


def test_a_device_that_comes_back_gets_the_new_model_and_until_then_answers_with_the_old_one(homes, place):
    with place.visit(homes[EDGE]) as page:
        device = DOORS[EDGE].Device(page)
        page.wait_until(IS_KEPT)
        old = page.page.evaluate("async () => (await caches.keys())[0]")
        DOORS[EDGE].publish(OTHER, ROWS, homes[EDGE])
        page.visit_again()
        assert np.allclose(device.answer(ROWS.head(5)).risk, ask_model(MODEL, ROWS.head(5)))
        page.wait_until(IS_NEWER, old)
        page.visit_again()
        assert np.allclose(device.answer(ROWS.head(5)).risk, ask_model(OTHER, ROWS.head(5)))


def test_the_service_that_the_exhibit_asks_passes_the_suite(tmp_path):
    DOORS[TRIP].publish(MODEL, ROWS, tmp_path / "models")
    body = import_module("antipatterns.serving.round_trip.service").EXAMPLE
    vector = pd.DataFrame([body])

    def answer(models):
        return float(ask_model(ModelFolder(models).load(), vector)[0])

    environment = {"PORT": "8080", "HOST": "127.0.0.1", "MODELS": "/srv/models"}
    command = ("python", "-m", "antipatterns.serving.round_trip.service")
    found = find_faults(Declared(command, environment, 8080, (), 10.0), tmp_path, Wanted(body, answer))
    assert {name: fault for name, fault in found.items() if fault} == {}


def test_a_program_on_the_device_loads_neither_scikit_learn_nor_a_table_library(homes):
    code = "import sys; import reference.serving.portable_model.program; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sklearn", "pandas", "scipy", "onnx"} & {name.partition(".")[0] for name in done.stdout.split()}
    assert start_program(homes[PORTABLE], ROWS) > 0


def test_times_are_taken_by_turns_and_a_first_round_is_not_counted(homes, place):
    with (
        DOORS[TRIP].open_device(homes[TRIP], place) as trip,
        DOORS[PORTABLE].open_device(homes[PORTABLE], place) as portable,
    ):
        times = measure_times({TRIP: trip, PORTABLE: portable}, ROWS.head(30), rounds=2)
    assert {name: len(of) for name, of in times.items()} == {TRIP: 2, PORTABLE: 2}
    assert min(times[TRIP]) > max(times[PORTABLE])  # a round trip holds an answer of a library and the trip


def test_a_packed_page_is_smaller_and_a_program_is_larger_than_a_page(homes, place):
    with place.visit(homes[EDGE]):
        found = weigh_devices(homes)
    assert found["model"] < found["page_packed"] < found["page"] < found["program"]


@pytest.mark.parametrize(("share", "count"), [(0.0, None), (0.001, 2302), (0.95, 1), (1.0, 1)])
def test_a_sample_is_large_enough_to_hold_one_with_nine_chances_in_ten(share, count):
    assert find_sample(share) == count


def test_what_is_off_and_what_flips_is_counted():
    found = compare(np.array([0.2, 0.6, 0.5, 0.8]), np.array([0.2, 0.4, 0.5 + 1e-4, 0.8]))
    assert (found["rows"], found["flips"], found["unlike"], found["off"]) == (4, 1, 0.5, 0.25)
    assert found["largest"] == pytest.approx(0.2)


def test_the_usual_converter_is_wrong_without_a_word_once_categories_are_told(tmp_path):
    """And a sample of one row would have told."""
    install(CONVERTER)
    rows = make_rows(3).assign(late=make_rows(3)["carrier"] == "UA")
    found = {row["way"]: row for row in try_converter(rows, rows, tmp_path / "work")}
    assert found["categories"]["off"] > 0.5
    assert [word for word in found["categories"]["said"] if "categor" in word.lower()] == []
    assert found["numbers"]["off"] < 0.05


def test_the_headline_says_where_it_turns():
    rows = [
        {"age": age, "place": place, "value": 0.01 * place} for place, age in enumerate(("fresh", "1 day", "nothing"))
    ]
    parity = [{"side": side, "largest": 1e-15, "rows": 10, "flips": 0} for side in GRAPHS]
    found = {
        "parity": parity,
        "converter": [{"way": "categories", "off": 0.98}],
        "times": {TRIP: [3.0], EDGE: [0.2], PORTABLE: [0.02]},
        "ages": rows,
        "turn": 1,
    }
    assert "worse from 1 day on" in tell(found)
    assert "worse at no age" in tell(found | {"turn": None})
