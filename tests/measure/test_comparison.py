"""The three words, on planted differences of known size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measure.data.believed import log_loss_gap
from measure.data.comparison import Margin, Word, compare_costs, judge_difference
from measure.data.days import Days, Estimate, estimate

MARGIN = 0.005
NATS, RATIO = Margin(MARGIN), Margin(1.25, as_ratio=True)


@pytest.mark.parametrize(
    ("difference", "word"),
    [
        ((-0.01, -0.012, -0.008), Word.BETTER),
        ((0.01, 0.008, 0.012), Word.WORSE),
        ((0.0, 0.0, 0.0), Word.NO_DIFFERENCE),
        ((0.002, 0.001, 0.003), Word.NO_DIFFERENCE),  # surely there, and not worth having
        ((0.005, 0.001, 0.009), Word.WORSE),  # the estimate reaches the margin
        ((0.004, 0.001, 0.009), Word.CANNOT_TELL),  # surely there, and perhaps too small
        ((0.01, -0.001, 0.02), Word.CANNOT_TELL),
        ((0.0, -0.02, 0.02), Word.CANNOT_TELL),  # not significant is not equal
    ],
)
def test_the_words_are_those_of_the_rule(difference, word):
    assert judge_difference(Estimate(*difference), MARGIN) == word


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1))
def test_seen_from_the_rival_the_word_turns_round(value, below, above):
    own = judge_difference(Estimate(value, value - below, value + above), 0.1)
    rival = judge_difference(Estimate(-value, -value - above, -value + below), 0.1)
    turned = {Word.BETTER: Word.WORSE, Word.WORSE: Word.BETTER}
    assert rival == turned.get(own, own)


def plant(effect, random):
    """Answers of two systems over a quarter: the second loses ``effect`` nats more, on days that are alike for both."""
    day = np.repeat(np.arange(92), 300)
    risk = np.clip(0.25 + np.repeat(random.normal(0, 0.08, 92), 300), 0.05, 0.9)
    late = random.random(len(day)) < risk
    gain = -np.log(np.where(late, risk, 1 - risk))
    loss = gain + effect + np.repeat(random.normal(0, 0.004, 92), 300)  # the two differ by the day, too
    worse = np.where(late, np.exp(-loss), 1 - np.exp(-loss))
    return late, day, risk, np.clip(worse, 1e-6, 1 - 1e-6)


@pytest.mark.parametrize(
    ("effect", "word"), [(2 * MARGIN, Word.BETTER), (MARGIN / 2, Word.NO_DIFFERENCE), (0.0, Word.NO_DIFFERENCE)]
)
def test_a_planted_effect_gets_its_word_in_nearly_every_quarter(effect, word):
    random = np.random.default_rng(11)
    said = []
    for _ in range(20):
        late, day, good, poor = plant(effect, random)
        gap = log_loss_gap(late, day, good, poor)  # rival minus own
        said.append(judge_difference(Estimate(-gap.value, -gap.high, -gap.low), MARGIN))
    assert said.count(word) >= 19


@pytest.mark.parametrize("margin", [NATS, Margin(0.01), Margin(0.05), Margin(15.0)])
@pytest.mark.parametrize(("times", "word"), [(2, Word.BETTER), (0.5, Word.NO_DIFFERENCE), (-2, Word.WORSE)])
def test_a_planted_effect_gets_its_word_at_every_margin(margin, times, word):
    own, rival = 10 * margin.least, (10 + times) * margin.least
    noise = margin.least / 10
    own_cost, rival_cost = (Estimate(figure, figure - noise, figure + noise) for figure in (own, rival))
    assert compare_costs(own_cost, rival_cost, margin) == word


@pytest.mark.parametrize(("ratio", "word"), [(1.25**2, Word.BETTER), (1.25**0.5, Word.NO_DIFFERENCE)])
def test_a_planted_ratio_gets_its_word(ratio, word):
    own, rival = Estimate(20, 19.5, 20.5), Estimate(20 * ratio, 19.5 * ratio, 20.5 * ratio)
    assert compare_costs(own, rival, RATIO) == word


def test_nothing_and_without_end_can_be_compared():
    nothing, some, never = Estimate(0, 0, 0), Estimate(3, 2, 4), Estimate(np.inf, np.inf, np.inf)
    assert compare_costs(nothing, some, RATIO) == Word.BETTER
    assert compare_costs(nothing, nothing, RATIO) == Word.NO_DIFFERENCE
    assert compare_costs(never, some, RATIO) == Word.WORSE
    assert compare_costs(never, never, RATIO) == Word.NO_DIFFERENCE


def test_pairing_tells_what_two_intervals_of_their_own_cannot():
    random = np.random.default_rng(5)
    late, day, good, poor = plant(2 * MARGIN, random)
    losses = [-np.log(np.where(late, p, 1 - p)) for p in (good, poor)]
    own, rival = (estimate(Days(day).means(loss)) for loss in losses)
    assert compare_costs(own, rival, NATS) == Word.CANNOT_TELL
    paired = estimate(Days(day).means(losses[0] - losses[1]))
    assert judge_difference(paired, MARGIN) == Word.BETTER
