"""Steps whose outputs are kept."""

import json
import threading

import joblib
import pytest

from parts.stored_steps.stored_steps import Run, Step


def make_steps(made, fails=()):
    def make(name):
        def work(*inputs):
            if name in fails:
                raise ValueError(f"{name} is broken")
            made.append(name)
            return [name, *inputs]

        return work

    needs = {"a": (), "b": (), "ab": ("a", "b"), "only_a": ("a",)}
    return [Step(name, make(name), of) for name, of in needs.items()]


def test_each_step_gets_what_it_needs_in_that_order(tmp_path):
    assert Run(make_steps([]), tmp_path).finish() == []
    assert joblib.load(tmp_path / "ab") == ["ab", ["a"], ["b"]]


def test_what_is_there_is_not_made_again(tmp_path):
    first: list[str] = []
    second: list[str] = []
    Run(make_steps(first, fails=("ab",)), tmp_path).finish()
    assert Run(make_steps(second), tmp_path).finish() == []
    assert (sorted(first), second) == (["a", "b", "only_a"], ["ab"])
    assert joblib.load(tmp_path / "ab") == ["ab", ["a"], ["b"]]


def test_a_step_that_fails_takes_with_it_those_that_need_it_and_no_other(tmp_path):
    made: list[str] = []
    assert Run(make_steps(made, fails=("b",)), tmp_path).finish() == ["b: b is broken"]
    assert made == ["a", "only_a"]


def test_half_an_output_is_none(tmp_path):
    (tmp_path / "a.part").write_bytes(b"half")
    made: list[str] = []
    Run(make_steps(made), tmp_path).finish()
    assert "a" in made


def test_steps_that_need_nothing_of_one_another_run_side_by_side(tmp_path):
    both = threading.Barrier(2, timeout=10)
    steps = [Step("a", both.wait), Step("b", both.wait)]
    assert Run(steps, tmp_path, at_once=2).finish() == []


def test_a_circle_of_needs_is_refused(tmp_path):
    with pytest.raises(ValueError, match="cycle"):
        Run([Step("a", list, ("b",)), Step("b", list, ("a",))], tmp_path).finish()


def test_the_log_says_what_each_step_took(tmp_path):
    Run(make_steps([]), tmp_path).finish()
    lines = [json.loads(line) for line in (tmp_path / "took.jsonl").read_text().splitlines()]
    assert [line["name"] for line in lines] == ["a", "b", "only_a", "ab"] or len(lines) == 4
    assert all(line["storing"] >= 0 and line["wall"] >= 0 for line in lines)
