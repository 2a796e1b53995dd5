"""Fixes that are the history's own, carried to copies: what applies, what merges, and what stays."""

import subprocess

import pytest

from antipatterns.serving.copied_services import services
from lab.engine.workspace import REPOSITORY
from lab.patterns.copied_fixes import CONTEXTS, DRIFTS, carry, merge, read_fixes, write_copy
from parts.patched_folder.patched_folder import split_hunks


def test_the_fixes_apply_to_the_first_service_whole_and_drift_moves_code(tmp_path):
    done = carry(read_fixes(), services.write_service("late", tmp_path), CONTEXTS["full context"])
    assert (done.applied, done.whole, done.by_hand) == ([True] * 9, True, 0)
    texts = [
        "".join(file.read_text() for file in sorted(write_copy(services, "delay", drift, tmp_path / "d").rglob("*.py")))
        for drift in DRIFTS
    ]
    assert len({*texts}) == len(DRIFTS)
    for text in texts:
        compile(text.replace("from __future__", "#"), "copy", "exec")


def test_a_merge_takes_what_the_copy_left_alone_and_keeps_what_it_changed(tmp_path):
    old, new, own = (tmp_path / name for name in ("old", "new", "own"))
    for place, text in ((old, "a\nb\nc\nd\ne\n"), (new, "A\nb\nc\nd\nE\n"), (own, "a\nb\nc\nd\nmine\n")):
        place.mkdir()
        (place / "changed.py").write_text(text)
        (place / "same.py").write_text("same\n")
    (old / "gone.py").write_text("gone\n")
    (own / "gone.py").write_text("gone\n")
    assert merge(old, new, own) == ([True, True, False], False, 1)
    assert (own / "changed.py").read_text() == "A\nb\nc\nd\nmine\n"
    assert sorted(file.name for file in own.iterdir()) == ["changed.py", "same.py"]


def test_the_first_service_merges_whole(tmp_path):
    old, new, own = (services.write_service("late", tmp_path / name) for name in ("old", "new", "own"))
    carry(read_fixes(), new, CONTEXTS["full context"])
    done = merge(old, new, own)
    assert (set(done.applied), done.whole, done.by_hand) == ({True}, True, 0)
    assert {file.name: file.read_text() for file in own.rglob("*.py")} == {
        file.name: file.read_text() for file in new.rglob("*.py")
    }


SUBJECTS = {
    "The service keeps the promises of its OpenAPI document: schemathesis and hypothesis over a real server": 0,
    "Metrics of two services in one process count apart; lesson 14's cells are short": 1,
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_fixes_are_those_of_the_history_as_far_as_the_clone_reaches(subject):
    fix = read_fixes()[SUBJECTS[subject]]
    files = [hunk.split("\n")[0].split(" b/")[1] for hunk in split_hunks(fix)]
    for commit in ask_git("log", "--format=%H", "--fixed-strings", f"--grep={subject}").split():
        shown = ask_git("show", "--format=", commit, "--", *dict.fromkeys(files))
        assert [strip_index(hunk) for hunk in split_hunks(shown)] == [strip_index(hunk) for hunk in split_hunks(fix)]


def strip_index(hunk):
    """How many letters of a digest git prints depends on the clone."""
    return [line for line in hunk.splitlines() if not line.startswith("index ")]


def ask_git(*command):
    return subprocess.run(["git", *command], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
