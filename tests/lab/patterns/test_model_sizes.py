"""What size is worth and what it takes: figures on made-up flights and a made-up clock."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lab.patterns import size_costs, sized_models
from lab.patterns.size_rows import fit_pairs, sweep_rows
from lab.patterns.size_verdicts import Judge, find_enough
from lab.patterns.sized_models import LEARNER, STACK, TABLE, TRIO, Flights
from lab.patterns.staged_load import Cell
from lab.patterns.staged_patience import compare, find_turn, lose, lose_first_only
from measure.data.comparison import Word
from problem.contract import CATEGORIES, FEATURES
from problem.too_big import NUMBERS

ROWS = 400
DRAWN = {STACK: np.array([0.4, 0.4, 0.4]), LEARNER: np.array([0.5, 0.5, 0.5]), TABLE: np.array([0.6, 0.6, 0.6])}


def make_rows():
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(ROWS, len(NUMBERS))), columns=list(NUMBERS))
    rows[list(CATEGORIES)] = random.choice(["UA", "EWR", "IAH"], (ROWS, len(CATEGORIES)))
    return rows.assign(late=(rows["wind_speed"] > 0.8).astype(int), day=np.arange(ROWS) // 10)


@pytest.mark.filterwarnings("ignore:Got `batch_size`", "ignore:Stochastic")
def test_large_models_are_the_mean_of_members_that_are_fitted_once(monkeypatch):
    monkeypatch.setitem(sized_models.BIGGER, "max_iter", 3)
    rows = make_rows()
    models = sized_models.fit_models(rows, trees=2)
    trio, stack = models[TRIO][-1].named_estimators_, models[STACK][-1].named_estimators_
    assert ([*trio], [*stack]) == (["learner", "grown", "network"], ["learner", "grown", "network", "forest"])
    assert all(stack[name].estimator is trio[name].estimator for name in trio)
    vectors = rows[list(FEATURES)]
    each = [member.predict_proba(models[LEARNER][0].transform(vectors))[:, 1] for member in stack.values()]
    np.testing.assert_allclose(models[STACK].predict_proba(vectors)[:, 1], np.mean(each, axis=0))


def test_more_flights_are_learned_from_and_the_same_are_judged(monkeypatch):
    monkeypatch.setitem(sized_models.BIGGER, "max_iter", 3)
    rows = make_rows().assign(flight_id=range(ROWS))
    there = fit_pairs({4: rows[rows["flight_id"] % 4 == 0]})
    few, all_of_them = sweep_rows(rows, Flights(rows, rows), there, (4, 1))
    assert (few["flights"], all_of_them["flights"]) == (ROWS // 4, ROWS)
    assert all_of_them["learner"]["value"] < few["learner"]["value"]
    assert all_of_them["difference"]["value"] == pytest.approx(
        all_of_them["grown"]["value"] - all_of_them["learner"]["value"]
    )


def make_cell(first, final):
    return Cell(np.array(first), np.array(final), 0, 0, 1.0, 0.0)


def test_a_caller_has_the_best_answer_that_came_in_time():
    cell = make_cell([0.001, 0.001, 0.3, np.inf], [0.02, 0.2, 0.4, np.inf])
    losses = [float(lose(cell, DRAWN, patience)[0]) for patience in (0.0005, 0.01, 0.05, 0.25, 5.0)]
    assert losses == pytest.approx(
        [0.6, (0.5 * 2 + 0.6 * 2) / 4, (0.4 + 0.5 + 1.2) / 4, (0.8 + 1.2) / 4, (1.2 + 0.6) / 4]
    )
    assert float(lose_first_only(cell, DRAWN, 5.0)[0]) == pytest.approx((3 * 0.5 + 0.6) / 4)


def test_the_turn_is_where_the_verdict_stops_for_good():
    staged, whole = make_cell([0.001] * 4, [0.15] * 4), make_cell([0.08] * 4, [0.08] * 4)
    rows = compare([staged] * 3, [whole] * 3, DRAWN)
    words = {row["patience"]: row["word"] for row in rows}
    assert (words[0.05], words[0.1], words[0.2]) == (Word.BETTER, Word.WORSE, Word.NO_DIFFERENCE)
    assert find_turn(rows) == 0.1
    assert find_turn(compare([staged], [staged], DRAWN)) == 0
    assert find_turn(compare([staged], [make_cell([np.inf], [np.inf])], DRAWN)) is None
    mixed = compare([staged] * 2, [whole, make_cell([0.001] * 4, [0.001] * 4)], DRAWN)
    assert {row["patience"]: row["word"] for row in mixed}[0.05] == Word.CANNOT_TELL


@pytest.mark.filterwarnings("ignore:invalid value", "ignore:All-NaN")  # at other prices nothing flips
def test_decisions_that_flip_are_counted_and_paid_for():
    judge = Judge(Flights(make_rows(), make_rows()))
    late = judge.late.astype(float)
    none, some = np.full(ROWS, 0.1), np.where(late > 0, 0.4, 0.1)
    row = next(row for row in judge.compare_decisions(none, some) if row["price"] == 3)
    assert row["flips"]["value"] == pytest.approx(late.mean())
    assert row["right"]["value"] == 1
    assert row["cost"]["value"] == pytest.approx(-2 * late.mean())
    assert row["cost"]["word"] == Word.BETTER
    moved = judge.count_changes(none, some)
    assert moved["0.05"]["value"] == moved["0.1"]["value"] == pytest.approx(late.mean())


def test_enough_is_the_smallest_that_the_largest_does_not_beat():
    words = {"table": Word.WORSE, "learner": Word.CANNOT_TELL, "grown": Word.WORSE, "stack": Word.NO_DIFFERENCE}
    assert find_enough([{"size": name, "to_stack": {"word": word}} for name, word in words.items()]) == "learner"


def test_a_window_counts_what_is_done_when_it_is_over(monkeypatch):
    now = [0.0]

    def score(rows):
        now[0] += 0.05 + 0.01 * len(rows)
        return [0.5] * len(rows)

    monkeypatch.setattr(size_costs, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    assert size_costs.overrun(score, [{}] * 10, 2) == {"alone": [11 / 23] * 2, "together": [1.0] * 2}
