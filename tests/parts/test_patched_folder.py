"""A patch applies whole or not at all, and its lines are counted."""

import pytest

from parts.patched_folder.patched_folder import apply_patch, count_touched, list_added, split_hunks

PATCH = """\
diff --git a/a.txt b/a.txt
--- a/a.txt
+++ b/a.txt
@@ -1,4 +1,4 @@
-one
+ONE
 two
 three
 four
@@ -9,4 +9,5 @@
 nine
 ten
 eleven
-twelve
+TWELVE
+
"""
LINES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.txt").write_text("\n".join(LINES) + "\n")
    return tmp_path


def test_a_patch_that_fits_is_applied(folder):
    assert apply_patch(PATCH, folder)
    assert (folder / "a.txt").read_text().split() == ["ONE", *LINES[1:-1], "TWELVE"]


def test_one_hunk_that_does_not_fit_leaves_everything_as_it_was(folder):
    (folder / "a.txt").write_text(text := "\n".join([*LINES[:-1], "12"]) + "\n")
    assert not apply_patch(PATCH, folder)
    assert (folder / "a.txt").read_text() == text


def test_hunks_apply_one_by_one(folder):
    (folder / "a.txt").write_text("\n".join([*LINES[:-1], "12"]) + "\n")
    assert [apply_patch(hunk, folder) for hunk in split_hunks(PATCH)] == [True, False]
    assert (folder / "a.txt").read_text().startswith("ONE\n")


def test_less_context_asks_for_less(folder):
    (folder / "a.txt").write_text("\n".join(["one", "two", "3", *LINES[3:]]) + "\n")
    first, _ = split_hunks(PATCH)
    assert not apply_patch(first, folder)
    assert apply_patch(first, folder, context=1)


def test_a_hunk_finds_its_place_when_lines_were_put_before_it(folder):
    (folder / "a.txt").write_text("\n".join(["zero", *LINES[:8], "8.5", *LINES[8:]]) + "\n")
    assert [apply_patch(hunk, folder) for hunk in split_hunks(PATCH)] == [False, True]


def test_lines_are_counted_without_heads_and_empty_ones():
    assert list_added(PATCH) == ["ONE", "TWELVE"]
    assert count_touched(PATCH) == 4
