"""A translation keeps the numbers, the code, the links and the emphasis of its message."""

import re
from collections import Counter

import pytest
from markdown_it import MarkdownIt

from publish.languages import message_catalogue

CODE = re.compile(r"`[^`]+`")
LINK = re.compile(r"\]\(([^)]+)\)")
NUMBER = re.compile(r"\d(?:[\d.,:]*\d)?")


def differences(message, translation):
    """What must be the same in both and is not: code and links exactly; numbers must at least be there."""
    kinds = {"code": CODE, "link": LINK}
    found = [kind for kind, of in kinds.items() if Counter(of.findall(message)) != Counter(of.findall(translation))]
    found += ["number"] if Counter(NUMBER.findall(message)) - Counter(NUMBER.findall(translation)) else []
    return found + (["emphasis"] if emphasis(message) != emphasis(translation) else [])


def emphasis(text):
    """How often each kind of emphasis takes effect: beside Japanese punctuation, stars may not."""
    (inline,) = MarkdownIt("commonmark").parseInline(text)
    return Counter(token.type for token in inline.children or [] if token.type in ("strong_open", "em_open"))


@pytest.mark.parametrize("name", message_catalogue.list_names())
def test_numbers_code_links_and_emphasis_of_a_message_are_in_its_translation(name):
    pairs = message_catalogue.read_translations(name).items()
    assert {message: found for message, japanese in pairs if (found := differences(message, japanese))} == {}


@pytest.mark.parametrize(
    ("message", "translation", "found"),
    [
        ("3.5 of 10", "10のうち3.6", ["number"]),
        ("run `make`", "`make test` を実行", ["code"]),
        ("see [a](a.md)", "[a](b.md) を見る", ["link"]),
        ("**so.** Then", "**「そう」**です", ["emphasis"]),
        ("at 22:00, 1,000 **so**", "1,000の**そう**、22:00", []),
    ],
)
def test_a_planted_difference_is_found(message, translation, found):
    assert differences(message, translation) == found
