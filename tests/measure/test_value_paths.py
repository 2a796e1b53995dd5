"""Ancestors of a feature, on a toy whose ways are known."""

import sys
from importlib import import_module

import pytest

from measure.code.value_paths import Passages, list_names

TOY = """\
import threading

STATE = {}


def half(x):
    return x / 2


def make(x):
    return {"speed": half(x), "size": len(str(x))}


def other(x):
    return {"weight": double(x)}


def double(x):
    return x * 2


def carry(row):
    return row


def observe(x):
    remember(x)


def remember(x):
    STATE["last"] = x


def aside(x):
    worker = threading.Thread(target=make, args=(x,))
    worker.start()
    worker.join()


def both(x):
    observe(x)
    row = make(x) | other(x)
    return carry(row)


def breaks(x):
    try:
        fails(make(x))
    except ValueError:
        return {"speed": 0}


def fails(row):
    raise ValueError
"""
FEATURES = frozenset({"speed", "weight"})


@pytest.fixture
def toy(tmp_path, monkeypatch):
    (tmp_path / "toy_of_passages.py").write_text(TOY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "toy_of_passages", raising=False)
    return import_module("toy_of_passages")


def watched(toy, tmp_path, function):
    passages = Passages(tmp_path, FEATURES)
    given = passages.watching(lambda: getattr(toy, function)(8))
    return given, passages, {feature: {name for _, name in of} for feature, of in passages.ancestors.items()}


def test_a_feature_has_who_made_it_who_worked_for_it_and_who_carried_it(toy, tmp_path):
    given, passages, found = watched(toy, tmp_path, "both")
    assert given["speed"] == 4
    assert found == {"speed": {"half", "make", "carry", "both"}, "weight": {"double", "other", "carry", "both"}}
    assert {name for _, name in passages.apart} == {"observe", "remember"}
    assert (passages.bounds("speed"), passages.bounds("weight")) == ((4, 6), (4, 6))


def test_state_that_is_written_apart_is_added_to_the_upper_bound_only(toy, tmp_path):
    passages = Passages(tmp_path, FEATURES)
    passages.watching(lambda: (toy.observe(1), toy.make(8)))
    assert {name for _, name in passages.apart} == {"observe", "remember"}
    assert passages.bounds("speed") == (2, 4)


def test_work_in_another_thread_is_seen(toy, tmp_path):
    _, _, found = watched(toy, tmp_path, "aside")
    assert {"make", "half"} <= found["speed"]


def test_a_function_that_raises_ends_its_call_and_nobody_elses(toy, tmp_path):
    _, _, found = watched(toy, tmp_path, "breaks")
    assert found["speed"] == {"half", "make", "fails", "breaks"}


def test_watching_ends_with_the_call_even_if_it_fails(toy, tmp_path):
    passages = Passages(tmp_path, FEATURES)
    with pytest.raises(ZeroDivisionError):
        passages.watching(lambda: 1 / 0)
    toy.make(8)
    assert passages.ancestors == {}


def test_names_are_those_of_columns_keys_and_series():
    import pandas as pd

    table = pd.DataFrame({"a": [1], "b": [2]})
    assert list_names(table) == {"a", "b"}
    assert list_names(table["a"]) == {"a"}
    assert list_names({"c": 1, 2: 3}) == {"c"}
    assert list_names([{"d": 1}, {"e": 1}]) == {"d"}
    assert list_names([[{"d": 1}]]) == list_names("a") == list_names([]) == set()
