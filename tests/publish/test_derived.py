"""Every derived file is what its writer makes; a check writes nothing and names each file that differs."""

from pathlib import Path

import pytest

from lab.engine.workspace import REPOSITORY, StudyError
from publish import derived
from publish.derived import Part
from publish.markdown_table import write_table
from publish.marked_parts import find_page, read_part, replace_part

pytestmark = pytest.mark.slow

AT_HAND = ("catalogue", "glossary", "shapes", "changes", "beyond", "blind", "exercises")
"""Parts that need no study."""
PAGE = "# A page\n<!-- generated: sums -->\n1\n<!-- end of generated part -->\nThe end.\n"


def test_what_needs_no_study_is_fresh(capsys):
    assert derived.main(["--check", *AT_HAND]) == 0
    assert capsys.readouterr().out == ""


@pytest.fixture
def part(tmp_path: Path, monkeypatch) -> Part:
    monkeypatch.setattr(derived, "REPOSITORY", tmp_path)
    part = Part("sums", lambda: {tmp_path / "docs" / "sums.md": "2 + 2 = 4\n"}, lambda text: text)
    monkeypatch.setattr(derived, "PARTS", (part,))
    return part


def test_a_file_is_written_once(part, tmp_path, capsys):
    assert derived.main([]) == 0
    assert capsys.readouterr().out == "docs/sums.md: written\n"
    assert (tmp_path / "docs" / "sums.md").read_text() == "2 + 2 = 4\n"
    assert derived.main([]) == 0
    assert capsys.readouterr().out == ""


def test_a_check_writes_nothing_and_names_what_differs(part, tmp_path, capsys):
    assert derived.main(["--check"]) == 1
    assert capsys.readouterr().out == "docs/sums.md: differs\n"
    assert not (tmp_path / "docs").exists()


@pytest.mark.parametrize(("stored", "status"), [("2 + 2 = 5\n", 0), ("2 and 2 = 4\n", 1)], ids=["figure", "word"])
def test_a_check_lets_pass_figures_of_the_machine_but_no_word(part, tmp_path, stored, status):
    derived.write(tmp_path / "docs" / "sums.md", stored)
    assert derived.main(["--check"]) == status


def test_figures_of_the_machine_are_written_anew(part, tmp_path):
    derived.write(tmp_path / "docs" / "sums.md", "2 + 2 = 5\n")
    assert derived.main([]) == 0
    assert (tmp_path / "docs" / "sums.md").read_text() == "2 + 2 = 4\n"


def test_a_part_without_its_results_says_so_in_one_line_and_the_others_go_on(part, capsys, monkeypatch):
    def fail():
        raise StudyError("no results: run `make study` first")

    monkeypatch.setattr(derived, "PARTS", (Part("scorecard", fail), part))
    assert derived.main([]) == 1
    said = capsys.readouterr()
    assert (said.err, said.out) == ("scorecard: no results: run `make study` first\n", "docs/sums.md: written\n")


def test_two_drawings_of_one_picture_are_the_same_and_two_pictures_are_not():
    first, second = ((REPOSITORY / "docs" / f"{name}.png").read_bytes() for name in ("changes", "three_shapes"))
    assert derived.is_same_picture(first, first)
    assert not derived.is_same_picture(first, second)


def test_a_part_is_replaced_between_its_marks_only():
    renewed = replace_part(PAGE, "sums", r"\1 | 2")
    assert renewed == PAGE.replace("\n1\n", "\n\\1 | 2\n")
    assert read_part(renewed, "sums") == r"\1 | 2"


def test_a_page_without_marks_is_refused(tmp_path):
    with pytest.raises(StudyError, match="no marks for a generated part"):
        replace_part("# A page\n", "sums", "2")
    (tmp_path / "README.md").write_text("# Read me\n")
    with pytest.raises(StudyError, match="0 pages have the mark"):
        find_page("sums", tmp_path)


def test_a_part_is_found_in_whichever_page_has_its_marks(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("# Read me\n")
    (tmp_path / "docs" / "sums.md").write_text(PAGE)
    assert find_page("sums", tmp_path) == tmp_path / "docs" / "sums.md"


def test_a_table_has_a_rule_below_its_headings_and_breaks_lines_within_cells():
    assert write_table(["a", "b"], [["1", "2\n3"]]) == "| a | b |\n| --- | --- |\n| 1 | 2<br>3 |"
