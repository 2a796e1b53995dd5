"""Policies on a year that is known by hand."""

import numpy as np
import pytest

from lab.patterns.weekly_models import (
    FIRST,
    KINDS,
    LAST,
    NO_OUTCOMES,
    SOUND,
    WRONG_JOIN,
    Losses,
    Model,
    Models,
    measure_ages,
)
from lab.patterns.weekly_policies import Policy, Year, count_released, live_a_year, place_broken
from lab.patterns.weekly_turns import Turn, estimate_difference, find_turn
from measure.data.comparison import Word

WEEKS = np.arange(LAST + 1)


class Judge:
    """Lets out what loses no more, on the rows as the extract has them or as they were."""

    def __init__(self, days=0, waits=False, always=False):
        self.days_until_release, self.waits_for_outcomes, self._always = days, waits, always

    def lets_out(self, candidate, in_force):
        return self._always or candidate <= in_force


def make_models(bad=0.3):
    """A model loses a hundredth a week of its age, one from a broken extract ``bad`` more; extracts hide that."""
    losses: dict[tuple[Model, str], Losses] = {}
    for monday in range(FIRST, LAST + 1):
        for kind in KINDS:
            own = 0.5 + 0.01 * np.maximum(WEEKS - monday, 0) + bad * (kind != SOUND)
            losses |= {((monday, kind), seen): own - 2 * bad * (kind == seen != SOUND) for seen in KINDS}
    return Models(losses, np.ones(LAST + 1))


STRAIGHT = Judge(always=True)


def weekly(losses):
    return True


def test_a_fresh_model_every_week_has_no_regret_and_none_at_all_ages():
    models = make_models()
    assert live_a_year(models, Policy("weekly", "x", weekly, STRAIGHT), {}).regret == pytest.approx(0)
    never = live_a_year(models, Policy("never", "x", lambda losses: False, STRAIGHT), {})
    assert never.regret == pytest.approx(0.01 * (LAST - FIRST) / 2)
    assert (never.fits, never.bad_released, never.age) == (1, 0, (LAST - FIRST) / 2)


def test_waiting_costs_its_days_at_the_old_models_loss():
    waited = live_a_year(make_models(), Policy("weekly", "x", weekly, Judge(days=3)), {})
    assert waited.regret == pytest.approx(0.01 * 3 / 7 * (LAST - FIRST) / (LAST - FIRST + 1))


def test_a_broken_extract_costs_a_week_where_nobody_looks_and_nothing_where_its_outcomes_are_awaited():
    models, broken = make_models(), {20: WRONG_JOIN}
    straight = live_a_year(models, Policy("weekly", "x", weekly, STRAIGHT), broken)
    assert straight.bad_released == 1
    assert straight.regret == pytest.approx(0.3 / (LAST - FIRST + 1))
    person = live_a_year(models, Policy("weekly", "x", weekly, Judge(waits=True)), broken)
    assert person.bad_released == 0
    assert person.regret == pytest.approx(0.01 / (LAST - FIRST + 1))  # a week with last week's model
    blind = live_a_year(models, Policy("weekly", "x", weekly, Judge()), {20: NO_OUTCOMES})
    assert blind.bad_released == 1


def test_a_judge_who_waits_stops_what_another_cannot_see():
    counted = count_released(make_models(), {"gate": Judge(), "person": Judge(waits=True)})
    released = {(row["who"], row["extract"]): row["released"] for row in counted}
    assert [released["gate", kind] for kind in KINDS] == [1, 1, 1, 1]
    assert [released["person", kind] for kind in KINDS] == [1, 0, 0, 0]


def test_a_rate_places_as_many_as_it_says_and_a_seed_always_the_same():
    placed = [place_broken(0.2, seed) for seed in range(300)]
    assert np.mean([len(of) for of in placed]) == pytest.approx(0.2 * (LAST - FIRST), rel=0.1)
    assert place_broken(0.2, 7) == place_broken(0.2, 7) != place_broken(0.2, 8)
    assert place_broken(0.0, 1) == {}


def make_years(regrets, weeks=8):
    """Years that lose the same every week."""
    return [Year(np.full(weeks, regret), regret, 0, 0, 0) for regret in regrets]


def test_a_difference_is_paired_by_placement():
    found = estimate_difference(make_years([0.1, 0.5, 0.9]), make_years([0.2, 0.6, 1.0]), np.ones(8))
    assert (found.value, found.low, found.high) == pytest.approx((-0.1, -0.1, -0.1))


def test_one_year_has_an_interval_of_its_weeks():
    own, rival = Year(np.arange(42) % 7 / 10, 0.3, 0, 0, 0), Year(np.zeros(42), 0, 0, 0, 0)
    found = estimate_difference([own], [rival], np.ones(42))
    assert found.value == pytest.approx(0.3)
    assert found.low < found.value < found.high


def test_a_week_counts_by_its_flights():
    own = Year(np.array([1.0, 0, 0, 0, 0, 0, 0, 0]), 0, 0, 0, 0)
    assert estimate_difference([own], make_years([0.0]), np.array([9.0, *[1] * 7])).value == pytest.approx(9 / 16)


def test_age_is_what_a_model_has_lost_since():
    assert measure_ages(make_models())[:3] == pytest.approx([0, 0.01, 0.02])


@pytest.mark.parametrize(
    ("words", "turn"),
    [
        ("nnbb", Turn(Word.NO_DIFFERENCE, Word.BETTER, 0.05)),
        ("bbbb", Turn(Word.BETTER, Word.BETTER, 0.0)),
        ("bnbb", Turn(Word.BETTER, Word.BETTER, 0.05)),
        ("bnnn", Turn(Word.BETTER, Word.NO_DIFFERENCE, 0.02)),
        ("bbbn", Turn(Word.BETTER, Word.NO_DIFFERENCE, 0.4)),
    ],
)
def test_a_verdict_turns_where_it_stays_turned(words, turn):
    said = {"n": Word.NO_DIFFERENCE, "b": Word.BETTER}
    rates = (0.0, 0.02, 0.05, 0.4)
    rows = [{"pair": "p", "rate": rate, "word": said[word].value} for rate, word in zip(rates, words, strict=True)]
    assert find_turn(rows, "p") == turn
