"""Takes the messages to translate out of a Markdown page, and puts translations back in their places.

A message is a heading, a paragraph (of a list item, too), the words beside a picture, or a table's cell that has words.
Its lines are joined by spaces, so that text may be wrapped anew; a hard line break is not kept. Everything else stays
byte for byte: fenced code, HTML and comments, cells of numbers or names, and generated parts, which are made anew in
each language.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

LINE_END = re.compile(r"\r\n?|\n")
BETWEEN_LINES = rf"[ \t]*(?:{LINE_END.pattern})[ \t>]*"  # of one paragraph, in a list or a quotation too
GENERATED = re.compile(r"<!-- generated: .*?<!-- end of generated part -->", re.DOTALL)
NAME = re.compile(r"`[^`]*`|\[[^\] ]*\]\([^)]*\)")  # code, and links whose text is one word: the same in every language
WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Span:
    """Where a message stands: from offset ``start`` of the page to before ``end``, in characters."""

    start: int
    end: int
    message: str
    in_table: bool = False


def list_messages(page: str) -> list[str]:
    """Each message of the page once, in its order."""
    return list(dict.fromkeys(span.message for span in find_spans(page)))


def translate_text(page: str, translations: Mapping[str, str]) -> str:
    """The page with the messages that ``translations`` knows replaced; all others stay as they are."""
    pieces, done = [], 0
    for span in find_spans(page):
        if new := translations.get(span.message):
            pieces += [page[done : span.start], new.replace("|", r"\|") if span.in_table else new]
            done = span.end
    return "".join([*pieces, page[done:]])


def find_spans(page: str) -> list[Span]:
    """All messages of the page with their places, in order."""
    kept = [match.span() for match in GENERATED.finditer(page)]
    by_hand = [span for span in _find_blocks(page) if not any(start <= span.start < end for start, end in kept)]
    return [span for span in by_hand if WORD.search(NAME.sub("", span.message))]


def _find_blocks(page: str) -> Iterator[Span]:
    """Every block of text of the page, found behind the one before it, from the line on in which it begins."""
    starts = [0, *(match.end() for match in LINE_END.finditer(page))]
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    done = 0
    for before, token in pairwise(tokens):
        if token.type == "inline" and token.map and token.content:
            in_table = before.type in ("th_open", "td_open")
            words = token.content.replace("|", r"\|") if in_table else _leave_out_path(token)
            lines = [line.strip() for line in words.split("\n")]
            found = re.compile(BETWEEN_LINES.join(map(re.escape, lines))).search(page, max(done, starts[token.map[0]]))
            assert found is not None
            done = found.end()
            yield Span(found.start(), done, " ".join(lines), in_table)


def _leave_out_path(token: Token) -> str:
    """A paragraph's text; of one that is nothing but a picture the words, as its path is no matter of language."""
    first, *others = token.children or [token]
    return first.content if first.type == "image" and not others else token.content
