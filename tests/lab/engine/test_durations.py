"""How long the rest takes, and how the reader is told."""

import io

import pytest
from rich.console import Console

from lab.engine import display
from lab.engine.display import Display
from lab.engine.durations import estimate_seconds_left, read_durations, write_durations
from lab.engine.step import Step

A, B, ALONE = Step("a", "m:f", "A"), Step("b", "m:f", "B"), Step("alone", "m:f", "Alone", alone=True)


@pytest.mark.parametrize(
    ("steps", "usual", "elapsed", "expected"),
    [
        ([A, B], {}, {}, None),
        ([A, B], {"a": 10, "b": 10}, {}, 10),
        ([A, B], {"a": 30, "b": 10}, {}, 30),
        ([A, B], {"a": 30}, {}, 30),
        ([A, ALONE], {"a": 10, "alone": 20}, {}, 30),
        ([A, ALONE], {"a": 10, "alone": 20}, {"a": 4}, 26),
        ([A], {"a": 10}, {"a": 40}, 0),
        ([], {"a": 10}, {}, 0),
    ],
)
def test_steps_run_two_at_once_but_for_those_that_run_alone(steps, usual, elapsed, expected):
    assert estimate_seconds_left(steps, usual, elapsed) == expected


def test_durations_are_kept_and_what_is_unreadable_is_nothing(tmp_path):
    assert read_durations(tmp_path) == {}
    write_durations(tmp_path, {"a": 1.25})
    assert read_durations(tmp_path) == {"a": 1.2}
    (tmp_path / "durations.json").write_text("[1]")
    assert read_durations(tmp_path) == {}


@pytest.mark.parametrize(
    ("usual", "words"),
    [({}, "2 steps left"), ({"a": 20.0}, "2 steps left, about 20 s"), ({"a": 600.0}, "2 steps left, about 10 min")],
)
def test_where_there_is_no_terminal_a_line_now_and_then_says_what_is_left(usual, words, monkeypatch):
    seen = io.StringIO()
    with Display(Console(file=seen)) as shown:
        shown.begin([A, B], usual)
        shown.refresh()
        assert "left" not in seen.getvalue()
        monkeypatch.setattr(display, "EVERY", 0.0)
        shown.refresh()
        assert seen.getvalue().strip() == words
        shown.start(A)
        shown.finish(A, 20.0)
        assert shown.describe_rest().startswith("1 step left")


def test_on_a_terminal_the_bar_says_what_is_left():
    seen = io.StringIO()
    with Display(Console(file=seen, force_terminal=True, width=120)) as shown:
        shown.begin([A, B], {"a": 600.0})
        shown.start(A)
        shown.advance(A, 1, 2)
        shown.refresh()
    assert "2 steps left, about 10 min" in seen.getvalue()
