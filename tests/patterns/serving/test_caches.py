"""Four ways to answer the same question again, behind one door: each does the job, and each keeps what it is."""

from importlib import import_module

import pandas as pd
import pytest

from lab.cards import read_cards
from parts.cache.caches import Memory
from problem.asked_again import LEAD, Champion, Question, Stored, UnknownFlight
from problem.contract import CATEGORIES, FEATURES
from reference.serving.prediction_cache import by_features
from reference.serving.prediction_cache.buckets import NUMBERS, cut

SIDES = {card.id: card.package for card in read_cards().values() if card.experiment in ("caches", "cache_costs")}
EXHIBIT = "hourly_cache"
LEAVES = 10 * 3600.0
ROW = {name: "A" if name in CATEGORIES else 1.0 for name in FEATURES if name != LEAD}


class Desk:
    """A champion and stored features that a test can change; it counts what it is asked for."""

    def __init__(self, said=0.25, refreshed_at=0.0):
        self.fetched = self.scored = 0
        self.rows = {1: ROW, 2: ROW}
        self.change(said, refreshed_at)

    def change(self, said, refreshed_at=0.0, version=None):
        self.champion = Champion(version or f"late/{said}", lambda vector: self.score(vector, said))
        self.stored = Stored(refreshed_at, self.fetch)

    def score(self, vector, said):
        assert set(vector) == set(FEATURES)
        self.scored += 1
        return said

    def score_temperature(self, vector):
        return self.score(vector, vector["temp"] / 100)

    def fetch(self, flight_id):
        self.fetched += 1
        if flight_id not in self.rows:
            raise UnknownFlight(f"nothing is stored of flight {flight_id}")
        return self.rows[flight_id]


def ask_at(seconds, flight_id=1):
    return Question(flight_id, seconds, LEAVES)


def open_side(name, desk, package=None):
    return import_module(f"{package or SIDES[name]}.answerer").Answerer(Memory(clock=lambda: 0.0), desk)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture(params=SIDES)
def answerer(request, desk):
    return open_side(request.param, desk)


def test_there_are_two_anti_patterns_and_two_patterns():
    kinds = [card.kind for card in read_cards().values() if card.id in SIDES]
    assert sorted(kinds) == ["anti-pattern", "anti-pattern", "pattern", "pattern"]


def test_a_question_that_is_asked_again_has_the_same_answer(answerer):
    assert [answerer.answer(ask_at(60.0 + second)) for second in range(5)] == [0.25] * 5


@pytest.mark.parametrize("name", SIDES)
def test_an_answer_of_nought_is_an_answer_and_is_kept_as_one(name):
    desk = Desk(said=0.0)
    answerer = open_side(name, desk)
    assert [answerer.answer(ask_at(60.0)) for _ in range(3)] == [0.0] * 3
    assert desk.scored == (1 if name in ("hourly_cache", "prediction_cache") else 3)


def test_flights_are_not_mixed_up(answerer, desk):
    assert answerer.answer(ask_at(60.0, flight_id=1)) == 0.25
    desk.champion = Champion(desk.champion.version, lambda vector: 0.75)
    assert answerer.answer(ask_at(60.0, flight_id=2)) == 0.75


def test_an_unknown_flight_is_refused_in_one_line_and_is_known_as_soon_as_it_is(answerer, desk):
    with pytest.raises(UnknownFlight, match=r"^nothing is stored of flight 7$"):
        answerer.answer(ask_at(60.0, flight_id=7))
    desk.rows[7] = ROW
    assert answerer.answer(ask_at(61.0, flight_id=7)) == 0.25


def test_a_model_that_fails_leaves_nothing_behind(answerer, desk):
    desk.champion = Champion("late/broken", lambda vector: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        answerer.answer(ask_at(60.0))
    desk.champion = Champion("late/broken", lambda vector: 0.5)
    assert answerer.answer(ask_at(61.0)) == 0.5


KEEPS_OLD = {name: name == EXHIBIT for name in SIDES}
"""Whether a side answers from before a change, within the hour."""


def check_what_it_keeps(name, package):
    """Hold a package to what is said of the side of that name."""
    for changed in ({"said": 0.75}, {"said": 0.75, "refreshed_at": 900.0, "version": "late/0.25"}):
        desk = Desk()
        answerer = open_side(name, desk, package)
        answerer.answer(ask_at(890.0))
        desk.change(**changed)
        assert answerer.answer(ask_at(901.0)) == (0.25 if KEEPS_OLD[name] else 0.75)


@pytest.mark.parametrize("name", SIDES)
def test_only_the_exhibit_answers_from_before_a_champion_or_a_refresh(name):
    check_what_it_keeps(name, SIDES[name])


@pytest.mark.parametrize("name", SIDES)
def test_sides_that_are_swapped_are_noticed(name):
    with pytest.raises(AssertionError):
        check_what_it_keeps(name, SIDES["prediction_cache" if name == EXHIBIT else EXHIBIT])


def test_the_exhibit_forgets_with_the_hour(desk):
    answerer = open_side(EXHIBIT, desk)
    answerer.answer(ask_at(3599.0))
    desk.change(said=0.75)
    assert answerer.answer(ask_at(3600.0)) == 0.75


def test_a_champion_that_comes_while_its_predecessor_still_computes_is_not_given_that_ones_answer(desk):
    answerer = open_side("prediction_cache", desk)

    def change_meanwhile(vector):
        desk.change(said=0.75)
        return 0.25

    desk.champion = Champion("late/0.25", change_meanwhile)
    assert [answerer.answer(ask_at(60.0 + second)) for second in range(2)] == [0.25, 0.75]


def test_a_bucket_of_minutes_is_left_at_its_edge(desk):
    answerer = open_side("prediction_cache", desk)
    for at in (LEAVES - 1799, LEAVES - 901, LEAVES - 900, LEAVES - 899):
        answerer.answer(ask_at(at))
    assert desk.scored == 2


def test_a_key_without_the_refresh_keeps_old_features_until_the_bucket_ends_but_no_old_champion(desk):
    answerer = import_module(f"{SIDES['prediction_cache']}.answerer").Answerer(
        Memory(clock=lambda: 0.0), desk, by_refresh=False
    )
    answerer.answer(ask_at(10.0))
    desk.change(said=0.5, refreshed_at=20.0, version="late/0.25")
    assert answerer.answer(ask_at(30.0)) == 0.25
    assert answerer.answer(ask_at(901.0)) == 0.5
    desk.change(said=0.75)
    assert answerer.answer(ask_at(902.0)) == 0.75


def test_warmed_flights_are_not_fetched_again_until_the_next_refresh(desk):
    answerer = open_side("data_cache", desk)
    answerer.warm([1, 2])
    for at in (10.0, 20.0):
        answerer.answer(ask_at(at))
    assert (desk.fetched, desk.scored) == (2, 2)
    desk.change(said=0.25, refreshed_at=900.0)
    answerer.answer(ask_at(901.0))
    assert desk.fetched == 3


def test_only_the_data_cache_prepares_anything(answerer, desk):
    answerer.warm([1])
    assert desk.fetched == ("data_cache" in type(answerer).__module__)


TABLE = pd.DataFrame({name: [float(value) for value in range(100)] for name in NUMBERS}).assign(
    **dict.fromkeys(CATEGORIES, "A")
)


def vector_with(**changed):
    return {**dict.fromkeys(NUMBERS, 10.0), **dict.fromkeys(CATEGORIES, "A"), **changed}


def test_no_bucket_is_empty_and_its_middle_lies_in_it():
    for count in (1, 2, 7, 1000):
        buckets = cut(TABLE.assign(temp=[0.0] * 40 + [1.0] * 60), count)
        for name in NUMBERS:
            assert len(buckets.middles[name]) == len(buckets.edges[name]) + 1 <= count
            middles = pd.DataFrame({name: buckets.middles[name]})
            assert buckets.round_table(middles, [name])[name].tolist() == buckets.middles[name]
        assert len(buckets.middles["temp"]) == min(count, 2)


def test_rounding_a_table_is_rounding_its_rows_nulls_included():
    buckets = cut(TABLE, 4)
    rows = TABLE.mask(TABLE == 50.0).assign(**dict.fromkeys(CATEGORIES, "A"))
    rounded = pd.DataFrame([buckets.round_vector(row) for row in rows.to_dict("records")])
    pd.testing.assert_frame_equal(buckets.round_table(rows), rounded[list(rows)])
    assert rounded["temp"].isna().sum() == 1


@pytest.mark.parametrize("null", [None, float("nan")])
def test_null_has_a_bucket_of_its_own(null):
    buckets = cut(TABLE, 4)
    assert buckets.find_codes(vector_with(temp=null)) != buckets.find_codes(vector_with(temp=0.0))


def test_buckets_are_cut_from_rows_only():
    with pytest.raises(ValueError, match="no rows to cut buckets from"):
        cut(TABLE.iloc[:0], 4)
    assert cut(TABLE.assign(temp=float("nan")), 4).edges["temp"] == []


def test_flights_that_look_alike_share_an_answer_that_does_not_depend_on_who_asks_first():
    answers = []
    for order in ([1, 2], [2, 1]):
        desk = Desk()
        desk.rows = {1: {**ROW, "temp": 30.0}, 2: {**ROW, "temp": 40.0}, 3: {**ROW, "temp": 90.0}}
        desk.champion = Champion("late/1", desk.score_temperature)
        answerer = by_features.Answerer(Memory(clock=lambda: 0.0), desk, cut(TABLE, 4))
        answers.append([answerer.answer(ask_at(LEAVES, flight)) for flight in (*order, 3)])
        assert desk.scored == 2
    assert answers[0] == answers[1]
    assert answers[0][0] == answers[0][1] < answers[0][2]
