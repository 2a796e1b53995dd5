"""Who is better, by margins that were stated before; and whether it was foreseen."""

from dataclasses import replace

import pytest
from pandas import Series

from lab.study.scorecard_questions import LEADS, QUESTIONS, VERDICTS
from lab.study.scorecard_rows import Row, make_absent, make_spread, pair_rounds
from lab.study.verdicts import (
    compare_rows,
    find_margin,
    find_winner,
    find_winners,
    judge_ratio,
    read_margins,
    read_predictions,
    settle,
)
from measure.data.comparison import Word


def test_every_measure_and_request_has_a_prediction():
    expected = {"G0", "P", *map(str, range(1, 13)), *(f"C{n}" for n in range(1, 16))}
    assert set(read_predictions()) == expected
    assert {VERDICTS[key] for key in VERDICTS} <= expected


def test_the_best_system_wins_unless_nobody_can_tell():
    split, fti = Row("skew", "split", "x", 0.9, 0.8, 1.0), Row("skew", "fti", "x", 0.1, 0.0, 0.2)
    assert find_winner([split, fti]) == "fti"
    assert find_winner([split, replace(fti, value=0.7, low=0.6, high=0.85)]) == "cannot tell"
    assert (
        find_winner([split, replace(split, system="fti")]) == "cannot tell"
    )  # the intervals are wider than the margin
    exact = [Row("skew", name, "x", share) for name, share in (("split", 0.5), ("fti", 0.1), ("monolith", 0.12))]
    assert find_winner(exact) == "monolith = fti"  # 0.02 lies within the margin of 0.05
    assert find_winner(exact[1:]) == "tie"
    assert find_winner([split]) == ""


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_figures_of_a_system_the_worst_counts(order):
    rows = [Row("gate", "split", "x", 3.0), Row("gate", "split", "x", 0.0), Row("gate", "fti", "x", 0.0)]
    assert find_winner(rows[::order]) == "fti"
    assert find_winner([replace(row, value=0.0) for row in rows]) == "tie"


def test_a_belief_that_errs_on_the_modest_side_is_as_wrong_as_one_that_boasts():
    modest, boasting = Row("gap", "monolith", "x", -0.02, -0.03, -0.015), Row("gap", "split", "x", 0.02, 0.015, 0.03)
    true = Row("gap", "fti", "x", 0.0, -0.001, 0.001)
    assert find_winner([modest, boasting, true]) == "fti"
    assert find_winner([modest, boasting]) == "cannot tell"


@pytest.mark.parametrize("key", [key for key, question in QUESTIONS.items() if question.better != "context"])
def test_an_effect_of_twice_the_margin_is_called_better_and_one_of_half_of_it_is_not(key):
    margin, lower = find_margin(key), QUESTIONS[key].better != "higher"
    for times, winner in ((2, "fti"), (0.5, "tie")):
        worse = 10 * margin.least**times if margin.as_ratio else times * margin.least
        own, rival = (10.0 if margin.as_ratio else 0.0), worse
        figures = {"fti": own if lower else rival, "split": rival if lower else own}
        if key in LEADS:
            figures = {name: value / 1.0 for name, value in (("fti", -worse), ("split", worse))}
            figures = figures if lower else {name: -value for name, value in figures.items()}
        assert find_winner([Row(key, name, "x", value) for name, value in figures.items()]) == winner


SPEEDS = (1.0, 3.0, 0.7, 2.0)
"""How slow the machine was in each round, to both."""


def make_pair(ratios):
    rounds = [Series(SPEEDS), Series(SPEEDS) * ratios]
    return [make_spread("latency", name, "batch", of, "") for name, of in zip(("fti", "split"), rounds, strict=True)]


def test_rounds_are_compared_with_their_own_so_a_slow_hour_tells_nothing():
    own, rival = make_pair([2.0, 1.9, 2.1, 2.0])
    assert own.interval[1] > rival.interval[0]
    assert compare_rows(own, rival) == Word.BETTER
    assert compare_rows(rival, own) == Word.WORSE
    assert compare_rows(own, rival, "higher") == Word.WORSE
    assert compare_rows(*make_pair([1.1, 0.9, 1.0, 1.05])) == Word.NO_DIFFERENCE
    assert compare_rows(*make_pair([2.0, 1.9, 0.9, 2.0])) == Word.CANNOT_TELL


def test_where_differences_are_judged_or_the_rival_has_nothing_no_ratio_is_taken():
    own, rival = (make_spread("outside_models", "fti", "batch", Series([0.5, of]), "") for of in (0.5, 0.0))
    assert not find_margin("outside_models").as_ratio
    assert compare_rows(own, rival) == Word.CANNOT_TELL
    nothing = make_spread("latency", "split", "batch", Series([0.0, 1.0]), "")
    assert pair_rounds(make_spread("latency", "fti", "batch", Series([1.0, 1.0]), ""), nothing) is None


def test_what_took_no_turns_together_is_compared_by_its_ends():
    own, rival = make_pair([2.0, 2.0, 2.0, 2.0])
    assert compare_rows(own, replace(rival, rounds=rival.rounds[:3])) == Word.CANNOT_TELL


def test_only_systems_that_answer_the_same_kind_of_question_are_compared():
    rows = [
        Row("age", "monolith", "batch", 0.0),
        Row("age", "split", "real_time", 0.0),
        Row("age", "fti", "batch", 300.0),
        Row("age", "fti", "real_time", 200.0),
    ]
    assert find_winners(rows, "age") == {"batch": "monolith", "real_time": "split"}
    assert settle(rows, "age") == "hit"  # split was predicted, and wins where it competes
    assert settle([*rows[:1], Row("age", "split", "real_time", 400.0), *rows[2:]], "age") == "miss"
    assert settle([*rows[:1], Row("age", "split", "real_time", 190.0, 100.0, 300.0), *rows[2:]], "age") == "cannot tell"


@pytest.mark.parametrize(
    ("lead", "width", "verdict"),
    [(0.001, 0.004, "tie"), (0.001, 0.006, "cannot tell"), (0.01, 0.004, "split"), (0.003, 0.0025, "cannot tell")],
    ids=["narrow", "wide", "clear", "sure but small"],
)
def test_a_lead_is_a_tie_only_within_the_margin(lead, width, verdict):
    rows = [
        Row("lead_loss", "split", "x", -lead, -lead - width, -lead + width),
        Row("lead_loss", "fti", "x", lead, lead - width, lead + width),
    ]
    assert find_winners(rows, "lead_loss") == {"x": verdict}


def test_every_unit_has_a_margin_that_the_predictions_state():
    assert {unit: margin.least for unit, margin in read_margins().items()} == {
        "AUC": 0.01,
        "nats": 0.005,
        "share": 0.05,
        "minutes": 15,
        "ratio": 1.25,
    }
    assert {unit for unit, margin in read_margins().items() if margin.as_ratio} == {"ratio"}
    assert find_margin("skew") == find_margin("classes") == find_margin("skill")
    assert find_margin("latency") == find_margin("nodes") == read_margins()["ratio"]


def test_a_ratio_that_was_measured_by_turns_is_held_against_one():
    rounds = {Word.BETTER: (0.5, 0.48, 0.6), Word.NO_DIFFERENCE: (1.05, 0.96, 1.2), Word.WORSE: (1.6, 1.4, 1.8)}
    assert {word: judge_ratio(Row("six_models", "fti", "batch", *of)) for word, of in rounds.items()} == {
        word: word for word in rounds
    }
    in_most_rounds = Row("six_models", "fti", "batch", 1.3, 1.1, 1.5)
    assert judge_ratio(in_most_rounds) == Word.CANNOT_TELL


def test_where_nobody_was_to_win_nobody_may_reach_half():
    assert read_predictions()["2"] == "none"
    low = [Row("monitor", "monolith", "batch", 0.49), Row("monitor", "split", "real_time", 0.1)]
    assert settle(low, "monitor") == "hit"
    assert settle([Row("monitor", "monolith", "batch", 0.5)], "monitor") == "miss"
    assert settle([make_absent("monitor", "fti", "batch", "no skew")], "monitor") == "not contested"
