"""Three ways to be ready for a rush, behind one door: each does the job, and each keeps what it is."""

from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest

from lab.cards import read_cards
from lab.load.load_result import NO_ANSWER, OK
from lab.load.loops import closed_loop
from lab.load.served_system import HOST, free_port
from lab.patterns.experiments.ready_for_the_rush import FULL, HARD, measure_on
from lab.patterns.made_up_rows import fit_on_made_up_rows
from lab.patterns.parted_models import LARGE, write_question
from lab.patterns.rush_arms import encode, write_programs
from lab.patterns.rush_cases import (
    BOTH,
    BREAKS,
    CAPACITY,
    EXHIBIT,
    FLAKY,
    NOTHING,
    RETRIES,
    RUSH,
    SHEDDING,
    SLOW,
    SPARE,
    TABLED,
    TESTED,
    TIMEOUT,
    USUAL,
    WAIT,
    Case,
    Phases,
    name_arms,
)
from lab.patterns.rush_models import choose_rows, judge_answers, publish
from lab.patterns.rush_seen import Asked, describe, describe_late, find_recovery
from lab.patterns.rush_troubles import Asking, describe_arm
from lab.patterns.rush_verdicts import add_worth, compare, compare_instead, find_turn, sum_up
from lab.patterns.troubled_model import FILE, Trouble, open_troubled, read_trouble, write_trouble
from measure.data.comparison import Word
from parts.model_service.refusals import NotAnswered
from parts.supervisor.supervisor import keep_running
from problem.rush import PATIENCE, Guards, Seen, Trial

SIDES = {card.id: card.package for card in read_cards().values() if card.experiment == "ready_for_the_rush"}


@pytest.fixture(params=SIDES)
def name(request):
    return request.param


def read_side(name):
    return import_module(f"{SIDES[name]}.readiness")


# What they are

SEEN = [Seen(Trial(rate=5.0), 5.0, 1.0), Seen(Trial(rate=30.0), 9.7, 0.1), Seen(Trial(callers=8), 9.7, 1.0)]


def check_structure(name, side):
    """Hold a side to what is said of the one of that name."""
    trials, guards = side.plan_trials(5.0, 30.0), side.choose_guards(SEEN)
    loops = {"closed" if trial.callers else "open" for trial in trials}
    assert loops == {EXHIBIT: {"closed"}, TESTED: {"open"}, BREAKS: set()}[name]
    kept = {"bound": guards.at_once > 0, "breaker": guards.failures > 0, "tries": guards.tries > 1}
    kept["table"] = guards.table
    own = {EXHIBIT: {"tries"}, TESTED: {"bound"}, BREAKS: {"breaker", "table"}}
    assert {what for what, has in kept.items() if has} == own[name]


def test_the_exhibit_turns_nobody_away_and_tries_again_the_others_do_neither(name):
    check_structure(name, read_side(name))


def test_sides_that_are_swapped_are_noticed(name):
    for other in SIDES.keys() - {name}:
        with pytest.raises(AssertionError):
            check_structure(name, read_side(other))


def test_a_load_test_rises_to_the_rush_and_lets_in_what_it_saw_answered_in_time():
    side = read_side(TESTED)
    rates = [trial.rate for trial in side.plan_trials(5.0, 30.0)]
    assert rates == pytest.approx([5, 5 * 6**0.5, 30])
    for capacity, bound in ((1.0, 1), (9.7, 5), (200.0, 120)):
        assert side.choose_guards([Seen(Trial(rate=30.0), capacity, 0.1)]) == Guards(at_once=bound)
    assert side.choose_guards([Seen(Trial(callers=8), 9.7, 1.0)]) == side.choose_guards(SEEN)
    for seen in ([], [Seen(Trial(rate=30.0), 0.0, 0.0)]):
        with pytest.raises(ValueError, match="nobody knows how many to let in"):
            side.choose_guards(seen)


def test_arms_differ_by_one_guard_and_both_has_those_of_two_sides():
    arms = name_arms({name: read_side(name).choose_guards(SEEN) for name in SIDES})
    steps = [Guards(), arms[TIMEOUT], arms[RETRIES]]
    assert [sum(one != other for one, other in zip(*pair, strict=True)) for pair in pairwise(steps)] == [1, 1]
    assert arms[BOTH] == read_side(BREAKS).choose_guards(SEEN)._replace(at_once=5)
    assert arms[TABLED] == arms[SHEDDING]._replace(table=True)
    assert all(0 < arm.limit < PATIENCE for arm in (arms[TIMEOUT], arms[BOTH]))


# The model and its troubles


@pytest.fixture(scope="module")
def fitted():
    return fit_on_made_up_rows()


@pytest.fixture(scope="module")
def models(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rush") / "models"
    publish(fitted, folder)
    return folder


@pytest.fixture(scope="module")
def questions(fitted):
    return [write_question(row, [LARGE]) for row in choose_rows(fitted, 40)]


def test_a_model_in_trouble_says_the_same_and_fails_in_the_share_that_it_is_told(models, tmp_path, monkeypatch):
    file = tmp_path / "trouble"
    monkeypatch.setenv(FILE, str(file))
    score = open_troubled(models, {"graph": f"{LARGE}.onnx"})
    row = [0.0] * 21
    told = set()
    for trouble in (Trouble(0.0), Trouble(0.02)):
        write_trouble(trouble, file)
        told.add(score(row))
    assert len(told) == 1
    write_trouble(Trouble(0.0, fails=0.2), file)
    assert read_trouble(file) == Trouble(0.0, 0.2)
    failed = np.array([not _is_scored(score, row) for _ in range(500)])
    assert failed.reshape(-1, 5).sum(axis=1).tolist() == [1] * 100
    assert (failed[1:] & failed[:-1]).any()


def _is_scored(score, row):
    try:
        return score(row) is not None
    except NotAnswered:
        return False


def test_a_case_says_what_is_asked_and_what_the_model_does():
    assert [Case(RUSH, by).more for by in (0.1, 0.5, 3)] == [0, 0, 3 * CAPACITY - USUAL]
    assert (Case(RUSH, 3).trouble, Case(SLOW, 10).more) == (Trouble(WAIT), 0)
    assert (Case(SLOW, 10).trouble, Case(FLAKY, 0.2).trouble) == (Trouble(1.0), Trouble(WAIT, 0.2))


def test_the_loss_of_a_constant_is_that_of_the_known_rate_and_the_model_saves_more_than_the_table(fitted):
    told = judge_answers(fitted)
    rate, late = fitted.known["late"].mean(), fitted.later["late"].mean()
    loss = told["constant"]["loss"]["value"]
    assert loss == pytest.approx(-late * np.log(rate) - (1 - late) * np.log(1 - rate))
    for of in told.values():
        assert of["saves"]["value"] == pytest.approx(loss - of["loss"]["value"])
    assert {*told} == {"model", "small model", "table", "wider table", "constant"}
    assert told["model"]["saves"]["value"] > max(0, told["table"]["saves"]["value"])


# What callers saw


def make_asked(rate=10.0, seconds=20.0, **more):
    due = np.arange(round(rate * seconds)) / rate
    count = len(due)
    usual = {"waits": np.full(count, 0.1), "statuses": np.full(count, OK), "table": np.zeros(count, bool), "lag": 0.0}
    return Asked(due, **{**usual, **more})


def test_shares_are_those_that_were_planted():
    waits, statuses, table = np.full(100, 0.1), np.full(100, OK), np.zeros(100, bool)
    waits[:13], statuses[10:30], table[30:70] = 3.0, 503, True
    statuses[70:75] = NO_ANSWER
    asked = make_asked(5.0, 20.0, waits=waits, statuses=statuses, table=table)
    told = describe(asked) | describe_late(asked)
    shares = [told[key] for key in ("model", "table", "refused", "told late", "late", "lost")]
    assert shares == pytest.approx([0.25, 0.4, 0.17, 0.03, 0.1, 0.05])
    assert sum(shares) == pytest.approx(1)
    assert (told["p99"], told["patient"]["1.0"], told["patient"]["5.0"]) == (3.0, 0.25, pytest.approx(0.35))
    asked = make_asked(statuses=np.full(200, 503))
    nobody = describe(asked) | describe_late(asked)
    assert (nobody["p99"], nobody["model"], nobody["refused"]) == (None, 0, 1)


def test_only_what_was_left_alone_until_callers_hung_up_says_what_came_late():
    short, long = (describe_arm([make_asked()], Phases(1, 5, after)) for after in (9.9, 10))
    assert {*long} - {*short} == {"told late", "late", "lost", "p99", "waited", "patient", "recovered", "answering"}


def test_recovery_is_when_the_last_loss_was_and_nowhere_if_losses_go_on():
    asked = make_asked()
    good = np.ones(200, bool)
    assert find_recovery(asked, 10.0, good) == 0
    assert find_recovery(asked, 10.0, good & (asked.due > 9)) == 0
    assert find_recovery(asked, 10.0, good & (asked.due > 13)) == pytest.approx(3)
    assert find_recovery(asked, 10.0, good & (asked.due < 19)) is None
    assert find_recovery(asked, 10.0, ~good) is None


def make_rows(shares):
    """``shares``: by arm and round, what the model answered of each strength."""
    return [
        {"kind": SLOW, "strength": strength, "round": number, "arm": arm, "model": share, "table": table}
        | dict.fromkeys(("refused", "late", "lost", "waited", "calls", "p99", "recovered", "answering"), 0.0)
        for arm, (table, of) in shares.items()
        for strength, rounds in of.items()
        for number, share in enumerate(rounds)
    ]


def test_a_verdict_has_to_hold_in_every_round_and_turns_where_it_does_at_all_higher_strengths():
    answers = {"model": {"saves": {"value": 0.1}}, "table": {"saves": {"value": 0.02}}}
    own = {2: [0.9, 0.9], 4: [0.9, 0.5], 6: [0.9, 0.8], 8: [0.7, 0.7]}
    rival = {2: [0.1, 0.1], 4: [0.5, 0.5], 6: [0.1, 0.1], 8: [0.1, 0.1]}
    rows = add_worth(make_rows({"own": (0.1, own), "rival": (0.0, rival)}), answers)
    by_model = [row for row in compare(rows, "own", "rival") if row["figure"] == "model"]
    assert [row["word"] for row in by_model] == ["better", "cannot tell", "better", "better"]
    assert find_turn(by_model, Word.BETTER) == 6
    assert find_turn(by_model, Word.WORSE) is None
    first = next(row for row in sum_up(rows) if row["arm"] == "own")
    assert (first["good"]["value"], first["worth"]["value"]) == (1.0, pytest.approx(0.092))


def test_what_answers_instead_is_worth_its_savings_wherever_it_answers():
    answers = {"model": {"saves": {"value": 0.1}}, "constant": {"saves": {"value": 0.0}}}
    answers |= {name: {"saves": {"value": worth}} for name, worth in (("table", 0.02), ("wider table", 0.03))}
    answers["small model"] = {"saves": {"value": 0.08}}
    rows = make_rows({TABLED: (0.6, {3: [0.4]}), BOTH: (0.5, {3: [0.4]})})
    found = compare_instead(rows, answers, [(BOTH, TABLED), (BOTH, SPARE)])
    told = {(row["instead"], row["rival"]): row["value"] for row in found}
    assert told["small model", TABLED] == pytest.approx(-0.1 * 0.08)
    assert told["small model", SPARE] == pytest.approx(0.4 * 0.1 - 0.5 * 0.08)
    assert told["constant", TABLED] == 0


# With real processes


def list_programs(name, models, trouble):
    """The front of a side, whose model is never started, and its port."""
    ports = free_port(), free_port()
    guards = read_side(name).choose_guards(SEEN)
    return write_programs(name, guards, ports, models, trouble)[0]._replace(path="/health"), ports[0]


@pytest.mark.service
def test_a_model_that_is_down_costs_no_question_its_answer(models, questions, tmp_path):
    fronts = {name: list_programs(name, models, tmp_path / "trouble") for name in SIDES}
    with keep_running([program for program, _ in fronts.values()]):
        for name, (_, port) in fronts.items():
            asking = Asking(f"http://{HOST}:{port}", encode(questions), timeout=60.0)
            run = closed_loop(asking, 4, len(questions))
            by_table = name == BREAKS
            assert run.statuses.tolist() == [OK if by_table else 503] * len(questions)
            assert len(asking.by_table) == by_table * len(questions)


@pytest.mark.service
def test_a_small_experiment_finds_every_arm_at_work(fitted, tmp_path):
    sides = {name: import_module(package) for name, package in SIDES.items()}
    short = Phases(0.2, 1, 0.5)
    plan = FULL._replace(arms=(RETRIES, BOTH), main=(HARD,), dials=(), rounds=1, phases=short, trial=1.0, ceiling=100)
    found = measure_on(fitted, tmp_path, sides, plan)
    assert [row["arm"] for row in found["summary"]] == [NOTHING, RETRIES, BOTH]
    assert [row["asked"] for row in found["rows"]] == [30] * 3
    assert found["guards"][BOTH]["at_once"] > 0
    assert [row["callers"] for row in found["trials"]] == [4, 8, 12, 0, 0, 0, 8, 0]
    assert all(row["bound"] > 0 for row in found["trials"][:6])
    assert not {"late", "waited", "recovered"} & {*found["rows"][0]}
    assert {(row["own"], row["rival"]) for row in found["compared"]} == {(BOTH, NOTHING), (BOTH, RETRIES)}
    assert found["headline"].count("retries") == 2
