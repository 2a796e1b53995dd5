"""Row skew finds what was planted, nothing else, and refuses what cannot be compared."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measure.data import skew
from measure.data.planted_shift import plant_shift
from measure.data.skew import CLASSES, RowSkew, row_skew, tolerance_sweep
from measure.data.table_compare import ATOL, RTOL, CannotCompare

ON = ["flight_id", "asked_at"]
FEATURES = ["delay", "count", "carrier", "rainy", "landed_at"]
CLASS_NAMES = list(CLASSES)


def table(rows: int = 200, seed: int = 0) -> pd.DataFrame:
    """Every type of feature, a null in each that can hold one, over ten days."""
    random = np.random.default_rng(seed)
    instants = pd.Timestamp("2013-10-01", tz="UTC") + pd.to_timedelta(np.arange(rows) * 10 * 24 / rows, unit="h")
    made = pd.DataFrame(
        {
            "flight_id": np.arange(rows),
            "asked_at": instants,
            "delay": random.normal(0, 30, rows),
            "count": random.integers(0, 50, rows),
            "carrier": random.choice(["AA", "UA", "DL"], rows),
            "rainy": random.random(rows) < 0.3,
            "landed_at": instants - pd.Timedelta(hours=5),
        }
    )
    made.loc[3, ["delay", "carrier", "landed_at"]] = None
    return made


def one_feature(values: Sequence[Any], dtype: Any) -> pd.DataFrame:
    return pd.DataFrame({"id": range(len(values)), "x": pd.Series(list(values), dtype=dtype)})


def of(left: Sequence[Any], right: Sequence[Any], dtypes: tuple[Any, Any] = (object, object)) -> RowSkew:
    """The skew of one feature, x."""
    return row_skew(one_feature(left, dtypes[0]), one_feature(right, dtypes[1]), ["id"], ["x"])


def classes(result: RowSkew) -> list[float]:
    """The four shares of the first feature."""
    return result.per_feature.loc[0, CLASS_NAMES].tolist()


def test_a_table_against_itself_has_no_skew_at_all() -> None:
    result = row_skew(table(), table(), ON, FEATURES)
    assert (result.rows, result.skewed_rows, result.skewed_features) == (200, 0.0, 0)
    assert (result.per_feature["equal"] == 1).all()
    interval = result.interval(table()["asked_at"].dt.date)
    assert (interval.value, interval.low, interval.high) == (0, 0, 0)


@pytest.mark.parametrize("feature", FEATURES)
def test_a_planted_shift_of_five_percent_is_found_as_exactly_five_percent(feature: str) -> None:
    result = row_skew(table(), plant_shift(table(), feature, 0.05, seed=1), ON, FEATURES)
    found = result.per_feature.set_index("feature")
    assert found.loc[feature, "skewed"] == found.loc[feature, "value_differs"] == result.skewed_rows == 0.05
    assert result.skewed_features == 1
    assert (found.drop(feature)["equal"] == 1).all()


def test_the_four_classes_of_a_toy_are_those_counted_by_hand() -> None:
    result = of([1.0, 2.0, None, 4.0, None, 6.0, 7.0, 8.0], [1.0, 2.5, None, None, 5.0, 6.0, 7.0, 9.0])
    assert classes(result) == [4 / 8, 2 / 8, 1 / 8, 1 / 8]
    assert result.skewed_rows == 4 / 8


def test_a_row_counts_once_however_many_features_differ_in_it() -> None:
    served = table()
    served.loc[[5, 6], "count"] += 1
    served.loc[[6, 7, 8], "carrier"] = "XX"
    result = row_skew(table(), served, ON, FEATURES)
    assert (result.skewed_rows, result.skewed_features) == (4 / 200, 2)
    assert result.by_row.loc[result.by_row["skewed"], "flight_id"].tolist() == [5, 6, 7, 8]


def test_rows_are_joined_by_key_and_not_by_position() -> None:
    served = plant_shift(table(), "delay", 0.05, seed=2)
    shuffled = served.sample(frac=1, random_state=3)
    straight, crossed = (row_skew(table(), rows, ON, FEATURES) for rows in (served, shuffled))
    pd.testing.assert_frame_equal(crossed.per_feature, straight.per_feature)
    pd.testing.assert_frame_equal(crossed.by_row, straight.by_row)


def test_the_interval_of_a_toy_lies_between_its_best_and_its_worst_day() -> None:
    served = table()
    served.loc[:79, "count"] += 1  # days 1 to 4 of 10 are wrong throughout
    interval = row_skew(table(), served, ON, FEATURES).interval(table()["asked_at"].dt.date)
    assert interval.value == 0.4
    # Five blocks of two days: each holds two wrong days (0.3), one (0.2) or none. Quantiles of the sum: 0 and 8.
    assert [interval.low, interval.high] == pytest.approx([0.0, 0.8])


def test_an_absolute_tolerance_forgives_next_to_nothing_or_as_much_as_it_is_told() -> None:
    nothing, little = one_feature([0.0, 1.0], float), one_feature([0.01, 1.0], float)
    assert row_skew(nothing, little, ["id"], ["x"]).skewed_rows == 0.5
    assert row_skew(nothing, little, ["id"], ["x"], atol=0.1).skewed_rows == 0


def test_a_number_may_be_whole_on_one_side_and_is_compared_with_tolerance_all_the_same() -> None:
    assert of([1, 2], [1 + 1e-9, 2.0], (int, float)).skewed_rows == 0
    assert of([1, 2], [1.1, 2.0], (int, float)).skewed_rows == 0.5


def test_days_of_other_rows_are_refused() -> None:
    result = row_skew(table(), table(), ON, FEATURES)
    days = table()["asked_at"].dt.date
    with pytest.raises(ValueError, match=r"^days and the compared rows have different indexes$"):
        result.interval(days.sample(frac=1, random_state=0))
    with pytest.raises(ValueError, match=r"^199 days for 200 rows$"):
        result.interval(days.to_numpy()[1:])
    with pytest.raises(ValueError, match="two days or more, got 1"):
        result.interval(["2013-10-07"] * 200)
    with pytest.raises(ValueError, match="1 rows have no label"):
        result.interval([None, *days.to_numpy()[1:]])


SAME: dict[str, tuple[list[Any], list[Any]]] = {
    "None and NaN": ([None, "AA"], [np.nan, "AA"]),
    "integers and floats": ([1, 2], [1.0, 2.0]),
    "integers and floats, for want of a null": ([1, None], [1.0, np.nan]),
    "decimals and floats": ([Decimal("0.5"), None], [0.5, None]),
    "infinities": ([np.inf, -np.inf], [np.inf, -np.inf]),
    "a column of nulls and text": ([None, None], [np.nan, None]),
    "dates": ([date(2013, 10, 1), None], [date(2013, 10, 1), None]),
    "durations": ([pd.Timedelta("1h"), None], [pd.Timedelta("60min"), pd.NaT]),
    "an instant in two zones": (
        [pd.Timestamp("2013-10-01 12:00", tz="UTC"), None],
        [pd.Timestamp("2013-10-01 08:00", tz="America/New_York"), pd.NaT],
    ),
    "within the tolerance": ([1e6, 0.0], [1e6 + 0.9, 1e-10]),
}
DIFFERENT: dict[str, tuple[Any, Any]] = {
    "one more": (2**60, 2**60 + 1),
    "a large count": (100_000_000, 100_000_001),
    "outside the tolerance": (1e6, 1e6 + 1.1),
    "near zero": (0.0, 1e-8),
    "sign of infinity": (np.inf, -np.inf),
    "letter case": ("AA", "aa"),
    "booleans": (True, False),
    "a nanosecond": (pd.Timestamp("2013-10-01"), pd.Timestamp("2013-10-01") + pd.Timedelta(1, "ns")),
}
DTYPES = [
    ("category", object, ["AA", "UA", None]),
    ("category", "category", ["AA", "UA", None]),
    ("string", object, ["AA", "UA", None]),
    ("Int64", "float64", [1, 2, None]),
    ("Float64", "float64", [1.5, 2, None]),
    ("float32", "float64", [0.1, 2, None]),
    ("boolean", object, [True, False, None]),
    ("datetime64[us, UTC]", "datetime64[ns, America/New_York]", [pd.Timestamp("2013-10-01", tz="UTC"), None]),
]


@pytest.mark.parametrize("case", SAME)
def test_what_means_the_same_is_equal(case: str) -> None:
    assert classes(of(*SAME[case])) == [1, 0, 0, 0]


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_differs_is_found_either_way_round(case: str) -> None:
    one, other = DIFFERENT[case]
    assert classes(of([one], [other])) == classes(of([other], [one])) == [0, 1, 0, 0]


@pytest.mark.parametrize(("left", "right", "values"), DTYPES)
def test_the_same_values_are_equal_in_whatever_dtype_they_come(left: Any, right: Any, values: list[Any]) -> None:
    assert classes(of(values, values, (left, right))) == [1, 0, 0, 0]


def test_keys_meet_across_dtypes_zones_and_resolutions() -> None:
    served = table().astype({"flight_id": float, "asked_at": "datetime64[us, UTC]"})
    served["asked_at"] = served["asked_at"].dt.tz_convert("America/New_York")
    assert row_skew(table(), served, ON, FEATURES).skewed_rows == 0


FLAWED: dict[str, tuple[pd.DataFrame, pd.DataFrame, str]] = {
    "key missing": (table(), table().drop(columns="asked_at"), "column 'asked_at' is missing from served"),
    "feature missing": (table().drop(columns="rainy"), table(), "column 'rainy' is missing from offline"),
    "named twice": (
        table(),
        pd.concat([table(), table()[["delay"]]], axis=1),
        "column 'delay' is named twice in served",
    ),
    "duplicate offline": (
        pd.concat([table(), table()[:2]]),
        table(),
        "2 duplicate keys ['flight_id', 'asked_at'] in offline",
    ),
    "duplicate served": (
        table(),
        pd.concat([table(), table()[:1]]),
        "1 duplicate keys ['flight_id', 'asked_at'] in served",
    ),
    "unmatched": (table()[3:], table()[:-1], "unmatched rows: 1 only in offline, 3 only in served"),
    "unmatched on one side": (table()[3:], table(), "unmatched rows: 0 only in offline, 3 only in served"),
    "null key": (
        table().assign(flight_id=table()["flight_id"].where(lambda x: x > 1)),
        table(),
        "key 'flight_id' is null in 2 rows of offline",
    ),
    "key types": (
        table(),
        table().assign(flight_id="7"),
        "column 'flight_id' is integer in offline and text in served",
    ),
    "empty": (table()[:0], table()[:0], "no rows in offline"),
    "text and number": (
        table(),
        table().assign(count="7"),
        "column 'count' is integer in offline and text in served",
    ),
    "boolean and number": (
        table(),
        table().assign(rainy=1),
        "column 'rainy' is boolean in offline and integer in served",
    ),
    "naive and aware": (
        table(),
        table().assign(landed_at=table()["landed_at"].dt.tz_localize(None)),
        "column 'landed_at' is instant with zone in offline and instant in served",
    ),
    "mixed": (
        table().assign(carrier=["AA", 7] * 100),
        table().assign(carrier=["AA", 7] * 100),
        "column 'carrier' is mixed-integer in offline and mixed-integer in served",
    ),
}


@pytest.mark.parametrize("case", FLAWED)
def test_what_cannot_be_compared_is_refused_in_one_line(case: str) -> None:
    offline, served, line = FLAWED[case]
    with pytest.raises(CannotCompare) as refused:
        row_skew(offline, served, ON, FEATURES)
    assert str(refused.value) == line
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize(("on", "features"), [([], FEATURES), (ON, [])])
def test_a_comparison_of_nothing_is_refused(on: list[str], features: list[str]) -> None:
    with pytest.raises(CannotCompare, match="at least one key and one column"):
        row_skew(table(), table(), on, features)


def test_the_inputs_are_left_as_they_were() -> None:
    offline, served = table(), table().sample(frac=1, random_state=0)
    before = offline.copy(), served.copy()
    row_skew(offline, served, ON, FEATURES)
    pd.testing.assert_frame_equal(offline, before[0])
    pd.testing.assert_frame_equal(served, before[1])


def test_a_wider_tolerance_finds_the_differences_that_are_left_and_never_more() -> None:
    served = table()
    served["delay"] *= 1 + np.repeat([0.0, 1e-8, 1e-4, 0.05], 50)
    sweep = tolerance_sweep(table(), served, ON, ["delay", "count"], rtols=(0, 1e-6, 1e-3, 0.1))
    assert sweep["rtol"].tolist() == [0, 1e-6, 1e-3, 0.1]
    assert sweep["skewed_rows"].tolist() == [150 / 200, 100 / 200, 50 / 200, 0]
    assert sweep["skewed_features"].tolist() == [1, 1, 1, 0]


cell = st.one_of(st.none(), st.floats(allow_nan=True), st.integers(-3, 3).map(float))
pairs = st.lists(st.tuples(cell, cell), min_size=1, max_size=30)


@settings(deadline=None)
@given(pairs)
def test_the_classes_are_disjoint_and_leave_nothing_out(rows: list[tuple[Any, Any]]) -> None:
    left, right = zip(*rows, strict=True)
    counts = np.multiply(classes(of(left, right, (float, float))), len(rows))
    assert counts == pytest.approx(counts.round())
    assert counts.sum() == pytest.approx(len(rows))


@settings(deadline=None)
@given(pairs)
def test_swapping_the_sides_swaps_the_null_classes_and_nothing_else(rows: list[tuple[Any, Any]]) -> None:
    left, right = zip(*rows, strict=True)
    equal, differs, null_left, null_right = classes(of(left, right, (float, float)))
    assert classes(of(right, left, (float, float))) == [equal, differs, null_right, null_left]


@pytest.mark.parametrize("factor", [1 - 1e-6, 1 + 0.5e-6])  # the larger of the two numbers sets the tolerance
def test_the_edge_of_the_tolerance_is_the_same_from_both_sides(factor: float) -> None:
    other = 1000 + (ATOL + RTOL * 1000) * factor
    assert classes(of([1000.0], [other])) == classes(of([other], [1000.0])) == [1, 0, 0, 0]


@settings(deadline=None)
@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: list[tuple[Any, Any]], random: Any) -> None:
    left, right = (one_feature(column, float) for column in zip(*rows, strict=True))
    places = range(len(rows))
    shuffled = [table.iloc[random.sample(places, len(places))] for table in (left, right)]
    assert classes(row_skew(shuffled[0], shuffled[1], ["id"], ["x"])) == classes(row_skew(left, right, ["id"], ["x"]))


@pytest.mark.slow
def test_the_same_results_draw_the_same_picture(tmp_path: Path) -> None:
    results = {"fti": row_skew(table(), plant_shift(table(), "delay", 0.05, 0), ON, FEATURES)}
    results["split"] = row_skew(table(), table(), ON, FEATURES)
    for name in ("one", "two"):
        skew.draw(results, tmp_path / "new" / f"{name}.png")
    assert (tmp_path / "new" / "one.png").read_bytes() == (tmp_path / "new" / "two.png").read_bytes()
