"""Numbers that are committed: each says what made it, and a test can tell which no longer fit."""

import json
import os
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.engine import recorded
from lab.engine.recorded import LOOKS, Recorded, measure_load, refuse_if_busy, sample_entries, wait_until_idle
from lab.engine.workspace import StudyError

DIGESTS = {"a": "1", "b": "2"}


@pytest.fixture
def record(tmp_path):
    made = Recorded(tmp_path / "recorded.json")
    made.write({"a": [1, 2.5], "b": {"x": None}}, DIGESTS)
    return made


def test_values_come_back_with_where_they_were_made(record):
    assert record.values() == {"a": [1, 2.5], "b": {"x": None}}
    assert record.value("a") == [1, 2.5]
    assert set(record.made("a")) == {"machine", "python", "date", "load"}
    with pytest.raises(LookupError, match=r"recorded\.json has no entry c"):
        record.value("c")


def test_an_entry_whose_digest_differs_one_that_is_missing_and_one_of_no_use_are_stale(record):
    assert record.stale(DIGESTS) == []
    assert record.stale({"a": "1", "b": "changed", "c": "3"}) == ["b", "c"]
    assert record.stale({"a": "1"}) == ["b"]


def test_entries_marked_as_moved_are_listed_and_not_stale_until_they_are_made_again(record):
    record.mark_moved(["b"], "036b023")
    record.mark_moved(["b"], "later")
    assert record.stale({"a": "9", "b": "9"}) == ["a"]
    assert record.moved() == {"b": "036b023"}
    assert json.loads(record.path.read_text())["entries"]["b"]["digest"] == "2"
    record.write({"b": 3}, {"b": "9"})
    assert record.moved() == {}
    assert record.stale({"a": "9", "b": "9"}) == ["a"]


def test_writing_some_entries_keeps_the_others(record):
    record.write({"b": "new"}, {"b": "9"})
    assert record.values() == {"a": [1, 2.5], "b": "new"}
    assert record.stale({"a": "1", "b": "9"}) == []


def test_entries_that_nothing_makes_any_more_can_be_taken_out(record):
    before = record.values()
    gone, *kept = before
    record.drop_all_but(kept)
    assert record.values() == {name: before[name] for name in kept}
    assert gone not in record.values()


def test_every_entry_is_one_line(record):
    lines = record.path.read_text().splitlines()
    assert [line.split(":")[0] for line in lines] == ['{"entries"', '"a"', '"b"', "}}"]


def test_times_are_refused_while_something_else_uses_the_machine(record, monkeypatch):
    before = record.path.read_text()
    with pytest.raises(StudyError, match=r"something else uses this machine \(its load is 0\.3\)"):
        refuse_if_busy(0.31)
    with pytest.raises(StudyError, match="something else uses this machine"):
        record.write({"a": 1}, DIGESTS, timed=True, load=0.31)
    assert record.path.read_text() == before
    record.write({"a": 1}, DIGESTS)
    record.write({"a": 2}, DIGESTS, timed=True, load=0.2)
    assert record.made("a")["load"] == 0.2
    monkeypatch.setattr(os, "getloadavg", lambda: (2.0, 0.0, 0.0))
    with pytest.raises(StudyError, match="something else uses"):
        record.write({"a": 1}, DIGESTS, timed=True)


@pytest.mark.parametrize("loads", [[0.2], [2.0, 0.9, 0.4, 0.3]])
def test_a_run_that_times_waits_until_nothing_else_runs(monkeypatch, loads):
    looks = iter(loads)
    monkeypatch.setattr(recorded, "measure_load", lambda: next(looks))
    assert wait_until_idle() == loads[-1]
    assert list(looks) == []


def test_a_machine_that_stays_busy_is_refused(monkeypatch):
    looks = iter([2.0] * LOOKS)
    monkeypatch.setattr(recorded, "measure_load", lambda: next(looks))
    with pytest.raises(StudyError, match="something else uses this machine"):
        wait_until_idle()
    assert list(looks) == []


def test_a_busy_core_is_seen_at_once_and_forgotten_at_once(monkeypatch):
    monkeypatch.setattr(recorded, "LOOK", 0.5)
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        time.sleep(0.3)
        seen = measure_load()
        busy.kill()
    assert seen > 0.5


def test_what_is_no_record_and_what_is_no_json_is_refused(tmp_path, record):
    with pytest.raises(StudyError, match=r"nothing\.json is no readable record"):
        Recorded(tmp_path / "nothing.json").values()
    with pytest.raises(ValueError, match="Out of range float"):
        record.write({"a": float("nan")}, DIGESTS)
    assert record.value("a") == [1, 2.5]
    with pytest.raises(KeyError):
        record.write({"without a digest": 1}, DIGESTS)


@given(st.sets(st.text(max_size=5)), st.text(), st.integers(0, 8))
def test_a_sample_is_drawn_by_a_text_alone(names, seed, count):
    drawn = sample_entries(names, seed, count)
    assert drawn == sample_entries(sorted(names, reverse=True), seed, count)
    assert len(drawn) == min(count, len(names))
    assert set(drawn) <= names


def test_other_texts_draw_other_names():
    names = [f"n{number}" for number in range(30)]
    drawn = {name for commit in range(60) for name in sample_entries(names, str(commit), 3)}
    assert drawn == set(names)


def test_the_machine_is_described_in_words_that_can_be_read():
    described = recorded.describe_machine()
    assert described["machine"].split()[0] in {"Linux", "Darwin"}
    assert len(described["date"]) == 10
