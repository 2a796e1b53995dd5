"""The four classes of cells agree with those of the ruler, and have intervals."""

import pandas as pd
import pytest

from measure.data.classes import ALL, class_shares
from measure.data.skew import CLASSES, row_skew
from measure.data.table_compare import CannotCompare

ON, NAMES = ["id"], ["x", "y"]
OFFLINE = pd.DataFrame({"id": range(8), "x": [1.0, 2, None, 4, 5, 6, 7, None], "y": list("abababab")})
SERVED = pd.DataFrame({"id": range(8), "x": [1.0, 9, 3, None, 5, 6, 8, None], "y": list("abababab")})
DAYS = [1] * 4 + [2] * 4


def test_the_classes_are_those_counted_by_hand_and_make_one():
    found = class_shares(OFFLINE, SERVED, ON, NAMES, DAYS)
    assert {label: share.value for label, share in found["x"].items()} == {
        "equal": 4 / 8,
        "value_differs": 2 / 8,
        "null_only_offline": 1 / 8,
        "null_only_served": 1 / 8,
    }
    assert found["y"]["equal"].value == 1
    assert {label: share.value for label, share in found[ALL].items()} == {
        "equal": 12 / 16,
        "value_differs": 2 / 16,
        "null_only_offline": 1 / 16,
        "null_only_served": 1 / 16,
    }
    for of in found.values():
        assert sum(share.value for share in of.values()) == pytest.approx(1)


def test_the_classes_are_those_of_the_ruler_in_whatever_order_the_rows_come():
    shuffled = SERVED.sample(frac=1, random_state=3)
    ruler = row_skew(OFFLINE, shuffled, ON, NAMES).per_feature.set_index("feature")
    found = class_shares(OFFLINE, shuffled, ON, NAMES, DAYS)
    assert {name: {label: found[name][label].value for label in CLASSES} for name in NAMES} == ruler[
        list(CLASSES)
    ].to_dict("index")


def test_an_interval_spans_from_the_best_day_to_the_worst():
    equal = class_shares(OFFLINE, SERVED, ON, NAMES, DAYS)["x"]["equal"]
    assert (equal.low, equal.value, equal.high) == (1 / 4, 1 / 2, 3 / 4)  # one of four on the first day, three then


def test_what_the_ruler_refuses_is_refused():
    with pytest.raises(CannotCompare, match="unmatched rows"):
        class_shares(OFFLINE, SERVED.iloc[1:], ON, NAMES, DAYS)
