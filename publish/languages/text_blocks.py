"""Takes the messages to translate out of a Markdown page, and puts translations back in their places.

A message is a heading, a paragraph (of a list item, too), the words beside a picture, or a table's cell that has words.
Its lines are joined by spaces, so that text may be wrapped anew; a hard line break is not kept. Everything else stays
byte for byte: fenced code, HTML and comments, cells of numbers or names, and generated parts. Of these only the tables'
cells of words are messages, cell by cell and verdict by verdict: new numbers make no translation stale.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

LINE_END = re.compile(r"\r\n?|\n")
GENERATED = re.compile(r"<!-- generated: .*?<!-- end of generated part -->", re.DOTALL)
NAME = re.compile(r"`[^`]*`|\[[^\] ]*\]\([^)]*\)")  # code, and links whose text is one word: the same in every language
WORD = re.compile(r"[^\W\d_]{2,}")
BETWEEN_VERDICTS = " = "


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
    found: list[Span] = []
    for span in _find_blocks(page):
        generated = any(start <= span.start < end for start, end in kept)
        if span.in_table or not generated:
            found += _split_verdicts(span) if generated else [span]
    return [span for span in found if WORD.search(NAME.sub("", span.message))]


def _split_verdicts(cell: Span) -> Iterator[Span]:
    """The words between the signs of equality: ``monolith = split`` is two messages."""
    start = cell.start
    for word in cell.message.split(BETWEEN_VERDICTS):
        yield Span(start, start + len(word), word, in_table=True)
        start += len(word) + len(BETWEEN_VERDICTS)


def _find_blocks(page: str) -> Iterator[Span]:
    """Every block of text of the page. A row's cells are looked for one behind the other."""
    starts = [0, *(match.end() for match in LINE_END.finditer(page))]
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    done = 0
    for before, token in pairwise(tokens):
        if token.type == "inline" and token.map and token.content:
            if before.type in ("th_open", "td_open"):
                span = _cell(page, max(done, starts[token.map[0]]), token.content.replace("|", r"\|"))
            else:
                span = _text(page, [*starts, len(page)], token)
            done = span.end
            yield span


def _cell(page: str, after: int, content: str) -> Span:
    start = page.index(content, after)
    return Span(start, start + len(content), content, in_table=True)


def _text(page: str, starts: list[int], token: Token) -> Span:
    """A heading's or paragraph's text: from where its first line begins, behind the marks, to its last one's end."""
    assert token.map is not None
    lines = token.content.split("\n")
    first, last = token.map[0], token.map[0] + len(lines) - 1
    start = page.rindex(lines[0].rstrip(), starts[first], starts[first + 1])
    ending = lines[-1].strip()
    end = page.rindex(ending, max(start, starts[last]), starts[last + 1]) + len(ending)
    return _beside_a_picture(page, start, token) or Span(start, end, " ".join(line.strip() for line in lines))


def _beside_a_picture(page: str, start: int, token: Token) -> Span | None:
    """The words of a paragraph that is nothing but a picture: its path is no matter of language."""
    if [child.type for child in token.children or []] != ["image"]:
        return None
    words = (token.children or [])[0].content
    start = page.index(words, start)
    return Span(start, start + len(words), words)
