"""Believed vs served: held against scikit-learn, against answers found by hand, and against planted gaps."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss, roc_auc_score

from measure.data import believed as ruler
from measure.data.believed import BelievedVsServed, CannotScore, believed_vs_served, log_loss_gap
from measure.data.days import CannotDraw, Days, Estimate, estimate
from measure.data.scores import auc_draws, log_losses

RANDOM = np.random.default_rng(0)
EVEN_DAYS = np.repeat(np.arange(20), 50)
DAYS = np.sort(RANDOM.integers(0, 20, 1000))
LATE = (RANDOM.random(1000) < 0.3).astype(int)
GOOD = np.clip(0.3 + 0.25 * (LATE - 0.3) + RANDOM.normal(0, 0.1, 1000), 0.01, 0.99).round(2)  # full of ties
POOR = np.clip(0.3 + 0.05 * (LATE - 0.3) + RANDOM.normal(0, 0.1, 1000), 0.01, 0.99).round(2)


def bounds(figure: Estimate) -> Any:
    return figure.value, figure.low, figure.high


def compare(
    late: Any = LATE, day: Any = DAYS, believed: Any = GOOD, served: Any = POOR, **more: Any
) -> BelievedVsServed:
    return believed_vs_served(late, day, believed, served, **more)


def test_identical_predictions_have_no_gap_and_no_interval() -> None:
    result = compare(served=GOOD.copy())
    for gap in (result.log_loss_gap, result.auc_gap, result.flips):
        assert bounds(gap) == (0, 0, 0)


def test_a_toy_gives_the_figures_found_by_hand() -> None:
    result = compare([1, 0, 1, 0], [1, 1, 2, 2], [0.8, 0.2, 0.8, 0.2], [0.8, 0.2, 0.4, 0.6], oracle=[0.5] * 4)
    assert (result.rows, result.days) == (4, 2)
    assert result.believed.auc.value == 1
    assert result.served.auc.value == 0.75  # of the four pairs, (0.4, 0.6) is in the wrong order
    assert result.auc_gap.value == 0.25
    assert result.believed.log_loss.value == pytest.approx(-np.log(0.8))
    assert result.served.log_loss.value == pytest.approx(-(np.log(0.8) + np.log(0.4)) / 2)
    assert result.log_loss_gap.value == pytest.approx((np.log(0.8) - np.log(0.4)) / 2)
    assert result.flips.value == 0.5
    assert result.oracle is not None
    assert result.oracle.auc.value == 0.5
    assert result.oracle.log_loss.value == pytest.approx(np.log(2))


def test_both_gaps_are_positive_where_serving_is_worse_than_believed() -> None:
    result = compare()
    assert 0 < result.log_loss_gap.low <= result.log_loss_gap.value <= result.log_loss_gap.high
    assert 0 < result.auc_gap.low <= result.auc_gap.value <= result.auc_gap.high


def test_swapping_believed_and_served_turns_the_gaps_round() -> None:
    one, other = compare(), compare(believed=POOR, served=GOOD)
    for gap in ("log_loss_gap", "auc_gap"):
        value, low, high = bounds(getattr(one, gap))
        assert bounds(getattr(other, gap)) == pytest.approx((-value, -high, -low))


def test_the_figures_are_those_of_scikit_learn() -> None:
    result = compare(oracle=np.where(LATE == 1, 1.0, 0.0))
    for quality, probability in ((result.believed, GOOD), (result.served, POOR)):
        assert quality.auc.value == pytest.approx(roc_auc_score(LATE, probability), abs=1e-12)
        assert quality.log_loss.value == pytest.approx(log_loss(LATE, probability), abs=1e-12)
    assert result.oracle is not None
    assert result.oracle.auc.value == 1


def test_a_certain_prediction_that_is_wrong_costs_what_scikit_learn_says() -> None:
    late, probability = np.array([True, False, True, False]), np.array([0.0, 1.0, 1.0, 0.0])
    assert log_losses(late, probability).mean() == pytest.approx(log_loss(late, probability))


def test_every_draw_is_that_of_scikit_learn_with_weights() -> None:
    days = Days(DAYS, draws=50)
    aucs, losses = auc_draws(LATE == 1, GOOD, days), days.means(log_losses(LATE == 1, GOOD))
    for weights, auc, loss in zip(days.weights, aucs, losses, strict=True):
        of_row = weights[DAYS]
        assert auc == pytest.approx(roc_auc_score(LATE, GOOD, sample_weight=of_row), abs=1e-12)
        assert loss == pytest.approx(log_loss(LATE, GOOD, sample_weight=of_row), abs=1e-12)


def test_a_draw_takes_as_many_days_as_there_are_and_the_data_come_first() -> None:
    days = Days(DAYS, draws=300)
    assert days.weights.shape == (301, 20)
    assert (days.weights[0] == 1).all()
    assert (days.weights.sum(axis=1) == 20).all()
    assert (days.weights[1:] != 1).any(axis=1).all()


def test_whole_days_are_drawn_and_not_rows() -> None:
    # All rows of a day are alike: the error of a share is that of 20 days, not that of 1000 rows.
    interval = estimate(Days(EVEN_DAYS, block=1).means(EVEN_DAYS % 2))
    by_row = estimate(Days(np.arange(1000), block=1).means(EVEN_DAYS % 2))
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * np.sqrt(0.25 / 20), rel=0.2)
    assert by_row.high - by_row.low == pytest.approx(2 * 1.96 * np.sqrt(0.25 / 1000), rel=0.2)


def test_whole_weeks_are_drawn_and_not_days() -> None:
    # All days of a fortnight are alike, so days tell less than their number says; of a coin a day, as much.
    days = np.arange(364)
    fortnights, coins = (days // 14) % 2, np.random.default_rng(2).integers(0, 2, 364)
    by_week, by_day = Days(days), Days(days, block=1)
    width = {name: np.std(of.means(fortnights)) for name, of in (("week", by_week), ("day", by_day))}
    assert width["week"] / width["day"] == pytest.approx(np.sqrt(7), rel=0.25)
    assert np.std(by_week.means(coins)) / np.std(by_day.means(coins)) == pytest.approx(1, abs=0.25)


def test_the_interval_holds_the_mean_of_dependent_days_as_often_as_it_says() -> None:
    # Three hundred quarters of days that remember the day before (0.4, as the study's do): by day too few hold it.
    held, random = {1: 0, 7: 0}, np.random.default_rng(1)
    for _ in range(300):
        noise = random.normal(size=92)
        for day in range(1, 92):
            noise[day] += 0.4 * noise[day - 1]
        for block in held:
            interval = estimate(Days(np.arange(92), draws=300, block=block).means(noise))
            held[block] += interval.low <= 0 <= interval.high
    assert held[1] < 0.82 * 300
    assert held[7] > 0.84 * 300  # the thirteen blocks of a quarter make up for most of it, not for all


def test_a_block_is_days_in_a_row_and_goes_on_at_the_beginning() -> None:
    days = Days(np.arange(28), draws=500)
    first, last = days.weights[1:, 0], days.weights[1:, -1]
    assert (days.weights.sum(axis=1) == 28).all()
    assert days.weights[1:].mean(axis=0) == pytest.approx(1, abs=0.15)
    assert np.corrcoef(first, last)[0, 1] > 0.7  # neighbours, over the end
    assert abs(np.corrcoef(first, days.weights[1:, 14])[0, 1]) < 0.5


def test_days_far_apart_are_drawn_one_by_one() -> None:
    days = Days(["2013-10-07", "2013-10-22", "2013-11-03", "2013-11-14", "2013-11-27", "2013-12-07", "2013-12-20"])
    assert days.weights[1:].mean(axis=0) == pytest.approx(1, abs=0.1)
    assert np.abs(np.corrcoef(days.weights[1:].T) - np.eye(7)).max() < 0.3


def test_a_few_days_are_drawn_in_shorter_blocks() -> None:
    assert np.ptp(Days(np.arange(7)).weights[1:], axis=0).min() > 0
    assert np.ptp(Days([1, 2]).weights[1:], axis=0).min() > 0


def test_a_label_that_is_no_date_is_refused() -> None:
    with pytest.raises(CannotDraw, match="needs dates or numbers of days, got 'a'"):
        Days(["a", "b"])


def test_the_interval_covers_the_middle_95_percent_of_the_draws() -> None:
    interval = estimate(np.concatenate([[7.0], np.arange(2001), [np.nan]]))
    assert bounds(interval) == (7.0, pytest.approx(50), pytest.approx(1950))


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    assert compare() == compare()
    assert compare().auc_gap != compare(seed=1).auc_gap


def test_the_pairing_makes_the_gap_narrower_than_its_parts() -> None:
    # Serving loses the same amount on every row; only the days differ.
    probability = np.clip(0.2 + 0.3 * (DAYS / 20), 0.01, 0.99)
    result = compare(believed=probability, served=probability * 0.999)
    width = {name: figure.high - figure.low for name, figure in vars(result.believed).items()}
    assert result.log_loss_gap.high - result.log_loss_gap.low < width["log_loss"] / 100


def test_a_decision_at_the_threshold_is_yes() -> None:
    assert compare(believed=np.full(1000, 0.5), served=np.full(1000, 0.49)).flips.value == 1
    assert compare(believed=np.full(1000, 0.5), served=np.full(1000, 0.51)).flips.value == 0
    assert compare(believed=np.full(1000, 0.5), served=np.full(1000, 0.49), threshold=0.3).flips.value == 0


def test_a_planted_share_of_flips_is_found_exactly() -> None:
    served = np.full(1000, 0.2)
    served[RANDOM.choice(1000, 50, replace=False)] = 0.8
    assert compare(believed=np.full(1000, 0.2), served=served).flips.value == 0.05


def test_draws_without_both_labels_are_left_out_of_the_interval() -> None:
    late, day = [1, 1, 0, 1], [1, 1, 2, 2]  # a draw of day 1 alone has no AUC
    auc = compare(late, day, [0.9, 0.3, 0.5, 0.6], [0.5] * 4).believed.auc
    assert [auc.value, auc.high] == pytest.approx([2 / 3, 1])
    assert np.isfinite(auc.low)


NONE = "are no probability (0 to 1, no nulls)"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "one label": ({"late": np.ones(1000)}, "late must hold 0 and 1, both of them; got [1.0]"),
    "other labels": ({"late": LATE + 1}, "late must hold 0 and 1, both of them; got [1, 2]"),
    "null label": ({"late": np.where(LATE == 1, 1, np.nan)}, "late must hold 0 and 1, both of them; got [1.0, nan]"),
    "lengths": (
        {"served": POOR[1:]},
        "different numbers of rows: {'late': 1000, 'day': 1000, 'believed': 1000, 'served': 999}",
    ),
    "many labels": ({"late": np.arange(1000) % 7}, "late must hold 0 and 1, both of them; got [0, 1, 2, 3, 4]"),
    "null": ({"served": np.where(POOR > 0.5, np.nan, POOR)}, f"{(POOR > 0.5).sum()} of served {NONE}"),
    "minutes": ({"believed": GOOD * 100}, f"{(GOOD * 100 > 1).sum()} of believed {NONE}"),
    "a little too much": ({"served": POOR + 1}, f"1000 of served {NONE}"),
    "log odds": ({"oracle": -GOOD}, f"1000 of oracle {NONE}"),
    "empty": (
        {name: [] for name in ("late", "day", "believed", "served")},
        "late must hold 0 and 1, both of them; got []",
    ),
    "other rows": (
        {"late": pd.Series(LATE), "served": pd.Series(POOR).sample(frac=1, random_state=0)},
        "the series have different indexes: bring their rows together first",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_score_is_refused_in_one_line(case: str) -> None:
    given, line = REFUSED[case]
    with pytest.raises(CannotScore) as refused:
        compare(**given)
    assert str(refused.value) == line
    if "oracle" not in given:
        with pytest.raises(CannotScore) as refused:
            log_loss_gap(**{"late": LATE, "day": DAYS, "believed": GOOD, "served": POOR} | given)
        assert str(refused.value) == line


def test_series_that_agree_on_their_rows_are_taken() -> None:
    series = {name: pd.Series(values) for name, values in {"late": LATE, "believed": GOOD, "served": POOR}.items()}
    assert compare(**series) == compare()


def test_the_log_loss_alone_is_the_same_gap() -> None:
    assert log_loss_gap(LATE, DAYS, GOOD, POOR) == compare().log_loss_gap
    assert log_loss_gap(LATE, DAYS, POOR, GOOD).value < 0


def test_the_result_says_which_threshold_it_took() -> None:
    assert compare(threshold=0.3).threshold == 0.3
    assert compare().threshold == 0.5


def test_one_day_has_no_interval_and_is_refused() -> None:
    with pytest.raises(CannotDraw, match="two days or more, got 1"):
        compare(day=np.zeros(1000))


probabilities = st.integers(0, 4).map(lambda n: n / 4)
rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), probabilities, probabilities), min_size=4, max_size=40)


def both_labels_and_two_days(table: list[tuple[int, int, float, float]]) -> bool:
    return len({late for late, *_ in table}) == 2 and len({day for _, day, *_ in table}) >= 2


@settings(deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(table: list[Any], random: Any) -> None:
    assume(both_labels_and_two_days(table))
    one = compare(*zip(*table, strict=True), draws=20)
    other = compare(*zip(*random.sample(table, len(table)), strict=True), draws=20)
    for figure in ("log_loss_gap", "auc_gap", "flips"):
        expected = pytest.approx(bounds(getattr(one, figure)), abs=1e-9)
        assert bounds(getattr(other, figure)) == expected


@settings(deadline=None)
@given(rows)
def test_ties_are_counted_as_scikit_learn_counts_them(table: list[Any]) -> None:
    assume(both_labels_and_two_days(table))
    late, day, believed, served = zip(*table, strict=True)
    result = compare(late, day, believed, served, draws=20)
    assert result.believed.auc.value == pytest.approx(roc_auc_score(late, believed), abs=1e-12)
    assert result.served.auc.value == pytest.approx(roc_auc_score(late, served), abs=1e-12)


@pytest.mark.slow
def test_the_same_results_draw_the_same_picture(tmp_path: Path) -> None:
    results = {("fti", "batch"): compare(), ("split", "real_time"): compare(oracle=GOOD)}
    for name in ("one", "two"):
        ruler.draw(results, tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
