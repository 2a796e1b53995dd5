"""The cause ablation, on arms whose figures can be worked out by hand."""

import math

import pandas as pd
import pytest

from measure.data import ablation as ruler
from measure.data.ablation import CannotAblate, draw, sum_arm

ROWS = 40
LATE = [1, 0] * (ROWS // 2)


def arm(*, skewed=0, believed=(0.8, 0.2), served=(0.8, 0.2)):
    """``skewed`` rows differ; probabilities for a late row and for a punctual one."""
    return pd.DataFrame(
        {
            "row": range(ROWS),
            "day": [number // 4 for number in range(ROWS)],
            "late": LATE,
            "skewed": [number < skewed for number in range(ROWS)],
            "believed": [believed[1 - late] for late in LATE],
            "served": [served[1 - late] for late in LATE],
        }
    )


def ablation(arms, none, every, **options):
    """The ablation of arms as tables of answers."""
    return ruler.ablation({name: sum_arm(table, **options) for name, table in arms.items()}, none, every)


ARMS = {"none": arm(skewed=10, served=(0.4, 0.2)), "one": arm(skewed=4, served=(0.5, 0.2)), "all": arm()}


def test_every_arm_has_its_rows_gap_flips_and_harm():
    found = ablation(ARMS, "none", "all").arms
    assert list(found) == ["none", "one", "all"]
    assert found["none"].skewed.value == 0.25
    assert found["none"].gap.value == pytest.approx(math.log(2) / 2)  # 0.8 became 0.4 on every second row
    assert found["none"].flips.value == 0.5
    assert found["none"].harm.value == pytest.approx(math.log(2) / 2)
    assert found["one"].flips.value == 0.0  # a probability of exactly the threshold is still a yes
    assert found["one"].skewed.value == 0.1


def test_what_a_cure_saves_is_the_difference_to_no_cure():
    found = ablation(ARMS, "none", "all").saved
    assert found["none"].skewed.value == 0.0
    assert found["one"].skewed.value == pytest.approx(0.15)
    assert found["all"].skewed.value == 0.25
    assert found["one"].gap.value == pytest.approx(math.log(0.5 / 0.4) / 2)
    assert found["all"].flips.value == 0.5


def test_all_cures_leave_nothing():
    every = ablation(ARMS, "none", "all").arms["all"]
    for figure in (every.skewed, every.gap, every.flips, every.harm, every.promise):
        assert (figure.value, figure.low, figure.high) == (0, 0, 0)


def test_a_promise_that_was_never_true_is_a_gap_without_harm():
    boasting = arm(skewed=40, believed=(0.99, 0.01))
    found = ablation({"none": boasting, "all": arm()}, "none", "all").arms["none"]
    assert found.gap.value == pytest.approx(math.log(0.99 / 0.8))
    assert found.gap.low == pytest.approx(found.gap.high)  # every day has the same rows
    assert found.harm.value == 0
    assert found.promise == found.gap
    assert found.flips.value == 0


def test_a_gap_is_what_it_harms_and_an_empty_promise():
    for effect in ablation(ARMS | {"none": arm(believed=(0.9, 0.1), served=(0.4, 0.2))}, "none", "all").arms.values():
        assert effect.gap.value == pytest.approx(effect.harm.value + effect.promise.value)


def test_intervals_come_from_days():
    uneven = ARMS["none"].assign(skewed=[number < 20 for number in range(ROWS)])  # the first five of ten days
    figure = ablation({"none": uneven, "all": arm()}, "none", "all").arms["none"].skewed
    assert figure.low < 0.35 < figure.value == 0.5 < 0.65 < figure.high


def test_rows_are_brought_together_by_their_name_not_by_their_place():
    shuffled = ARMS["none"].sample(frac=1, random_state=0)
    assert ablation(ARMS | {"none": shuffled}, "none", "all") == ablation(ARMS, "none", "all")


def test_a_belief_of_exactly_the_threshold_is_a_yes():
    at_threshold = arm(believed=(0.5, 0.2), served=(0.6, 0.2))
    assert ablation({"none": at_threshold, "all": arm()}, "none", "all").arms["none"].flips.value == 0.0


def test_another_threshold_flips_other_decisions():
    found = ablation(ARMS, "none", "all", threshold=0.3)
    assert found.arms["none"].flips.value == 0.0


@pytest.mark.parametrize(
    ("arms", "says"),
    [
        ({"none": arm()}, r"^no arm named \['all'\]; there are \['none'\]$"),
        ({"none": arm(), "all": arm().drop(columns="late")}, r"^an arm has no column \['late'\]$"),
        ({"none": arm(), "all": arm().iloc[1:]}, r"^other rows than in 'none': \['all'\]$"),
    ],
)
def test_arms_that_cannot_be_compared_are_refused(arms, says):
    with pytest.raises(CannotAblate, match=says):
        ablation(arms, "none", "all")


def test_the_figure_is_written(tmp_path):
    draw(ablation(ARMS, "none", "all").arms, "split", tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 10_000
