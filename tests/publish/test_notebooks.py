"""Every notebook keeps the house rules and is what its source says; every rule finds a planted breach."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from publish.notebooks import build_notebooks, lesson_parts, notebook_rules

SOURCES = sorted(build_notebooks.SOURCES.glob("*.py"))
assert SOURCES, "no lessons found"
STORED = sorted(build_notebooks.HERE.glob("*.ipynb"))
LESSON_RULES = [lesson_parts.list_missing_parts, notebook_rules.list_surplus_cells]
CELL_RULES = [notebook_rules.list_long_cells, notebook_rules.list_hidden_helpers, notebook_rules.list_unchecked_cells]
SOURCE_RULES = LESSON_RULES + CELL_RULES
STORED_RULES = [notebook_rules.list_faults, notebook_rules.list_unrun_cells, notebook_rules.list_bare_pictures]


def test_every_source_has_its_notebook_and_every_notebook_its_source() -> None:
    assert [path.stem for path in SOURCES] == [path.stem for path in STORED]


def test_stored_cells_are_those_of_the_sources() -> None:
    assert {source.stem: found for source in SOURCES if (found := build_notebooks.check(source, outputs=False))} == {}


@pytest.mark.parametrize("rule", SOURCE_RULES, ids=lambda rule: rule.__name__)
def test_sources_keep_the_rule(rule: Callable[[NotebookNode], list[str]]) -> None:
    assert {path.stem: found for path in SOURCES if (found := rule(build_notebooks.read_source(path)))} == {}


@pytest.mark.parametrize("rule", STORED_RULES, ids=lambda rule: rule.__name__)
def test_stored_notebooks_keep_the_rule(rule: Callable[[NotebookNode], list[str]]) -> None:
    read = {path.stem: nbformat.read(path, as_version=4) for path in STORED}
    assert {name: found for name, notebook in read.items() if (found := rule(notebook))} == {}


def test_no_sanitizer_softens_the_comparison(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.getoption("nbval_sanitize_with", None) is None  # the plugin may be off


def printed(text: str, **data: str) -> list[NotebookNode]:
    picture = [new_output("display_data", data={"image/png": "AAAA", "text/plain": "<Figure 1>"})]
    return [new_output("stream", text=text)] + (picture if data else [])


def cell(source: str, outputs: list[NotebookNode] | None = None, count: int = 1, tag: str = "x") -> NotebookNode:
    return new_code_cell(source, outputs=outputs or [], execution_count=count, metadata={"tags": [tag]})


HEAD = "# A toy\n\n**It is one.**\n\n**Your bet.** Is it?"
THREATS = new_markdown_cell("## To discuss\n\n1. So?\n\n## Threats to validity\n\n- None.")
BREACHES = {
    "no message": (lesson_parts.list_missing_parts, [new_markdown_cell("# A toy\n\nIt is **one**.\n"), THREATS]),
    "a message of two sentences": (
        lesson_parts.list_missing_parts,
        [new_markdown_cell("# A toy\n\n**It is. One.**\n"), THREATS],
    ),
    "no threats": (lesson_parts.list_missing_parts, [new_markdown_cell(HEAD)]),
    "too many cells": (
        notebook_rules.list_surplus_cells,
        [cell("x = 1") for _ in range(notebook_rules.MAX_CODE_CELLS + 1)],
    ),
    "a cell of 31 lines": (notebook_rules.list_long_cells, [new_markdown_cell("word\n" * 31)]),
    "long cells on the whole": (notebook_rules.list_long_cells, [cell("x = 1\n" * 16)]),
    "a class": (notebook_rules.list_hidden_helpers, [cell("%time x = 1\nclass Tool:\n    pass")]),
    "a function of 6 lines": (notebook_rules.list_hidden_helpers, [cell("def f(x):" + "\n    x += 1" * 5)]),
    "a skipped cell": (notebook_rules.list_unchecked_cells, [cell("x = 1", tag="nbval-skip")]),
    "a comment that skips": (notebook_rules.list_unchecked_cells, [cell("# NBVAL_SKIP\nx = 1")]),
    "two ignored outputs": (
        notebook_rules.list_unchecked_cells,
        [cell(x, tag=notebook_rules.IGNORE_TAG) for x in "ab"],
    ),
    "a cell that was not run": (notebook_rules.list_unrun_cells, [cell("x = 1", count=2)]),
    "a picture without numbers": (notebook_rules.list_bare_pictures, [cell("plot()", printed("see:", image="yes"))]),
    "a path in an output": (notebook_rules.list_faults, [cell("x", printed("in " + "/" + "home/me/x.csv"))]),
    "an address in an output": (notebook_rules.list_faults, [cell("x", printed("<Model at 0x7f12ab34cd56>"))]),
    "a large notebook": (notebook_rules.list_faults, [cell("x", printed("8" * notebook_rules.MAX_BYTES))]),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_planted_breach_is_found(breach: str) -> None:
    rule, cells = BREACHES[breach]
    assert len(rule(new_notebook(cells=cells))) == 1


def test_a_notebook_within_the_limits_breaks_no_rule() -> None:
    within = [
        cell("x = 1\n" * 15),
        cell("def f(x):" + "\n    x += 1" * 4, printed("8.5", image="yes"), count=2),
    ]
    link = new_markdown_cell("see https://example.org/home/page")
    notebook = new_notebook(cells=[new_markdown_cell(HEAD), link, *within, THREATS])
    assert [found for rule in SOURCE_RULES + STORED_RULES for found in rule(notebook)] == []


def test_an_edited_source_is_noticed(tmp_path: Path) -> None:
    source = tmp_path / "00_toy.py"
    source.write_text("# %%\nx = 1\n\n# %%\nprint(x)\n")
    before = build_notebooks.read_source(source)
    source.write_text("# %%\nx = 1\n\n# %%\nprint(x + 1)\n")
    assert notebook_rules.list_differences(build_notebooks.read_source(source), before, outputs=False) == [
        "cell 2: source differs"
    ]


def test_an_edited_output_is_noticed() -> None:
    before, after = (new_notebook(cells=[cell("x", printed(text))]) for text in ("1", "2"))
    after.cells[0].id = before.cells[0].id
    assert notebook_rules.list_differences(after, before, outputs=True) == ["cell 1: output differs"]
