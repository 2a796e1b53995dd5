"""The gate opens for tables that say the same, closes for the smallest difference, and says which."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from measure.data import gate
from measure.data.gate import Gate, agreement, same_matrix, same_predictions
from measure.data.planted_shift import plant_shift
from measure.data.table_compare import CannotCompare
from tests.toy import table

ON = ["flight_id"]
FEATURES = ["delay", "count", "carrier"]


def lines(result: Gate) -> list[str]:
    return [str(failure) for failure in result.failures]


def test_a_table_agrees_with_itself_exactly() -> None:
    for result in (
        same_matrix(table(), table(), ON, FEATURES),
        same_predictions(table(), table(), ON, "prediction", 0),
    ):
        assert result.passed
        assert all(c.differing == 0 for c in result.comparisons)
        assert not result.divergences


def test_the_order_of_rows_and_columns_is_no_difference() -> None:
    other = table().sample(frac=1, random_state=0).iloc[:, ::-1]
    assert same_matrix(table(), other, ON, FEATURES).passed
    assert same_predictions(table(), other, ON, "prediction").passed


@pytest.mark.parametrize("column", ["delay", "count", "carrier", "rainy", "seen_at"])
def test_a_planted_shift_of_five_percent_is_found_as_exactly_five_percent(column: str) -> None:
    planted = plant_shift(table(), column, 0.05, seed=1)
    result = same_matrix(table(), planted, ON, ["delay", "count", "carrier", "rainy", "seen_at"])
    assert [(c.column, c.share, c.differing) for c in result.divergences] == [(column, 0.05, 20)]
    assert lines(result) == [f"b: {column} differs in 20 of 400 rows (5.00%)"]
    assert not result.passed


def test_one_row_of_one_feature_closes_the_gate() -> None:
    other = table()
    other.loc[11, "count"] += 1
    assert lines(same_matrix(table(), other, ON, FEATURES)) == ["b: count differs in 1 of 400 rows (0.25%)"]


def test_a_null_on_one_side_closes_the_gate() -> None:
    other = table()
    other.loc[1, "delay"] = None
    assert not same_matrix(table(), other, ON, FEATURES).passed
    assert not same_matrix(other, table(), ON, FEATURES).passed


@pytest.mark.parametrize(("step", "passed"), [(0.0, True), (0.9e-9, True), (1.1e-9, False), (-1.1e-9, False)])
def test_predictions_may_differ_by_a_billionth_and_no_more(step: float, passed: bool) -> None:
    base = pd.DataFrame({"flight_id": [1, 2], "prediction": [0.5, 0.25]})
    other = base.assign(prediction=base["prediction"] + step)
    result = same_predictions(base, other, ON, "prediction")
    assert result.passed is passed
    assert lines(result) == ([] if passed else ["b: prediction differs in 2 of 2 rows (100.00%)"])


def test_predictions_may_differ_by_as_much_as_is_said() -> None:
    base = pd.DataFrame({"flight_id": [1, 2], "prediction": [0.5, 0.25]})
    other = base.assign(prediction=base["prediction"] + 0.01)
    assert same_predictions(base, other, ON, "prediction", 0.02).passed
    assert not same_predictions(base, other, ON, "prediction", 0.005).passed


def test_tables_of_other_rows_are_told_apart_as_a_and_b() -> None:
    for compared in (lambda: same_matrix(table(), table()[1:], ON, FEATURES), _predictions_of_other_rows):
        with pytest.raises(CannotCompare, match=r"^unmatched rows: 1 only in a, 0 only in b$"):
            compared()
    with pytest.raises(CannotCompare, match=r"'prediction' is null in 400 rows of b"):
        same_predictions(table(), table().assign(prediction=np.nan), ON, "prediction")


def _predictions_of_other_rows() -> Gate:
    return same_predictions(table(), table()[1:], ON, "prediction")


def test_missing_predictions_are_no_agreement() -> None:
    nothing = table().assign(prediction=np.nan)
    with pytest.raises(CannotCompare, match="'prediction' is null in 400 rows of a"):
        same_predictions(nothing, nothing, ON, "prediction")


def test_every_table_is_held_against_the_reference_and_told_by_name() -> None:
    tables = {"monolith": table(), "split": plant_shift(table(), "delay", 0.02, 0), "fti": table().assign(carrier="XX")}
    result = agreement(table(), tables, ON, FEATURES)
    assert len(result.comparisons) == 9
    assert lines(result) == [
        "split: delay differs in 8 of 400 rows (2.00%)",
        "fti: carrier differs in 400 of 400 rows (100.00%)",
    ]
    assert str(result).splitlines() == ["FAILED: 9 comparisons", *lines(result)]


def test_a_declared_divergence_passes_and_is_listed() -> None:
    tables = {"split": plant_shift(table(), "delay", 0.02, 0)}
    result = agreement(table(), tables, ON, FEATURES, declared=[("split", "delay")])
    assert result.passed
    assert str(result) == "passed: 3 comparisons\nsplit: delay differs in 8 of 400 rows (2.00%), as declared"
    assert [c.column for c in result.divergences] == ["delay"]


def test_a_declaration_excuses_no_other_table_and_no_other_feature() -> None:
    tables = {"split": plant_shift(table(), "delay", 0.02, 0), "fti": plant_shift(table(), "delay", 0.02, 0)}
    assert not agreement(table(), tables, ON, FEATURES, declared=[("split", "delay")]).passed


def test_a_declared_divergence_that_is_none_closes_the_gate() -> None:
    result = agreement(table(), {"split": table()}, ON, FEATURES, declared=[("split", "delay")])
    assert lines(result) == ["split: delay is declared to differ and does not"]
    assert not result.passed


def test_a_gate_with_nothing_to_compare_does_not_open() -> None:
    with pytest.raises(CannotCompare, match="nothing to compare for reference"):
        agreement(table(), {}, ON, FEATURES)
    with pytest.raises(CannotCompare, match=r"^name at least one key and one column to compare$"):
        agreement(table(), {"split": table()}, ON, [])
    with pytest.raises(CannotCompare, match="split"):
        agreement(table(), {"fti": table()}, ON, FEATURES, declared=[("split", "delay")])
    with pytest.raises(CannotCompare, match="no rows in reference"):
        agreement(table()[:0], {"fti": table()[:0]}, ON, FEATURES)


def test_a_table_with_other_rows_is_named() -> None:
    with pytest.raises(CannotCompare, match="unmatched rows: 2 only in reference, 0 only in split"):
        agreement(table(), {"split": table()[2:]}, ON, FEATURES)


@pytest.mark.parametrize("share", [0, 0.0025, 0.05, 0.5, 6 / 7 - 0.01])
@pytest.mark.parametrize("seed", range(3))
def test_the_test_piece_has_exactly_the_share_asked_for(share: float, seed: int) -> None:
    planted = plant_shift(table(), "delay", share, seed)
    moved = (planted["delay"] != table()["delay"]) & table()["delay"].notna()
    assert moved.sum() == round(share * 400)
    pd.testing.assert_frame_equal(planted.drop(columns="delay"), table().drop(columns="delay"))
    assert planted["delay"].isna().equals(table()["delay"].isna())


def test_the_same_seed_shifts_the_same_rows() -> None:
    pd.testing.assert_frame_equal(plant_shift(table(), "delay", 0.05, 7), plant_shift(table(), "delay", 0.05, 7))


def test_the_test_piece_leaves_its_original_alone() -> None:
    original = table()
    plant_shift(original, "delay", 0.5, 0)
    pd.testing.assert_frame_equal(original, table())


def test_a_test_piece_needs_enough_rows_with_a_value() -> None:
    with pytest.raises(ValueError, match="cannot shift 400 rows: 342 hold a value in 'delay'"):
        plant_shift(table(), "delay", 1, 0)
    with pytest.raises(ValueError, match="cannot shift -40 rows"):
        plant_shift(table(), "delay", -0.1, 0)


@pytest.mark.parametrize(
    "values",
    [[True, None, False, True], [1, None, -1, 0], ["a", None, "b", ""], [0.0, np.inf, -1, 5], [0.0, -np.inf, -1, 5]],
)
def test_a_test_piece_of_objects_can_be_shifted_too(values: list[object]) -> None:
    base = pd.DataFrame({"flight_id": range(4), "x": pd.Series(values, dtype=object)})
    for seed in range(5):
        assert same_matrix(base, plant_shift(base, "x", 0.75, seed), ON, ["x"]).comparisons[0].share == 0.75


def test_categories_can_be_shifted_too() -> None:
    base = table().astype({"carrier": "category"})
    assert same_matrix(base, plant_shift(base, "carrier", 0.05, 0), ON, FEATURES).divergences[0].share == 0.05


@pytest.mark.slow
def test_the_same_results_draw_the_same_picture(tmp_path: Path) -> None:
    result = agreement(table(), {"fti": table(), "by hand": plant_shift(table(), "delay", 0.0025, 0)}, ON, FEATURES)
    for name in ("one", "two"):
        gate.draw(result, tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
