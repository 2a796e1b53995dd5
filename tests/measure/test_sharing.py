"""Sharing is counted by name and by value, and a name that holds two sets of values is found out."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measure.data import sharing as ruler
from measure.data.planted_shift import plant_shift
from measure.data.sharing import CannotTell, Sharing, sharing
from measure.data.table_compare import CannotCompare
from tests.toy import table

ON = ["flight_id"]
MODELS = {"late": ["delay", "count", "carrier"], "demand": ["delay", "seats"], "delay": ["carrier", "delay"]}


def told(*served: pd.DataFrame) -> Sharing:
    """The models above, trained on the table; one serving path for each table given."""
    return sharing(MODELS, {"training": table()} | {f"serving {n}": rows for n, rows in enumerate(served)}, ON)


def test_the_incidence_is_what_the_models_were_fed() -> None:
    expected = pd.DataFrame(
        {"late": [1, 1, 1, 0], "demand": [1, 0, 0, 1], "delay": [1, 0, 1, 0]},
        index=pd.Index(["delay", "count", "carrier", "seats"], name="feature"),
        dtype=bool,
    )
    pd.testing.assert_frame_equal(told(table()).incidence, expected)


def test_paths_that_agree_are_one_definition_of_every_feature() -> None:
    result = told(table().sample(frac=1, random_state=0), table())
    assert result.definitions == dict.fromkeys(
        ["delay", "count", "carrier", "seats"], (("training", "serving 0", "serving 1"),)
    )
    expected = {"feature": ["delay", "count", "carrier", "seats"], "models": [3, 1, 2, 1], "definitions": [1, 1, 1, 1]}
    pd.testing.assert_frame_equal(result.per_feature, pd.DataFrame(expected))
    assert (result.shared, result.shared_by_value, result.models_fed_by_one_definition) == (0.5, 0.5, 3)
    expected = {"model": ["late", "demand", "delay"], "features": [3, 2, 2], "one_definition": [1.0, 1.0, 1.0]}
    pd.testing.assert_frame_equal(result.per_model, pd.DataFrame(expected))


def test_equal_names_with_different_values_are_two_definitions() -> None:
    result = told(plant_shift(table(), "carrier", 0.05, 0))
    assert result.definitions["carrier"] == (("training",), ("serving 0",))
    assert result.per_feature["definitions"].tolist() == [1, 1, 2, 1]
    assert (result.shared, result.shared_by_value) == (0.5, 0.25)
    assert result.per_model["one_definition"].tolist() == [2 / 3, 1, 1 / 2]
    assert result.models_fed_by_one_definition == 1


@pytest.mark.parametrize("feature", ["delay", "count", "carrier", "seats"])
def test_one_row_in_a_hundred_makes_a_second_definition_of_that_feature_alone(feature: str) -> None:
    found = told(plant_shift(table(), feature, 0.01, 0)).per_feature.set_index("feature")["definitions"]
    assert found[feature] == 2
    assert found.drop(feature).tolist() == [1, 1, 1]


def test_a_null_is_a_value_of_its_own() -> None:
    served = table()
    served.loc[1, "delay"] = None
    assert len(told(served).definitions["delay"]) == 2


def test_paths_are_grouped_by_equality_with_the_first_of_each_group() -> None:
    odd = table().assign(count=7)
    groups = told(odd, table(), odd.sample(frac=1, random_state=0), table().assign(count=8)).definitions["count"]
    assert groups == (("training", "serving 1"), ("serving 0", "serving 2"), ("serving 3",))


def test_nearly_equal_goes_no_further_than_the_first_of_a_group() -> None:
    base = pd.DataFrame({"flight_id": [1], "x": [1.0]})
    paths = {name: base.assign(x=1 + step * 0.9e-6) for name, step in (("a", 0), ("b", 1), ("c", 2))}
    assert sharing({"m": ["x"]}, paths, ON).definitions["x"] == (("a", "b"), ("c",))


def test_a_path_that_does_not_make_a_feature_defines_none() -> None:
    result = told(table().drop(columns=["delay", "carrier"]), plant_shift(table(), "delay", 0.05, 0))
    assert result.definitions["delay"] == (("training",), ("serving 1",))
    assert result.definitions["carrier"] == (("training", "serving 1"),)
    assert sharing({"m": ["seats"]}, {"a": table()[ON], "b": table()}, ON).definitions["seats"] == (("b",),)


def test_features_that_no_model_is_fed_count_nowhere() -> None:
    result = sharing({"m": ["seats"]}, {"a": table(), "b": table().assign(count=1)}, ON)
    assert result.per_feature["feature"].tolist() == ["seats"]
    assert (result.shared, result.models_fed_by_one_definition) == (0, 1)


REFUSED: dict[str, tuple[dict[str, list[str]], dict[str, pd.DataFrame], str]] = {
    "no model": (
        {},
        {"a": table(), "b": table()},
        "0 models and 2 paths: sharing takes one model and two paths at least",
    ),
    "one path": (MODELS, {"a": table()}, "3 models and 1 paths: sharing takes one model and two paths at least"),
    "no features": ({"m": []}, {"a": table(), "b": table()}, "model 'm' has 0 features, 0 of them different"),
    "twice": (
        {"m": ["delay", "seats", "delay"]},
        {"a": table(), "b": table()},
        "model 'm' has 3 features, 2 of them different",
    ),
    "unmade": ({"m": ["speed"]}, {"a": table(), "b": table()}, "no path makes the feature 'speed'"),
}
ODD: dict[str, tuple[pd.DataFrame, str]] = {
    "other rows": (table()[2:], "unmatched rows: 2 only in training, 0 only in serving 0"),
    "duplicates": (pd.concat([table(), table()[:1]]), "1 duplicate keys ['flight_id'] in serving 0"),
    "types": (table().assign(seats="many"), "column 'seats' is integer in training and text in serving 0"),
    "named twice": (
        pd.concat([table(), table()[["seats"]]], axis=1),
        "column 'seats' is named twice in serving 0",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_tells_of_no_sharing_is_refused_in_one_line(case: str) -> None:
    models, paths, line = REFUSED[case]
    with pytest.raises(CannotTell) as refused:
        sharing(models, paths, ON)
    assert str(refused.value) == line
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize("case", ODD)
def test_tables_that_cannot_be_compared_are_refused_in_one_line(case: str) -> None:
    served, line = ODD[case]
    with pytest.raises(CannotCompare) as refused:
        told(served)
    assert str(refused.value) == line


columns = st.lists(st.lists(st.sampled_from([0.0, 1.0, None]), min_size=2, max_size=2), min_size=2, max_size=6)


@settings(deadline=None, max_examples=30)
@given(columns)
def test_there_are_as_many_definitions_as_different_columns(values: list[list[float | None]]) -> None:
    paths = {
        str(n): pd.DataFrame({"flight_id": [1, 2], "x": pd.Series(column, dtype=float)})
        for n, column in enumerate(values)
    }
    result = sharing({"m": ["x"], "n": ["x"]}, paths, ON)
    assert len(result.definitions["x"]) == len({tuple(column) for column in values})
    assert sorted(path for group in result.definitions["x"] for path in group) == sorted(paths)
    assert result.shared == 1
    assert result.shared_by_value == (len(result.definitions["x"]) == 1)


@pytest.mark.slow
def test_the_same_results_draw_the_same_picture(tmp_path: Path) -> None:
    results = {"fti": told(table()), "split": told(plant_shift(table(), "delay", 0.05, 0))}
    for name in ("one", "two"):
        ruler.draw(results, tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
