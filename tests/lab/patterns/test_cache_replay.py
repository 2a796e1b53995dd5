"""Callers, replays and verdicts on cases that are known by hand, and what the right key never does over eight weeks."""

import datetime

import numpy as np
import pandas as pd
import pytest

from antipatterns.serving.hourly_cache.answerer import Answerer as Hourly
from lab.patterns.asked_flights import (
    FIRST,
    REFRESHES,
    RELEASES,
    USUAL,
    Asked,
    ask,
    choose_flights,
    fit,
    make_extract,
    make_questions,
    make_vectors,
)
from lab.patterns.cache_replay import Rerun, replay
from lab.patterns.cache_sweeps import Bench
from lab.patterns.cache_verdicts import Fresh, find_turn, judge, take_back
from lab.patterns.experiments.caches import find_turns, pick_best, tell
from measure.data.comparison import Word
from parts.cache.caches import Memory
from problem.asked_again import LEAD
from problem.contract import FEATURES
from reference.serving.prediction_cache.answerer import Answerer as Versioned
from reference.serving.prediction_cache.buckets import cut
from reference.serving.prediction_cache.by_features import Answerer as ByFeatures


@pytest.fixture(scope="module")
def asked(facts):
    """All questions of the eight weeks, with the usual refreshes."""
    return ask(facts, make_questions(choose_flights(facts)), (USUAL,))


@pytest.fixture(scope="module")
def few(facts):
    """Those of two days with a new champion on the second, with all refreshes."""
    return ask(facts, make_questions(choose_flights(facts, "2013-10-20", "2013-10-22", every=40)))


def fresh_of(asked, refresh=USUAL):
    return Fresh(np.linspace(0.1, 0.9, len(asked.late)), np.array(Rerun(asked, refresh).refreshed))


def test_questions_come_in_order_from_those_who_are_meant_to_ask(few):
    lead = (few.questions["scheduled_at"] - few.questions["asked_at"]) / pd.Timedelta(minutes=1)
    assert few.questions["asked_at"].is_monotonic_increasing
    assert lead.between(0, 24 * 60 + 1).all()
    a_flight = few.questions.groupby("flight_id").size()
    assert a_flight.min() >= 24
    assert 34 < a_flight.mean() < 44


def test_vectors_are_as_old_as_the_last_refresh_but_for_the_minutes_to_departure(facts, few):
    rows = few.questions.iloc[::50]
    found, at_refresh = make_vectors(facts, rows, 60), rows.assign(asked_at=rows["asked_at"].dt.floor("60min"))
    stored = [name for name in FEATURES if name != LEAD]
    pd.testing.assert_frame_equal(found[stored], make_vectors(facts, at_refresh, 60)[stored])
    assert found[LEAD].tolist() == ((rows["scheduled_at"] - rows["asked_at"]) / pd.Timedelta(minutes=1)).tolist()


def test_with_the_right_key_no_answer_in_eight_weeks_is_from_before_a_champion_or_a_refresh(asked):
    served = replay(Rerun(asked, USUAL), Versioned)
    found = judge(asked, served, fresh_of(asked))
    assert (found["before_champion"], found["before_refresh"]) == (0, 0)
    assert found["hits"] > 0.1
    assert set(asked.release) == {0, 1, 2, 3}


def test_the_same_replay_finds_such_answers_where_the_key_has_no_version(few):
    served = replay(Rerun(few, USUAL), Hourly)
    found = judge(few, served, fresh_of(few))
    assert found["before_champion"] > 0
    assert found["before_refresh"] > 0.1


def test_who_was_served_whose_answer_tells_what_a_real_model_would_have_answered(few):
    risk = np.random.default_rng(0).random(len(few.late))

    class Real(Rerun):
        def _score(self, vector):
            return float(risk[self.place])

    served, behind = replay(Rerun(few, USUAL), Hourly), Real(few, USUAL)
    answerer, answers = Hourly(Memory(clock=lambda: behind.now), behind), []
    for place, question in enumerate(behind.questions):
        behind.place = place
        answers.append(answerer.answer(question))
    assert answers == risk[served].tolist()


def test_questions_that_share_a_key_of_features_are_in_the_same_buckets(few):
    rows = few.vectors[USUAL]
    buckets = cut(rows, 4)
    served = replay(Rerun(few, USUAL), lambda cache, behind: ByFeatures(cache, behind, buckets))
    rounded = buckets.round_table(rows)[list(FEATURES)]
    pd.testing.assert_frame_equal(rounded, rounded.iloc[served].reset_index(drop=True))
    assert (few.release[served] == few.release).all()
    assert (served != np.arange(len(served))).mean() > 0.2


def every_minute(hours=48):
    """One flight, asked about once a minute, late."""
    at = pd.date_range("2013-10-08", periods=hours * 60, freq="min", tz="UTC")
    day = np.array([datetime.date(2013, 10, 8 + place // 1440) for place in range(len(at))], dtype=object)
    zeros = np.zeros(len(at), dtype=int)
    return Asked(pd.DataFrame({"asked_at": at.as_unit("ns")}), np.ones(len(at), bool), zeros, day, {})


def test_fresh_answers_lose_nothing_and_old_ones_what_their_probability_says():
    asked = every_minute()
    own, first = np.arange(len(asked.late)), np.zeros(len(asked.late), dtype=int)
    risk = np.where(own == 0, 0.25, 0.5)
    fresh = Fresh(risk, own.astype(float))
    none = judge(asked, own, fresh)
    assert (none["hits"], none["value"], none["moved"], none["before_refresh"]) == (0, 0, 0, 0)
    old = judge(asked, first, fresh)
    others = (len(own) - 1) / len(own)
    assert (old["hits"], old["moved"], old["before_refresh"]) == pytest.approx((others,) * 3)
    assert old["value"] == pytest.approx(np.log(2) * others)
    assert old["word"] == Word.WORSE


def test_after_a_champion_is_taken_back_an_hourly_key_is_wrong_for_half_an_hour_on_average():
    asked = every_minute()
    own = np.arange(len(asked.late))
    wrong, right = np.full(len(own), 0.25), np.full(len(own), 0.5)
    hourly = take_back(asked, own // 60 * 60, wrong, right)
    assert hourly["share"]["low"] < 0.5 < hourly["share"]["high"]
    assert hourly["lost"]["value"] == pytest.approx(np.log(2) * hourly["share"]["value"])
    assert take_back(asked, own, wrong, right)["share"]["value"] == 0


def test_a_turn_is_where_a_word_begins_to_hold_for_good():
    words = (Word.BETTER, Word.CANNOT_TELL, Word.WORSE, Word.WORSE)
    rows = [{"dial": dial, "word": word} for dial, word in enumerate(words, start=1)]
    assert [find_turn(rows, "dial", word) for word in (Word.WORSE, Word.CANNOT_TELL, Word.BETTER)] == [3, None, None]


def test_a_small_version_of_the_experiment_turns_every_dial(facts, few):
    extract = make_extract(facts, RELEASES[0], every=60)
    models = [fit(extract)] * len(RELEASES)
    bench = Bench(few, [extract] * len(RELEASES), models)
    hourly, versioned, buckets = bench.sweep_expiry(Hourly), bench.sweep_width(Versioned), bench.sweep_buckets((16, 2))
    hits = [[row["hits"] for row in rows] for rows in (hourly, [row for row in versioned if row["refresh"] == 60])]
    assert all(of == sorted(of) for of in hits)
    only = bench.sweep_version_only(Versioned)
    assert {row["before_champion"] for row in [*versioned, *only]} == {0}
    assert only[-1]["before_refresh"] > 0
    assert [row["hits"] for row in buckets if row["model"] == "designed"] == sorted({row["hits"] for row in buckets})
    assert [row["refresh"] for row in bench.sweep_refreshes()] == list(REFRESHES)
    assert bench.sweep_crowd(Versioned)[0]["hits"] == versioned[4]["hits"]
    assert set(bench.round_weather(models, 16)) == {"all", "weather", "all, more flights"}
    unread = [row["unread"] for row in bench.count_unread()]
    assert unread == sorted(unread, reverse=True)
    assert 0 <= unread[-1] < unread[0] < 1
    assert "taken back" in tell(hourly, versioned, buckets)
    assert set(find_turns(hourly, buckets)) == {"expiry", "as it is", "designed"}


def test_the_best_key_has_the_most_hits_among_the_harmless():
    words = {0.2: Word.BETTER, 0.3: Word.NO_DIFFERENCE, 0.9: Word.WORSE}
    rows = [{"hits": hits, "word": word} for hits, word in words.items()]
    assert pick_best(rows) == rows[1]
    assert pick_best(rows[2:]) is None


def test_whole_routes_are_taken_or_left(facts):
    taken = choose_flights(facts, FIRST, "2013-10-14")
    route = ["carrier", "origin", "dest"]
    same = facts.flights.merge(taken[route].drop_duplicates(), on=route)
    week = same["scheduled_at"].between(*taken["scheduled_at"].agg(["min", "max"]))
    assert set(same.loc[week, "flight_id"]) == set(taken["flight_id"])
