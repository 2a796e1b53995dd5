"""A caller's time: rulers on costs that are planted, and all cells once with real caches."""

import sqlite3
import time

import numpy as np
import pytest
from feast.infra.online_stores.sqlite import convert_timestamp

from antipatterns.serving.fetched_every_time.answerer import Answerer as Every
from lab.patterns.asked_flights import RELEASES, fit, make_extract
from lab.patterns.cache_rounds import (
    KINDS,
    NONE,
    Caches,
    Standing,
    Work,
    compare,
    describe_rounds,
    find_crossing,
    time_answers,
    wait,
)
from lab.patterns.cache_works import ONNX, UNIT, foresee_turn
from lab.patterns.experiments.cache_costs import DATA_CACHE, KEPT, measure_all, tell
from lab.patterns.feature_tables import FeatureTables
from lab.patterns.question_stream import make_stream
from measure.data.comparison import Word
from parts.cache.caches import Memory
from parts.model_export.compared_graph import export_alike
from parts.model_export.graph_scoring import open_graph
from parts.model_export.pipeline_scoring import open_pipeline
from problem.asked_again import Question, UnknownFlight, make_vector
from reference.serving.data_cache.answerer import Answerer as DataCache
from reference.serving.prediction_cache.answerer import Answerer as Versioned
from reference.systems.fti.adapters.engines.local_redis import redis_server
from tests.must_run import needs_redis

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def stream(facts):
    return make_stream(facts, most=1)


@pytest.fixture(scope="module")
def extract(facts):
    return make_extract(facts, RELEASES[0], every=60)


class Clock:
    """Time passes only where work is planted."""

    def __init__(self):
        self.seconds = 0.0

    def work(self, asked=None):
        self.seconds += 0.5
        return {}


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("lab.patterns.cache_rounds.time.perf_counter", lambda: clock.seconds)
    return clock


def test_a_cache_that_hits_three_times_of_four_saves_three_quarters_of_a_dear_prediction(clock):
    questions = [Question(flight, 60.0, 3600.0) for flight in range(50) for _ in range(4)]
    work = Work(300, lambda flight_id: {}, lambda vector: clock.work() or 0.25, 300)
    seconds = {}
    for make in (Every, Versioned):
        behind = Standing(work)
        seconds[make], _ = time_answers(make(Memory(), behind), behind, questions)
    assert seconds == {Every: 100.0, Versioned: 25.0}


def test_preparing_is_nobodys_waiting(clock):
    questions = [Question(flight, 901.0, 3600.0) for flight in range(50)]
    behind = Standing(Work(300, clock.work, lambda vector: 0.25, 300))
    assert time_answers(DataCache(Memory(), behind), behind, questions, warm=True) == (0.0, 25.0)


def test_a_planted_wait_takes_as_long_as_it_says():
    began = time.perf_counter()
    wait(2000)
    assert time.perf_counter() - began >= 0.002


def test_a_refresh_is_told_once():
    behind = Standing(Work(1, lambda flight_id: {}, lambda vector: 0.25, 1))
    assert [behind.move_to(Question(1, at, 0.0)) for at in (900.0, 1000.0, 1800.0)] == [True, False, True]


@pytest.mark.parametrize(
    ("ratios", "word"),
    [
        ([1.3, 1.4, 2.0], Word.BETTER),
        ([1.2, 1.4, 2.0], Word.CANNOT_TELL),
        ([0.9, 1.0, 1.2], Word.NO_DIFFERENCE),
        ([0.5, 0.6, 0.7], Word.WORSE),
    ],
)
def test_a_word_about_times_has_to_hold_in_every_round(ratios, word):
    found = describe_rounds(np.array(ratios))
    assert (found["value"], found["low"], found["high"]) == (ratios[1], ratios[0], ratios[2])
    assert found["word"] == word


def test_the_crossing_lies_between_two_costs_on_a_logarithmic_scale():
    rows = [{"work": work, "value": value} for work, value in ((10, 0.5), (1000, 2.0), ("real", 9.0))]
    assert find_crossing(rows) == pytest.approx(100)
    assert find_crossing(rows[1:]) is None


def test_the_turn_that_parts_foresee_pays_for_look_ups_and_puts():
    parts = {"key": 1.0, "get, disk": 2.0, "put, disk": 10.0, UNIT: 4.0}
    assert foresee_turn(parts, "key", "disk", hits=0.5) == pytest.approx((1 + 2 + 5) / 0.5 / 4 * 80)


def test_the_graph_says_what_the_pipeline_says(stream, extract):
    model = fit(extract)
    vectors = [make_vector(stream.rows[each.flight_id], each) for each in stream.questions[:20]]
    graph, table = open_graph(export_alike(model)), open_pipeline(model)
    assert np.allclose([graph(each) for each in vectors], [table(each) for each in vectors], rtol=0, atol=1e-12)


def test_the_store_gives_each_flight_its_row(stream, tmp_path):
    tables = FeatureTables(tmp_path / "store.db", stream.table)
    assert sqlite3.converters["TIMESTAMP"] is convert_timestamp, "Feast can no longer read its own store"
    for flight_id, row in stream.rows.items():
        found = tables.fetch(flight_id)
        assert set(found) == set(row)
        texts = {name: value for name, value in row.items() if isinstance(value, str)}
        assert {name: found[name] for name in texts} == texts
        numbers = [name for name in row if name not in texts and name not in ("temp", "visib")]
        assert [found[name] is None for name in numbers] == [row[name] != row[name] for name in numbers]
    with pytest.raises(UnknownFlight, match="nothing is stored of flight -1"):
        tables.fetch(-1)
    tables.close()


def test_hits_of_the_stream_are_those_that_the_key_finds(stream):
    scored = iter(range(10_000))
    behind = Standing(Work(1, stream.rows.__getitem__, lambda vector: float(next(scored)), 1))
    time_answers(Versioned(Memory(), behind), behind, stream.questions)
    assert stream.count_hits() == pytest.approx(1 - next(scored) / len(stream.questions))


def test_every_cell_is_measured_once_with_real_caches(stream, extract, tmp_path, monkeypatch):
    needs_redis()
    monkeypatch.setattr("lab.patterns.cache_works.PLANTED", (20, 320))
    make = {"fetched_every_time": Every, "data_cache": DataCache}
    with redis_server() as address:
        found = measure_all(stream, extract, make, Caches(tmp_path, address), tmp_path / "store.db", rounds=1)
    assert {row["way"] for row in found["rows"]} == {KEPT, DATA_CACHE, f"{DATA_CACHE}, warmed"}
    assert {row["cache"] for row in found["rows"]} == set(KINDS)
    assert len(found["turns"]) == 9
    assert found["parts"][ONNX] == 1
    assert "at " in tell(found)


def test_ways_are_compared_with_none(tmp_path):
    questions = [Question(1, 60.0, 3600.0)] * 5
    work = Work(1, lambda flight_id: {}, lambda vector: 0.25, 1)

    class OnlyMemory(Caches):
        def open(self, kind):
            return Memory()

    rows = list(compare([work], {NONE: Every, "kept": Versioned}, OnlyMemory(tmp_path, ""), lambda _: questions, 2))
    assert [(row["way"], row["cache"], row["questions"]) for row in rows] == [("kept", kind, 5) for kind in KINDS]
