"""The README in Japanese, ``README.ja.md`` beside it.

Links to pages, files and pictures are the same in both, as both lie in one folder; links to a heading of the README
follow the heading's translation.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.anchors.index import slugify

from lab.engine.workspace import REPOSITORY, results_folder
from lab.study.claims import judge_claims
from lab.study.scorecard import read_rows
from publish import eight_part, ledger
from publish.languages import text_blocks
from publish.languages.message_catalogue import read_translations
from publish.marked_parts import replace_part

NAME = "README"
ENGLISH, JAPANESE = "README.md", "README.ja.md"
SWITCH = {
    ENGLISH: f"English | [日本語]({JAPANESE})\n\n",
    JAPANESE: f"[English]({ENGLISH}) | 日本語\n\n<!-- generated from {ENGLISH}: make derived -->\n\n",
}
"""What stands on top of each: a reader chooses the language there."""


def read_page() -> str:
    """The README below the choice of language; ``ValueError`` if that is not its first line."""
    text = (REPOSITORY / ENGLISH).read_text()
    if not text.startswith(SWITCH[ENGLISH]):
        raise ValueError(f"{ENGLISH} does not begin with the line {SWITCH[ENGLISH].strip()!r}")
    return text.removeprefix(SWITCH[ENGLISH])


def translate_page(text: str, by_message: Mapping[str, str]) -> str:
    """The translated page; what has no translation stays English. Links to its own headings lead to the new ones."""
    translated = text_blocks.translate_text(text, by_message)
    moved = dict(zip(list_anchors(text), list_anchors(translated), strict=True))
    return SWITCH[JAPANESE] + re.sub(r"\]\(#([^)]+)\)", lambda link: f"](#{moved[link[1]]})", translated)


def list_anchors(text: str) -> list[str]:
    """The names by which links reach the page's headings, in order, as GitHub makes them."""
    tokens = MarkdownIt("commonmark").parse(text)
    headings = [after for before, after in pairwise(tokens) if before.type == "heading_open"]
    return [slugify(heading.content) for heading in headings]


def render_page() -> dict[Path, str]:
    """The Japanese page by its path; raises ``StudyError`` if there is no study yet."""
    page, answers = translate_page(read_page(), read_translations(NAME)), read_rows(results_folder())
    page = replace_part(page, eight_part.NAME, eight_part.render_table(answers, "ja"))
    claims = ledger.refer_to_page(judge_claims(ledger.evidence()), "ja")
    return {REPOSITORY / JAPANESE: replace_part(page, ledger.NAME, claims)}
