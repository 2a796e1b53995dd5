"""The project's terms in English and Japanese, and their page, docs/glossary.md."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.engine.workspace import REPOSITORY
from publish.languages.text_blocks import NAME
from publish.markdown_table import write_table

SOURCE = REPOSITORY / "docs" / "glossary.toml"
PAGE = REPOSITORY / "docs" / "glossary.md"
HEAD = """# Glossary / 用語集

The terms that this project uses, in English and Japanese. Written by `make derived` from
[docs/glossary.toml](../docs/glossary.toml); a test holds the translations to it.

このプロジェクトで使う用語の英日対訳です。

"""
NOT_PROSE = re.compile(rf"{NAME.pattern}|(?<=\])\([^)]*\)")  # code, names, and where links lead


@dataclass(frozen=True)
class Form:
    """A word or sign that has one form in Japanese; ``old`` are patterns of those that it had before."""

    japanese: str
    old: Sequence[str]
    accepted: Sequence[str] = ()


@dataclass(frozen=True)
class Term:
    """A term: a translation may say ``accepted`` instead of ``japanese``; ``forms`` are other shapes of ``english``.

    ``old`` are patterns of what it was called before, and is called nowhere any more.
    """

    english: str
    japanese: str
    meaning: str
    meaning_ja: str
    reading: str = ""
    forms: Sequence[str] = ()
    accepted: Sequence[str] = ()
    old: Sequence[str] = ()

    @property
    def pattern(self) -> str:
        """Finds the term as a word, its plural too."""
        words = "|".join(map(re.escape, (self.english, *self.forms)))
        return rf"(?<![\w-])(?:{words})s?(?![\w-])"

    @property
    def row(self) -> list[str]:
        """Its cells in the page's table."""
        japanese = f"{self.japanese}({self.reading})" if self.reading else self.japanese
        return [self.english, japanese, self.meaning, self.meaning_ja]


def read_terms() -> list[Term]:
    """All terms, in the order of their English names; ``TypeError`` for one with an unknown or missing part."""
    terms = [Term(**written) for written in tomllib.loads(SOURCE.read_text())["term"]]
    return sorted(terms, key=lambda term: term.english.lower())


def read_forms() -> list[Form]:
    """Words and signs that are no terms, but have one form."""
    return [Form(**written) for written in tomllib.loads(SOURCE.read_text())["form"]]


def find_old(text: str, held: Sequence[Term | Form] | None = None) -> list[str]:
    """The old forms (of ``held``, or of all) that a Japanese text still has, each with what stands in its place."""
    every: Sequence[Term | Form] = [*read_terms(), *read_forms()] if held is None else held
    found = []
    for one in every:
        kept = "|".join(map(re.escape, sorted((one.japanese, *one.accepted), key=len, reverse=True)))
        rest = re.sub(kept, "…", text)
        found += [f"{hit[0]}: {one.japanese}" for old in one.old for hit in re.finditer(old, rest)]
    return found


def find_unkept(message: str, translation: str, glossary: list[Term]) -> list[str]:
    """The terms of a message that its translation words otherwise; of terms within one another the longest counts."""
    prose, found = NOT_PROSE.sub(" ", message), []
    for term in sorted(glossary, key=lambda term: -len(term.english)):
        prose, count = re.subn(term.pattern, "…", prose, flags=re.IGNORECASE)
        if count and not any(words in translation for words in (term.japanese, *term.accepted)):
            found.append(f"{term.english}: {term.japanese}")
    return found


def render_page() -> dict[Path, str]:
    """The glossary as a Markdown page, by its path."""
    table = write_table(["English", "日本語", "meaning", "意味"], [term.row for term in read_terms()])
    return {PAGE: f"{HEAD}{table}\n"}
