"""A step's folder counts as long as its files are as the step left them, and no longer."""

import json

import pytest

from lab.engine.step_cache import DONE, clear, digest, is_done, mark_done, read_times


@pytest.fixture
def done(tmp_path):
    """A finished step's folder with a file, and one in a folder below."""
    folder = tmp_path / "step"
    clear(folder)
    (folder / "deep").mkdir()
    (folder / "table.csv").write_text("1\n")
    (folder / "deep" / "model").write_bytes(b"2")
    mark_done(folder, "key", 3.0)
    return folder


def test_a_finished_step_counts_under_its_key_alone(done):
    assert is_done(done, "key")
    assert not is_done(done, "another key")


@pytest.mark.parametrize("name", ["table.csv", "deep/model"])
def test_a_file_that_was_changed_or_taken_away_makes_it_run_again(done, name):
    before = (done / name).read_bytes()
    (done / name).write_bytes(b"other")
    assert not is_done(done, "key")
    (done / name).write_bytes(before)
    assert is_done(done, "key")
    (done / name).unlink()
    assert not is_done(done, "key")


def test_a_file_that_came_later_and_an_unfinished_note_do_no_harm(done):
    (done / "later.txt").write_text("a note of a library")
    (done / f"{DONE}.part").write_text("{")
    assert is_done(done, "key")
    mark_done(done, "key", 3.0)
    (done / f"{DONE}.part").write_text("half")
    assert is_done(done, "key")


def test_the_digests_are_kept_by_path(done):
    assert json.loads((done / DONE).read_text())["files"] == {"deep/model": digest(b"2"), "table.csv": digest(b"1\n")}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"key": "key"}', '{"key": "key", "files": 1}'])
def test_a_folder_whose_note_cannot_be_read_does_not_count(done, text):
    (done / DONE).write_text(text)
    assert is_done(done, "key") is False
    with pytest.raises(LookupError, match="step does not say when it ran"):
        read_times(done)


def test_a_folder_that_was_never_finished_does_not_count(tmp_path):
    assert is_done(tmp_path / "nothing", "key") is False


def test_a_folder_is_emptied_for_a_new_run_and_made_where_there_is_none(done):
    clear(done)
    assert list(done.iterdir()) == []
    clear(done.parent / "other" / "step")
    assert (done.parent / "other" / "step").is_dir()


def test_when_a_step_ran_is_known_from_its_end_and_its_seconds(done):
    began, ended = read_times(done)
    assert ended - began == pytest.approx(3.0)
    mark_done(done, "key")
    began, ended = read_times(done)
    assert began == ended
