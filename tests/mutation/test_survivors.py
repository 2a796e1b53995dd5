"""The page of the mutants that live: judged to the last one, and no verdict is lost."""

from pathlib import Path

from lab.engine.workspace import REPOSITORY
from tests.mutation.mutation_runs import GROUPS
from tests.mutation.survivors import OPEN, PAGE, _function, verdicts, write


def test_every_survivor_has_its_verdict():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ") and "`" in line]
    assert OPEN not in PAGE.read_text()
    assert len(verdicts()) == len(rows) > 0


def test_a_page_written_anew_keeps_the_verdicts_of_what_still_lives(tmp_path: Path):
    page = tmp_path / "page.md"
    old, new, gone = "| a.f | `x` | `y` |", "| a.f | `x \\| z` | `y` |", "| b.g | `1` | `2` |"
    assert write([old, gone], 8, 10, page) == 2
    page.write_text(page.read_text().replace(f"{old} {OPEN}", f"{old} same: no difference"))
    assert write([old, old, new], 7, 10, page) == 1
    assert verdicts(page) == {old: "same: no difference"}
    assert f"{new} {OPEN} |" in page.read_text()
    assert gone not in page.read_text()
    assert "**70.0%**" in page.read_text()


def test_a_reader_knows_the_function():
    assert _function("measure.data.days.xǁDaysǁsums__mutmut_3") == "days.Days.sums"
    assert _function("measure.data.gate.x__mark__mutmut_12") == "gate._mark"


def test_every_ruler_is_broken_by_one_group_and_all_that_groups_name_is_there():
    files = [file for group in GROUPS.values() for file in group.files]
    rulers = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "measure").rglob("*.py")}
    assert len(files) == len(set(files))
    assert {file for file in rulers if not file.endswith("__init__.py")} <= set(files)
    named = {*files, *(test for group in GROUPS.values() for test in group.tests)}
    assert {name for name in named if not (REPOSITORY / name).exists()} == set()
