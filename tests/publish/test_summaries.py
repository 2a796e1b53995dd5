"""Every lesson has a summary, in English in its file and in Japanese below its title; renewing it executes nothing."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lab.engine.workspace import StudyError
from publish.languages import summary_messages
from publish.notebooks import build_notebooks

LESSONS = sorted(path.stem for path in build_notebooks.SOURCES.glob("*.py"))


def test_every_lesson_has_a_summary_and_every_summary_its_lesson():
    assert sorted(summary_messages.read_summaries()) == LESSONS


def test_a_summary_has_two_to_four_sentences_and_no_number_that_a_run_could_change():
    sentences = {
        lesson: len(re.findall(r"[.?!](?= |$)", text)) for lesson, text in summary_messages.read_summaries().items()
    }
    assert {lesson: count for lesson, count in sentences.items() if not 2 <= count <= 4} == {}
    assert {lesson: text for lesson, text in summary_messages.read_summaries().items() if re.search(r"\d", text)} == {}


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_second_cell_of_a_stored_notebook_is_its_summary(lesson):
    title, second = nbformat.read(build_notebooks.HERE / f"{lesson}.ipynb", as_version=4).cells[:2]
    assert title.source.startswith("# ")
    assert (second.cell_type, second.source) == ("markdown", summary_messages.find_summary(lesson))
    assert second.source.startswith("## 要約\n")


def test_a_lesson_without_a_summary_gets_no_cell(tmp_path):
    (source := tmp_path / "00_toy.py").write_text("# %% [markdown]\n# # Toy\n\n# %%\nx = 1\n")
    assert [cell.source for cell in build_notebooks.read_source(source).cells] == ["# Toy", "x = 1"]


def test_a_summary_that_is_not_translated_is_left_out(tmp_path):
    (toml := tmp_path / "summaries.toml").write_text('00_toy = "Is it a toy? Nobody has said so in Japanese."\n')
    assert summary_messages.find_summary("00_toy", toml) is None


def lesson_of(code, words, count=None):
    outputs = [new_output("stream", text="1\n")] if count else []
    return new_notebook(cells=[new_markdown_cell(words), new_code_cell(code, outputs=outputs, execution_count=count)])


def test_new_words_keep_the_stored_outputs():
    renewed = build_notebooks.with_outputs(
        lesson_of("print(1)", "new words"), lesson_of("print(1)", "old words", count=1)
    )
    assert renewed.cells[0].source == "new words"
    assert (renewed.cells[1].outputs[0].text, renewed.cells[1].execution_count) == ("1\n", 1)


def test_outputs_of_other_code_are_refused():
    with pytest.raises(StudyError, match="build it"):
        build_notebooks.with_outputs(lesson_of("print(2)", "words"), lesson_of("print(1)", "words", count=1))
