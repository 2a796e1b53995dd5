"""The monitor sees distributions and no rows; its floor is silent where PSI and KS cry."""

from math import inf, log, nan, nextafter, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measure.data import monitor
from measure.data.bins import category_counts, limits, number_counts
from measure.data.distances import EMPTY, jensen_shannon, l_infinity, psi, with_floor
from measure.data.monitor import Monitored, monitored
from measure.data.planted_shift import plant_shift
from measure.data.skew import row_skew
from measure.data.table_compare import CannotCompare

COLUMNS = ["feature", "kind", "distance", "floor", "above_floor", "psi", "ks", "ks_p", "drift"]
FEATURES = ["delay", "count", "carrier", "rainy"]


def table(rows: int = 1000, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    delay = random.normal(0, 30, rows)
    return pd.DataFrame(
        {
            "flight_id": np.arange(rows),
            "delay": np.where(np.arange(rows) % 10 == 0, np.nan, delay),
            "count": random.integers(0, 50, rows),
            "carrier": random.choice(["AA", "UA", "DL"], rows),
            "rainy": random.random(rows) < 0.3,
        }
    )


def seen(training: Any, offline: Any, served: Any, *, category: bool = False, draws: int = 200) -> Any:
    """The one row about a feature x."""
    before, left, right = (pd.DataFrame({"x": values}) for values in (training, offline, served))
    result = monitored(before, left, right, ["x"], ["x"] if category else [], draws=draws)
    return result.per_feature.loc[0]


def no_skew(rows: int, features: int) -> Monitored:
    """Offline and served drawn from one distribution, anew for each feature."""
    random = np.random.default_rng(5)
    names = [f"x{i}" for i in range(features)]
    training, offline, served = (
        pd.DataFrame(random.normal(size=(n, features)), columns=names) for n in (2000, rows, rows)
    )
    return monitored(training, offline, served, names)


def test_a_table_against_itself_is_at_distance_zero_exactly() -> None:
    result = monitored(table(seed=1), table(), table().sample(frac=1, random_state=0), FEATURES, ["carrier"])
    found = result.per_feature
    assert found.columns.tolist() == COLUMNS
    assert found["feature"].tolist() == FEATURES
    assert found["kind"].tolist() == ["number", "number", "category", "category"]
    assert (found[["distance", "psi"]] == 0).all(axis=None)
    assert found["ks"].tolist()[:2] == [0, 0]
    assert found["ks_p"].tolist()[:2] == [1, 1]
    assert found["ks"].isna().tolist() == found["ks_p"].isna().tolist() == [False, False, True, True]
    assert found["above_floor"].tolist() == [False] * 4
    assert (result.above_floor, result.psi_alarms) == (0, 0)
    assert (found["floor"] > 0).all()
    assert (found["drift"] > 0).all()


def test_drift_is_the_distance_from_training_to_offline_whatever_is_served() -> None:
    result = monitored(table(), table(), table(seed=3), FEATURES, ["carrier"]).per_feature
    assert (result["drift"] == 0).all()
    assert (result["distance"] > 0).all()
    other_way = monitored(table(seed=3), table(), table(), FEATURES, ["carrier"]).per_feature
    assert other_way["drift"].tolist()[2:] == pytest.approx(result["distance"].tolist()[2:])


def test_rows_that_swap_their_values_are_skew_that_no_monitor_sees() -> None:
    served = table().assign(delay=table()["delay"].sample(frac=1, random_state=0).to_numpy())
    assert row_skew(table(), served, ["flight_id"], ["delay"]).skewed_rows > 0.9
    found = monitored(table(), table(), served, ["delay"]).per_feature
    assert (found.loc[0, "distance"], found.loc[0, "above_floor"]) == (0, False)


def test_a_planted_shift_of_five_percent_among_categories_is_at_distance_five_percent() -> None:
    offline = pd.DataFrame({"carrier": ["AA"] * 400})
    result = monitored(offline, offline, plant_shift(offline, "carrier", 0.05, 0), ["carrier"], ["carrier"])
    found = result.per_feature.loc[0]
    assert found["distance"] == pytest.approx(0.05, abs=1e-15)
    assert found["above_floor"]
    assert result.above_floor == 1


def test_a_large_shift_raises_every_alarm() -> None:
    result = monitored(table(), table(), table().assign(delay=99.0), ["delay", "count"])
    assert (result.above_floor, result.psi_alarms) == (1, 1)
    assert result.per_feature.loc[0, "ks_p"] < 1e-100


def test_an_index_of_exactly_the_customary_level_is_an_alarm() -> None:
    def of(*values: float) -> int:
        return Monitored(pd.DataFrame({"psi": values})).psi_alarms

    assert of(0.1999, 0.2, 0.3) == 2


def test_without_skew_psi_averages_around_its_alarm_at_100_rows_and_the_floor_is_silent() -> None:
    result = no_skew(rows=100, features=200)
    assert 0.15 < result.per_feature["psi"].mean() < 0.25
    assert result.psi_alarms / 200 > 0.25
    assert 0.02 <= result.above_floor / 200 <= 0.08


def test_without_skew_psi_falls_with_the_number_of_rows() -> None:
    assert no_skew(rows=10_000, features=20).per_feature["psi"].max() < 0.01


def test_at_many_rows_ks_is_sure_of_a_shift_that_is_next_to_nothing() -> None:
    values = np.random.default_rng(0).normal(size=100_000)
    found = seen(values, values, values + 0.02)
    assert found["ks"] < 0.02
    assert found["ks_p"] < 0.002
    assert found["psi"] < 0.01


def test_ks_leaves_nulls_out() -> None:
    assert seen([0.0], [1.0, 2.0, None, None], [1.0, 3.0, 3.0, 3.0])["ks"] == 0.75


@pytest.mark.parametrize(
    ("training", "offline", "served", "distance"),
    [
        ([5.0] * 9, [5.0] * 9, [5.0] * 9, 0),
        ([5.0] * 9, [5.0] * 9, [6.0] * 9, 1),
        ([5.0] * 9, [5.0] * 9, [4.0] * 9, 1),
        ([0], [0] * 9, [1] * 9, 1),
        ([None] * 9, [None] * 9, [None] * 9, 0),
        ([None] * 9, [None] * 9, [1.0] * 9, 1),
        ([1.0, None], [1.0] * 9, [None] * 9, 1),
        ([1.0, 2.0], [inf] * 9, [1e300] * 9, 0),
        ([1.0, 2.0], [-inf] * 9, [-1e300] * 9, 0),
        ([-inf, inf, 0.0], [-inf] * 9, [inf] * 9, 1),
    ],
)
def test_constant_null_and_outlying_features_have_a_distance_and_nothing_infinite(
    training: list[Any], offline: list[Any], served: list[Any], distance: float
) -> None:
    found = seen(training, offline, served)
    assert found["distance"] == distance
    assert found["above_floor"] == (distance == 1)
    assert found["kind"] == "number"
    assert np.isfinite([found["floor"], found["psi"], found["drift"]]).all()
    assert (found["psi"] == 0) == (distance == 0)


@pytest.mark.parametrize("dtype", [bool, "boolean", object])
def test_booleans_are_categories_in_whatever_dtype_they_come(dtype: Any) -> None:
    offline, served = (pd.Series([True] * n + [False] * (8 - n), dtype=dtype) for n in (4, 2))
    found = seen(offline, offline, served)
    assert (found["kind"], found["distance"]) == ("category", 0.25)


def test_integers_can_be_categories_with_nulls_or_without() -> None:
    found = seen([1, 2], [1, 2, 3, 4], [1, 2, 3, None], category=True)
    assert (found["kind"], found["distance"]) == ("category", 0.25)
    assert seen([1, 2], [1, 2], [2, 1], category=True)["distance"] == 0


def test_numbers_come_in_any_dtype() -> None:
    expected = seen([1.0, 2.0, 3.0], [1.0, 2.0], [3.0, None])
    nullable = seen(pd.array([1, 2, 3], "Int64"), np.array([1, 2], "int8"), pd.array([3, None], "Float64"))
    pd.testing.assert_series_equal(nullable, expected)


def test_the_floor_of_categories_takes_the_draws_and_the_seed_it_is_given() -> None:
    offline, served = ["a"] * 30 + ["b"] * 20, ["a"] * 20 + ["b"] * 30
    given = pd.DataFrame({"x": offline}), pd.DataFrame({"x": offline}), pd.DataFrame({"x": served})
    found = monitored(*given, ["x"], ["x"], draws=40, seed=3).per_feature.loc[0]
    left, right = np.array([[30, 20, 0], [20, 30, 0]])
    assert (found["distance"], found["floor"]) == with_floor(l_infinity, left, right, 40, 3)
    assert found[["ks", "ks_p"]].isna().all()


def test_a_distance_at_the_floor_is_no_alarm() -> None:
    for category in (False, True):
        alone = seen([1.0] * 9, [1.0] * 9, [1.0] * 9, category=category)
        assert (alone["distance"], alone["floor"], alone["above_floor"]) == (0, 0, False)


def test_ks_has_nothing_to_say_where_one_side_is_all_nulls() -> None:
    assert seen([1.0, 2.0], [nan, nan], [1.0, 2.0])[["ks", "ks_p"]].isna().all()
    assert seen([1.0, 2.0], [1.0, 2.0], [nan, nan])[["ks", "ks_p"]].isna().all()


def test_the_same_tables_and_seed_give_the_same_floor_and_no_other_feature_changes_it() -> None:
    both = monitored(table(), table(), table(seed=1), ["delay", "count"]).per_feature
    alone = monitored(table(), table(), table(seed=1), ["count"]).per_feature
    assert alone.loc[0].tolist() == both.loc[1].tolist()
    other = monitored(table(), table(), table(seed=1), ["count"], seed=1).per_feature
    assert other.loc[0, "floor"] != alone.loc[0, "floor"]
    assert other.loc[0, "distance"] == alone.loc[0, "distance"]


REFUSED: dict[str, tuple[pd.DataFrame, list[str], list[str], str]] = {
    "nothing": (table(), [], [], "no such feature to monitor: none named"),
    "stray category": (table(), ["delay"], ["dest", "carrier"], "no such feature to monitor: ['carrier', 'dest']"),
    "missing": (table().drop(columns="delay"), ["delay"], [], "column 'delay' is missing from served"),
    "no rows": (table()[:0], ["delay"], [], "no rows in served"),
    "text": (
        table(),
        ["carrier"],
        [],
        "no common numbers in column 'carrier': text in training, text in offline, text in served",
    ),
    "two types": (
        table().assign(carrier=7),
        ["carrier"],
        ["carrier"],
        "no common categories in column 'carrier': text in training, text in offline, integer in served",
    ),
    "boolean and number": (
        table().assign(rainy=1),
        ["rainy"],
        [],
        "no common numbers in column 'rainy': boolean in training, boolean in offline, integer in served",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_monitored_is_refused_in_one_line(case: str) -> None:
    served, features, categories, line = REFUSED[case]
    with pytest.raises(CannotCompare) as refused:
        monitored(table(), table(), served, features, categories)
    assert str(refused.value) == line


def test_each_table_is_named_when_it_is_the_one_refused() -> None:
    with pytest.raises(CannotCompare, match="no rows in training"):
        monitored(table()[:0], table(), table(), FEATURES)
    with pytest.raises(CannotCompare, match="'delay' is missing from offline"):
        monitored(table(), table()[["count"]], table(), FEATURES)


def test_instants_have_no_distance_here() -> None:
    instants = pd.DataFrame({"x": pd.to_datetime(["2013-10-01", "2013-10-02"])})
    with pytest.raises(CannotCompare, match="no common numbers in column 'x': instant in training"):
        monitored(instants, instants, instants, ["x"])


def test_twenty_bins_of_distinct_values_hold_a_twentieth_each() -> None:
    values = np.arange(1, 101, dtype=float)
    ends = limits(values[::-1], 20)
    assert ends.tolist() == [float(n) for n in range(5, 100, 5)]
    assert number_counts(values, ends).tolist() == [*[5] * 20, 0]


def test_bins_of_unequal_size_end_at_the_first_value_that_fills_them() -> None:
    assert limits(np.arange(1.0, 8.0), 3).tolist() == [3, 5]


def test_a_value_that_fills_several_bins_has_one_of_its_own() -> None:
    ends = limits(np.array([0.0] * 6 + [1.0, 2.0, 3.0, nan]), 3)
    assert ends.tolist() == [nextafter(0, -1), 0]
    assert number_counts(np.array([-1.0, 0.0, 0.0, 0.5, nan]), ends).tolist() == [1, 2, 1, 1]


def test_nothing_but_nulls_makes_one_bin_and_that_of_the_nulls() -> None:
    assert limits(np.array([nan, nan]), 20).tolist() == []
    assert number_counts(np.array([nan, 1.0, 2.0]), np.empty(0)).tolist() == [2, 1]


def test_categories_are_counted_over_all_columns_nulls_last() -> None:
    counts = category_counts([pd.Series(["a", "b", "a", None]), pd.Series(["c", "c"], dtype="category")])
    assert [c.tolist() for c in counts] == [[2, 1, 0, 1], [0, 0, 2, 0]]


def test_distances_of_a_toy_are_those_computed_by_hand() -> None:
    left, right = np.array([3, 1, 0]), np.array([0, 2, 2])
    # Shares 3/4, 1/4, 0 and 0, 1/2, 1/2; the mean has 3/8, 3/8, 2/8.
    one = 3 / 4 * log(2, 2) + 1 / 4 * log(2 / 3, 2)
    other = 1 / 2 * log(4 / 3, 2) + 1 / 2 * log(2, 2)
    assert jensen_shannon(left, right) == pytest.approx(sqrt((one + other) / 2))
    assert l_infinity(left, right) == 0.75
    by_bin = [(0.75 - 1e-4) * log(0.75 / 1e-4), -0.25 * log(0.25 / 0.5), (0.5 - 1e-4) * log(0.5 / 1e-4)]
    assert psi(left, right) == pytest.approx(sum(by_bin))


def test_an_empty_bin_counts_as_one_row_in_ten_thousand_and_not_as_none() -> None:
    assert psi(np.array([1, 0]), np.array([0, 1])) == pytest.approx(2 * (1 - 1e-4) * log(1e4))


def test_one_draw_is_a_floor_already() -> None:
    distance, floor = with_floor(l_infinity, np.array([1, 1]), np.array([1, 1]), 1, 0)
    assert (distance, floor) in {(0.0, 0.0), (0.0, 1.0)}


def test_the_floor_of_two_rows_is_known() -> None:
    # One row each, of two kinds: every relabelling is at distance 1, and so are the data.
    assert with_floor(l_infinity, np.array([1, 0]), np.array([0, 1]), 50, 0) == (1, 1)
    # All rows alike: nothing to relabel.
    assert with_floor(jensen_shannon, np.array([3, 0]), np.array([5, 0]), 50, 0) == (0, 0)


def test_the_floor_is_the_95th_percentile_of_relabelled_rows() -> None:
    left, right = np.array([30, 20]), np.array([20, 80])
    random = np.random.default_rng(0)
    rows = np.repeat([0, 1], [50, 100])
    relabelled = [random.permutation(rows)[:50].mean() - 2 / 3 for _ in range(4000)]
    expected = np.quantile(np.abs(relabelled) * 1.5, 0.95)  # the other side moves half as far, the other way
    assert with_floor(l_infinity, left, right, 4000, 1)[1] == pytest.approx(expected, abs=0.01)


counts = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8).filter(
    lambda bins: all(map(sum, zip(*bins, strict=True)))
)


@settings(deadline=None)
@given(counts)
def test_distances_lie_between_zero_and_one_and_swapping_the_sides_changes_nothing(bins: list[tuple[int, int]]) -> None:
    left, right = np.array(bins).T
    most_psi = 2 * log(1 / EMPTY)  # no bin in common: all of both sides moves, from the share of an empty bin
    for distance, most in ((jensen_shannon, 1), (l_infinity, 1), (psi, most_psi)):
        found = distance(left, right)
        assert 0 <= found <= most * (1 + 1e-12)
        assert found == pytest.approx(distance(right, left))
        assert distance(left, left * 2) == pytest.approx(0, abs=1e-7)


@pytest.mark.slow
def test_the_same_results_draw_the_same_picture(tmp_path: Path) -> None:
    served = plant_shift(table(), "delay", 0.3, 0)
    pair = (
        monitored(table(), table(), served, FEATURES, ["carrier"]),
        row_skew(table(), served, ["flight_id"], FEATURES),
    )
    for name in ("one", "two"):
        monitor.draw({"split": pair, "fti": pair}, tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
