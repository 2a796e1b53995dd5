"""Four ways to find out which model is better, behind one door: each does the job, and each keeps what it is."""

import sqlite3
import time
from importlib import import_module
from threading import Event

import numpy as np
import pandas as pd
import pytest

from lab.cards import read_cards
from lab.patterns.made_up_airport import BAD, GOOD, MIDDLING, SLOT, SLOTS, Airport, make_model, make_past, say_table
from parts.model_trial.judging import judge_any_time, judge_once
from parts.model_trial.model_trial import ModelTrial
from problem.which_is_better import PRICE, Answer, Arm, Decision, Models, Result, Seen, give_out

SIDES = {card.id: card.package for card in read_cards().values() if card.experiment == "which_is_better"}
OFFLINE, SHADOW, ONLINE, BOTH = "offline_only", "shadow_ab", "online_ab", "shadow_then_online"
TRIALS = [SHADOW, ONLINE, BOTH]


def open_side(name, home, candidate=GOOD, champion=MIDDLING, past=None):
    ours, theirs = (of if callable(of) else make_model(of) for of in (champion, candidate))
    models = Models(ours, theirs, say_table)
    return import_module(f"{SIDES[name]}.trial").Trial(home / "trial", models, past or make_past())


def live(trial, days, airport=None, first=0):
    """Live some days; the verdict after each."""
    airport = airport or Airport()
    verdicts = []
    for day in range(first, first + days):
        airport.live_day(trial, f"2013-07-{day + 1:02d}")
        wait_for_log(trial)
        verdicts.append(trial.decide())
        if verdicts[-1].decision != Decision.GO_ON and trial.stage is None:
            break
    return verdicts


def wait_for_log(trial):
    """Until nobody is asked beside any more."""
    for asked in trial._asked.values():
        while any(not each.done() for each in [*asked._under_way]):
            time.sleep(0.001)


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """No test hangs on how busy the machine is."""
    monkeypatch.setattr(ModelTrial, "limit", 60.0)


@pytest.fixture(params=SIDES)
def name(request):
    return request.param


# What they are


def check_structure(name, stages):
    """Hold stages to what is said of the side of that name."""
    told = [(stage.name, stage.coin, stage.beside) for stage in stages]
    shadow = ("shadow", False, True)
    assert (
        told
        == {
            OFFLINE: [],
            SHADOW: [shadow],
            ONLINE: [("online", True, False)],
            BOTH: [shadow, ("online", True, True)],
        }[name]
    )


def test_only_the_exhibit_looks_at_nothing_in_service(name):
    check_structure(name, import_module(f"{SIDES[name]}.trial").Trial.stages)
    assert (SIDES[name].partition(".")[0] == "antipatterns") == (name == OFFLINE)


def test_sides_that_are_swapped_are_noticed(name):
    other = ONLINE if name == OFFLINE else OFFLINE
    with pytest.raises(AssertionError):
        check_structure(name, import_module(f"{SIDES[other]}.trial").Trial.stages)


# What they do


def test_a_candidate_that_does_not_win_in_the_test_month_answers_nobody(name, tmp_path):
    past = make_past()
    trial = open_side(name, tmp_path, past=past._replace(candidate=past.champion, champion=past.candidate))
    assert trial.decide().decision == Decision.REFUSE
    assert trial.decide().why.startswith("test month: +0.")
    assert {answer.by for answer in Airport().live_day(trial, "2013-07-01")} == {Arm.CHAMPION}


def test_a_better_candidate_answers_all_in_the_end(name, tmp_path):
    trial, airport = open_side(name, tmp_path, champion=BAD), Airport()
    verdicts = live(trial, 40, airport)
    assert verdicts[-1].decision == Decision.PASS
    assert {answer.by for answer in airport.live_day(trial, "2013-09-01")} == {Arm.CANDIDATE}


def test_a_worse_one_that_won_offline_is_refused_by_all_but_the_exhibit(name, tmp_path):
    trial, airport = open_side(name, tmp_path, candidate=BAD), Airport()
    verdicts = live(trial, 40, airport)
    answered = {answer.by for answer in airport.live_day(trial, "2013-09-01")}
    assert (verdicts[-1].decision, answered) == (
        (Decision.PASS, {Arm.CANDIDATE}) if name == OFFLINE else (Decision.REFUSE, {Arm.CHAMPION})
    )


@pytest.mark.parametrize("name", TRIALS)
def test_in_a_shadow_nobody_hears_the_candidate_and_online_half_of_the_aircraft_do(name, tmp_path):
    trial = open_side(name, tmp_path)
    answers = [answer for day in range(3) for answer in Airport(day).live_day(trial, f"2013-07-{day + 1:02d}")]
    share = np.mean([answer.arm == Arm.CANDIDATE for answer in answers])
    assert (0.35 < share < 0.65) if name == ONLINE else share == 0


@pytest.mark.parametrize("name", TRIALS)
def test_the_same_question_has_the_same_arm_and_counts_once(name, tmp_path):
    trial, airport = open_side(name, tmp_path), Airport()
    (question, *_) = airport.ask_day("2013-07-01")
    assert len({trial.answer(question) for _ in range(5)}) == 1
    told = Result(question.request_id, True, PRICE)
    trial.learn([told, told])
    trial.learn([told._replace(cost=0.0)])
    assert trial.log.read_known(1)["cost"].tolist() == [PRICE]


# What goes wrong


def fail(row):
    raise ConnectionError("the shadow is down")


def say_nonsense(row):
    return float("nan")


@pytest.mark.parametrize("candidate", [fail, say_nonsense])
def test_a_shadow_that_is_down_is_refused_in_one_line_and_callers_notice_nothing(candidate, tmp_path):
    trial = open_side(SHADOW, tmp_path, candidate=candidate)
    verdicts = live(trial, 14)
    assert verdicts[3].why == f"day 4 of 14, the candidate answered 0% of {4 * SLOT * SLOTS} questions in time"
    assert verdicts[-1].decision == Decision.REFUSE
    assert verdicts[-1].why == f"after 14 days: the candidate answered 0% of {14 * SLOT * SLOTS} questions in time"
    assert (trial.log.read_known(1)["missing"] == 1).all()


def test_a_number_of_32_bits_is_an_answer_as_any_other(tmp_path):
    trial = open_side(SHADOW, tmp_path, candidate=lambda row: np.float32(0.25))
    live(trial, 2)
    known = trial.log.read_known(1)
    assert not known["missing"].any()


@pytest.mark.parametrize("cost", [float("nan"), float("inf")])
def test_a_cost_that_is_no_number_is_refused_and_nothing_of_its_batch_is_kept(cost, tmp_path):
    trial = open_side(ONLINE, tmp_path)
    Airport().live_day(trial, "2013-07-01")
    before = trial.log.read_known(1)
    with pytest.raises(ValueError, match="the cost of second is no number: none of these 2 results is kept"):
        trial.learn([Result("first", True, 1.0), Result("second", True, cost)])
    pd.testing.assert_frame_equal(trial.log.read_known(1), before)


def test_an_interval_that_is_no_number_shows_nothing():
    seen = Seen(days=3, units=10.0, total=float("nan"), squares=float("nan"), flights=10.0, missing=0.0)
    for judge in (
        lambda: judge_any_time(seen, 28, 100.0, Decision.REFUSE),
        lambda: judge_once(seen, 14, Decision.PASS),
    ):
        verdict = judge()
        assert verdict.decision == Decision.GO_ON
        assert not verdict.shown


def test_a_shadow_that_hangs_holds_nobody_up(tmp_path):
    hangs = Event()
    trial = open_side(SHADOW, tmp_path, candidate=lambda row: hangs.wait())
    answers = Airport().live_day(trial, "2013-07-01")
    assert {answer.by for answer in answers} == {Arm.CHAMPION}
    assert len(trial._asked[Arm.CANDIDATE]._under_way) == 8  # no more are asked than it holds up
    hangs.set()


def test_online_the_table_answers_for_a_candidate_that_is_down_and_the_candidate_pays_for_it(tmp_path):
    trial = open_side(ONLINE, tmp_path, candidate=fail, champion=GOOD)
    answers = Airport().live_day(trial, "2013-07-01")
    assert {answer.by for answer in answers if answer.arm == Arm.CANDIDATE} == {Arm.TABLE}
    assert {answer.risk for answer in answers if answer.by == Arm.TABLE} == {0.3}
    assert live(trial, 28, first=1)[-1].decision == Decision.REFUSE


def test_online_the_table_answers_for_a_candidate_that_is_late(tmp_path, monkeypatch):
    monkeypatch.setattr(ModelTrial, "limit", 0.01)
    hangs = Event()
    trial = open_side(ONLINE, tmp_path, candidate=lambda row: hangs.wait())
    answers = [trial.answer(question) for question in [*Airport().ask_day("2013-07-01")][:20]]
    assert {answer.by for answer in answers if answer.arm == Arm.CANDIDATE} == {Arm.TABLE}
    hangs.set()


@pytest.mark.parametrize("name", TRIALS)
def test_a_trial_that_is_killed_half_way_goes_on_with_the_same_coins_and_loses_nothing(name, tmp_path):
    airports = Airport(5), Airport(5)
    whole = open_side(name, tmp_path / "whole")
    live(whole, 6, airports[0])
    for first in (0, 3):  # the second is opened on what the first left, which was never closed
        halved = open_side(name, tmp_path / "halved")
        live(halved, 3, airports[1], first)
    assert halved.see(halved.stage) == whole.see(whole.stage)
    assert halved.decide() == whole.decide()


@pytest.mark.parametrize("name", TRIALS)
def test_a_trial_that_is_stopped_before_its_time_says_so_and_the_champion_answers_alone(name, tmp_path):
    trial, airport = open_side(name, tmp_path), Airport()
    live(trial, 3, airport)
    known = len(trial.log.read_known(1))
    verdict = trial.stop("a holiday begins")
    trial.close()
    again = open_side(name, tmp_path)
    stage = "online" if name == ONLINE else "shadow"
    assert verdict.why == f"stopped in {stage} after 3 days, nothing shown: a holiday begins"
    assert again.decide() == again.stop("once more") == verdict
    assert {answer.by for answer in airport.live_day(again, "2013-09-01")} == {Arm.CHAMPION}
    assert len(again.log.read_known(1)) == known == 3 * SLOT * SLOTS


def test_what_one_process_decides_holds_in_another_from_its_next_look_on(tmp_path):
    first, second = (open_side(ONLINE, tmp_path, candidate=GOOD) for _ in range(2))
    live(first, 2)
    stopped = first.stop("the season is over")
    assert second.decide() == stopped
    answers = Airport().live_day(second, "2013-08-01")
    assert {answer.by for answer in answers} == {Arm.CHAMPION}


def test_an_answer_goes_out_and_is_counted_where_the_log_cannot_be_written(tmp_path, monkeypatch):
    trial = open_side(SHADOW, tmp_path)

    def refuse(*args):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(trial.log, "keep", refuse)
    (question, *_) = Airport().ask_day("2013-07-01")
    assert isinstance(trial.answer(question), Answer)
    assert (trial.unlogged, len(trial.log.read_known(1))) == (1, 0)


# What the desk gives out


def test_the_desk_gives_seats_to_the_riskiest_of_an_hour_as_far_as_it_is_worth_it_and_there_is_room():
    risk = np.array([0.4, 0.9, 0.2, 0.5, 0.5, 0.1, 0.2, 0.34])
    slot = np.array([0, 0, 0, 0, 0, 1, 1, 1])
    assert give_out(slot, risk).tolist() == [False, True, False, True, False, False, False, True]
    assert give_out(slot[:0], risk[:0]).tolist() == []
