"""Builds the decks: sources and pictures side by side in a folder, then Sphinx, one language after the other."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from languages.catalogue import LOCALE, translations
from runner.home import REPOSITORY, StudyError
from slides import pictures, theme
from slides.values import WORDS_OF_RESULTS

HERE = Path(__file__).parent
DECKS = ("index", "fti", "skew", "reuse", "coupling", "pipes_and_filters_and_debt")
LANGUAGES = ("en", "ja")
WORDS = "pictures"
"""The catalogue of the words in pictures, and of results that are words."""
CODE = ("problem", "antipatterns", "reference", "changes", "measure")
"""What slides quote from."""


def build(language: str, values: Mapping[str, str], figures: Path, into: Path) -> Path:
    """All decks in one language under ``into / language``, with everything they need; returns that folder.

    ``values`` are the numbers on the slides, ``figures`` the folder with the study's. Raises ``StudyError`` for
    anything that Sphinx warns of: a number or a picture that is not there, code that is not found, markup.
    """
    source = stage(language, figures, into / "source" / language)
    say = words(language)
    told = {name: say(text) if text in WORDS_OF_RESULTS else text for name, text in values.items()}
    run("revealjs", source, into / language, language, told)
    return into / language


def stage(language: str, figures: Path, source: Path) -> Path:
    """The decks' sources with their pictures, and the code they quote, in one folder."""
    source.mkdir(parents=True, exist_ok=True)
    for deck in HERE.joinpath("decks").glob("*.md"):
        source.joinpath(deck.name).write_text(deck.read_text())
    pictures.collect(named_figures(), figures, source / "figures")
    pictures.draw_shapes(source / "pictures", words(language))
    source.joinpath("code").mkdir(exist_ok=True)
    for package in CODE:
        if not (link := source / "code" / package).is_symlink():
            link.symlink_to(REPOSITORY / package)
    return source


def named_figures() -> list[str]:
    """The figures that any deck shows."""
    texts = [deck.read_text() for deck in sorted(HERE.joinpath("decks").glob("*.md"))]
    return sorted({name for text in texts for name in re.findall(r"\(figures/(\w+)\.png\)", text)})


def words(language: str) -> pictures.Say:
    """What single words are in a language; raises ``StudyError`` for those without a translation."""
    if language == "en":
        return str
    known = translations(WORDS)

    def say(text: str) -> str:
        if text and text not in known:
            raise StudyError(f"no {language} for {text!r} in {WORDS}.po")
        return known.get(text, text)

    return say


def run(builder: str, source: Path, into: Path, language: str, values: Mapping[str, str]) -> None:
    """One Sphinx run; raises ``StudyError`` at its first warning."""
    warnings = Warnings()
    settings = {
        "language": language,
        "myst_substitutions": dict(values),
        "locale_dirs": [os.fspath(LOCALE)],
        "revealjs_static_path": [os.fspath(HERE / "static"), os.fspath(theme.write(source.parent / "theme"))],
    }
    try:
        with patch_docutils(HERE), docutils_namespace():
            app = Sphinx(
                source,
                HERE,
                into,
                source.parent / f"doctrees-{language}-{builder}",
                builder,
                settings,
                status=None,
                warning=warnings,  # type: ignore[arg-type]
                freshenv=True,
            )
            app.build(force_all=True)
    except SphinxError as error:
        raise StudyError(f"{error}".splitlines()[0]) from error
    if warnings.lines:
        raise StudyError("\n".join(warnings.lines))


class Warnings:
    """What Sphinx warns of, a line each."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str) -> int:
        """Keep a line that says something."""
        if text.strip():
            self.lines.append(text.strip())
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""
