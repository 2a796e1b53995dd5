"""The page of the mutants that live: judged to the last one, and no verdict is lost."""

from pathlib import Path

import pytest

from tests.mutation.mutation_runs import GROUPS, find_modules, find_tests
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


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_names_files_that_exist(group: str):
    modules, tests = GROUPS[group]
    assert find_modules(modules)
    assert find_tests(tests)


def test_a_name_without_a_file_is_refused():
    with pytest.raises(ValueError, match=r"0 files match measure/\*/nothing\.py"):
        find_modules("skew nothing")


def test_a_reader_knows_the_function():
    assert _function("measure.data.days.xǁDaysǁsums__mutmut_3") == "days.Days.sums"
    assert _function("measure.data.gate.x__mark__mutmut_12") == "gate._mark"
