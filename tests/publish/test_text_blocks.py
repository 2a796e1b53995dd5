"""Taking a page's messages out and putting translations back changes the messages and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.languages import readme_translation, text_blocks

pytestmark = pytest.mark.slow

WORDS = st.lists(
    st.sampled_from(["one", "two*", "`x y`", "*so*", "é", "3.5", "[a](b.md)", "三"]), min_size=1, max_size=5
)
TEXT = st.builds(lambda words: "word " + " ".join(words), WORDS)
CELL = st.one_of(TEXT, st.sampled_from(["", "1.5 [1, 2]", "–", r"either\|or", "split = fti"]))
ROW = st.builds(lambda a, b: f"| {a} | {b} |\n", CELL, CELL)
TABLE = st.builds(lambda head, rows: head + "| --- | --- |\n" + "".join(rows), ROW, st.lists(ROW, max_size=3))
BLOCK = st.one_of(
    st.builds(lambda text: f"## {text}\n", TEXT),
    st.builds(lambda lines: "\n".join(lines) + "\n", st.lists(TEXT, min_size=1, max_size=3)),
    st.builds(lambda lines: "- " + "\n  ".join(lines) + "\n", st.lists(TEXT, min_size=1, max_size=3)),
    st.builds(lambda text: f"> {text}\n", TEXT),
    st.builds(lambda text: f"![{text}](a/word.png)\n", TEXT.filter(lambda text: "[" not in text)),
    st.builds(lambda text: f"```console\n$ {text}\n\n# {text}\n```\n", TEXT),
    st.builds(lambda text: f"<!-- {text} -->\n", TEXT),
    TABLE,
    st.builds(lambda table: f"<!-- generated: x -->\n{table}<!-- end of generated part -->\n", TABLE),
)
PAGES = st.lists(BLOCK, max_size=6).map("\n".join)


def marked(message: str) -> str:
    return f"«{message}»"


@given(PAGES)
def test_without_translations_a_page_stays_byte_for_byte(page):
    assert text_blocks.translate_text(page, {}) == page
    assert text_blocks.translate_text(page.replace("\n", "\r\n"), {}) == page.replace("\n", "\r\n")


@given(PAGES)
def test_the_messages_of_a_translated_page_are_the_translations_of_its_messages(page):
    found = text_blocks.list_messages(page)
    translated = text_blocks.translate_text(page, {message: marked(message.replace(r"\|", "|")) for message in found})
    assert text_blocks.list_messages(translated) == [marked(message) for message in found]


@given(PAGES)
def test_what_is_no_message_stands_in_the_translated_page_unchanged(page):
    found = text_blocks.list_messages(page)
    unwrapped = text_blocks.translate_text(page, {message: message.replace(r"\|", "|") for message in found})
    assert unwrapped.split() == page.split()


def test_the_readme_stays_byte_for_byte_and_comes_back():
    page = readme_translation.read_page()
    assert text_blocks.translate_text(page, {}) == page
    same = text_blocks.translate_text(page, {message: message for message in text_blocks.list_messages(page)})
    assert same.split() == page.split()


KEPT = {
    "fenced code": "```\nSome words.\n```\n",
    "a comment": "<!-- Some words. -->\n",
    "a generated text": "<!-- generated: x -->\nSome words.\n<!-- end of generated part -->\n",
    "a generated table": "<!-- generated: x -->\n| one |\n| - |\n| some words |\n<!-- end of generated part -->\n",
    "a name": "[LICENSE](LICENSE), `some code`\n",
}


@pytest.mark.parametrize("what", KEPT)
def test_it_holds_no_message(what):
    assert text_blocks.list_messages(KEPT[what]) == []


def test_wrapping_a_text_anew_changes_no_message():
    assert (
        text_blocks.list_messages("- one two\n  three\n")
        == text_blocks.list_messages("- one\n  two three\n")
        == ["one two three"]
    )


def test_of_a_picture_only_the_words_are_a_message():
    page = "![Some words](<Some words.png>)"
    assert text_blocks.translate_text(page, {"Some words": "言葉"}) == "![言葉](<Some words.png>)"


def test_a_pipe_in_a_cells_translation_opens_no_further_cell():
    page = "| some words |\n| --- |\n"
    assert text_blocks.translate_text(page, {"some words": "a|b"}) == "| a\\|b |\n| --- |\n"
