"""The eight questions: every cell and every sentence follows from the rows, and from nothing else."""

import math
from dataclasses import replace

import nbformat
import pytest
from rich.console import Console

from lab.engine.step import Step
from lab.engine.workspace import REPOSITORY, results_folder
from lab.study import eight_table
from lab.study.eight_questions import QUESTIONS, answer_questions
from lab.study.eight_table import FirstAnswers, describe, describe_again, name_systems, print_eight
from lab.study.scorecard import read_rows
from lab.study.scorecard_rows import Row
from lab.systems import list_core
from publish.eight_part import NAME, render_table
from publish.languages import readme_translation
from publish.marked_parts import read_part

NAMES = name_systems(list_core())
ROWS = [
    *(Row("classes", name, "batch", share, part="equal") for name, share in (("monolith", 0.9), ("fti", 1.0))),
    *(Row("classes", name, "real_time", share, part="equal") for name, share in (("split", 0.8), ("fti", 1.0))),
    *(Row("served_loss", name, "batch", 0.5, 0.4, 0.6) for name in ("monolith", "modular_monolith", "fti")),
    Row("over_table", "monolith", "batch", -0.02, -0.03, -0.01),
    Row("over_table", "modular_monolith", "batch", 0.02, 0.01, 0.03),
    Row("over_table", "fti", "batch", 0.0, -0.01, 0.01),
    *(Row("simple_loss", "fti", "batch", loss, part=part) for part, loss in (("constant", 0.559), ("table", 0.54))),
    Row("gap", "split", "real_time", 0.02, 0.01, 0.03),
    Row("gap", "fti", "batch", 0.0, 0.0, 0.0),
    Row("break_even", "fti", "batch", 2.0, 1.0, 3.0, part="CPU, monolith"),
    Row("break_even", "fti", "batch", math.inf, part="CPU, modular_monolith"),
    Row("six_models", "fti", "batch", 0.5, 0.4, 0.6, part="monolith"),
    Row("six_models", "fti", "batch", 1.5, 1.3, 1.7, part="modular_monolith"),
    *(Row("fewest", name, "any", number) for name, number in (("monolith", 9.0), ("fti", 4.0))),
    *(Row("median_nodes", name, "any", number) for name, number in (("monolith", 40.0), ("fti", 30.0))),
]


def answer(name, rows=ROWS, language="en"):
    number = [asked["name"] for asked in QUESTIONS].index(name)
    return answer_questions(rows, NAMES, language)[number]


def test_there_are_eight_in_both_languages_and_three_are_primary():
    assert len(QUESTIONS) == 8
    assert sum(asked.get("star", False) for asked in QUESTIONS) == 3
    for asked in QUESTIONS:
        assert asked["en"]["says"].keys() == asked["ja"]["says"].keys()
        assert asked["en"]["title"].count("{}") == asked["ja"]["title"].count("{}")


@pytest.mark.parametrize(
    ("name", "cells", "says"),
    [
        ("equal", {"monolith": "90.0%", "split": "80.0%", "fti": "100.0%"}, "Every cell: fti. Fewest: split."),
        (
            "batch_loss",
            dict.fromkeys(("monolith", "modular_monolith", "fti"), "0.500 [0.400, 0.600]"),
            "Better than the table: monolith. Cannot tell: fti. Worse: modular monolith.",
        ),
        (
            "gap",
            {"split": "0.020 [0.010, 0.030]", "fti": "0.000 [0.000, 0.000]"},
            "Believed too much: split. No difference worth having: fti.",
        ),
        (
            "break_even",
            {"monolith": "2 [1, 3] · 0.5 [0.4, 0.6]", "modular_monolith": "∞ · 1.5 [1.3, 1.7]"},
            "Six models cost FTI less: monolith. More: modular monolith.",
        ),
        ("changes", {"monolith": "9 · 40", "fti": "4 · 30"}, "Fewest most often: monolith. Least in the median: fti."),
    ],
    ids=lambda part: part if isinstance(part, str) and part.isidentifier() else "",
)
def test_cells_and_sentences_follow_from_the_rows(name, cells, says):
    found = answer(name)
    assert (found.cells, found.says) == (cells, says)


def test_who_cannot_be_told_from_the_most_or_the_least_is_named_with_it():
    shares = {"monolith": (0.9, 0.7, 1.0), "modular_monolith": (1.0, 1.0, 1.0), "split": (0.0, 0.0, 0.1)}
    rows = [Row("cochange", name, "batch", *share) for name, share in shares.items()]
    assert answer("cochange", rows).says == ("Most: modular monolith. Cannot be told from it: monolith. Fewest: split.")


def test_the_title_of_a_loss_says_what_a_constant_and_a_table_lose():
    assert "(constant 0.559, table of rates 0.540)" in answer("batch_loss").title
    assert "(constant …, table of rates …)" in answer("real_time_loss").title


def test_what_does_not_apply_has_no_cell():
    rows = [*ROWS, Row("classes", "shared_split", "real_time", None, note="not asked", part="equal")]
    assert "shared_split" not in answer("equal", rows).cells


def test_both_kinds_of_question_are_shown_where_they_differ_and_the_lesser_counts():
    rows = [replace(row, value=0.7) if (row.system, row.mode) == ("fti", "real_time") else row for row in ROWS]
    found = answer("equal", rows)
    assert found.cells["fti"] == "100.0% / 70.0%"
    assert found.says == "Fewest: fti."


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("brief", [True, False])
def test_the_table_has_a_column_a_system_and_a_line_a_question(language, brief):
    heading, _, *lines = render_table(ROWS, language, brief).splitlines()
    assert len(lines) == 8
    assert {line.count("|") for line in (heading, *lines)} == {len(NAMES) + 4 - brief}
    assert brief != ("[" in "".join(lines))


def test_an_answer_is_printed_once_when_three_systems_are_known(monkeypatch, tmp_path, capsys):
    known: list[Row] = []
    monkeypatch.setattr(eight_table, "read_early_rows", lambda steps, names: {"row_skew": known})
    answers = FirstAnswers(Console(width=200), tmp_path, list_core())
    for row in ROWS[:3] * 2:
        known.append(row)
        answers.take(Step("measure-x", "a:b", ""))
        answers.take(Step("train-x", "a:b", ""))
    said = capsys.readouterr().out.splitlines()
    assert said == ["  1  Cells equal in training and serving: monolith 90.0%, split 80.0%, fti 100.0%"]


def test_what_is_run_again_of_records_is_told():
    rows = [
        Row("cochange_again", "fti", "real_time", 0.75, note="6 of 8 mutants"),
        Row("break_even_again", "fti", "batch", math.inf, part="modular_monolith"),
    ]
    said = describe_again(rows, NAMES)
    assert "fti real time 6 of 8 mutants." in said
    assert said.endswith("by one round just now: modular monolith ∞.")
    assert describe_again([], NAMES) == ""


def test_the_terminal_shows_all_of_it(capsys):
    print_eight(ROWS, list_core(), Console(width=200))
    said = capsys.readouterr().out
    assert all(name in said for name in NAMES.values())
    assert "★" in said


@pytest.fixture(scope="module")
def rows():
    return read_rows(results_folder())


@pytest.mark.study
def test_every_system_has_a_cell_where_it_is_asked(rows):
    found = answer_questions(rows, NAMES)
    asked_of = {answer.number: len(answer.cells) for answer in found}
    assert asked_of == {1: 5, 2: 3, 3: 3, 4: 5, 5: 5, 6: 4, 7: 5, 8: 5}
    assert all(answer.says and "…" not in answer.title for answer in found)


@pytest.mark.study
@pytest.mark.parametrize(("page", "language"), [("README.md", "en"), (readme_translation.JAPANESE, "ja")])
def test_readme_shows_the_recorded_answers_and_no_others(rows, page, language):
    """Whatever result changes, README no longer fits: figures of CPU apart, which differ from machine to machine."""
    shown = read_part((REPOSITORY / page).read_text(), NAME)
    assert shown == render_table(rows, language), "run: make derived"
    for key in ("classes", "served_loss", "gap", "cochange", "break_even", "fewest", "answers_on"):
        moved = [replace(row, value=0.123) if row.key == key and row.value is not None else row for row in rows]
        assert render_table(moved, language) != shown, key


@pytest.mark.study
def test_a_lesson_prints_the_recorded_answers(rows):
    """The strict run of the lessons compares what stands there with what they print now."""
    lesson = nbformat.read(REPOSITORY / "notebooks" / "13_the_ledger.ipynb", as_version=4)
    printed = "".join(output.get("text", "") for cell in lesson.cells for output in cell.get("outputs", []))
    for found in answer_questions(rows, NAMES):
        assert f"{describe(found, NAMES)}\n     {found.says}" in printed
