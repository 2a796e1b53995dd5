"""Builds the decks: sources and pictures side by side in a folder, then Sphinx, one language after the other."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from lab.engine.workspace import REPOSITORY, StudyError
from measure.figures import figure_style
from publish.languages.message_catalogue import LOCALE, read_catalogue, read_translations
from publish.notebooks.three_shapes import Say
from publish.slides import slide_pictures, slide_shapes
from publish.slides.slide_values import WORDS_OF_RESULTS

HERE = REPOSITORY / "slides"
DECKS = ("index", "fti", "skew", "reuse", "coupling", "pipes_and_filters_and_debt")
LANGUAGES = ("en", "ja")
NAME, WORDS = "slides", "pictures"
"""The catalogue of the decks, and that of the words in slide_pictures and of results that are words."""
CODE = ("problem", "antipatterns", "reference", "lab", "measure")
"""What slides quote from."""


def build(language: str, values: Mapping[str, str], figures: Path, into: Path) -> Path:
    """All decks in one language under ``into / language``, with everything they need; returns that folder.

    ``values`` are the numbers on the slides, ``figures`` the folder with the study's. Raises ``StudyError`` for
    anything that Sphinx warns of: a number or a picture that is not there, code that is not found, markup.
    """
    source = stage(language, figures, into / "source" / language)
    say = words(language)
    told = {name: values.get(f"{name}_{language}", text) for name, text in values.items()}
    told = {name: say(text) if text in WORDS_OF_RESULTS else text for name, text in told.items()}
    run("revealjs", source, into / language, language, told)
    return into / language


def stage(language: str, figures: Path, source: Path) -> Path:
    """The decks' sources with their slide_pictures, and the code they quote, in one folder."""
    stage_text(source)
    slide_pictures.collect(named_figures(), figures, source / "figures")
    say, pictures = words(language), source / "pictures"
    pictures.mkdir(exist_ok=True)
    for name, draw in slide_shapes.PICTURES.items():
        draw(pictures / f"{name}.svg", say)
    return source


def stage_text(source: Path) -> None:
    """The decks' sources and the code they quote, without pictures."""
    source.mkdir(parents=True, exist_ok=True)
    for deck, text in texts().items():
        source.joinpath(f"{deck}.md").write_text(text)
    source.joinpath("code").mkdir(exist_ok=True)
    for package in CODE:
        if not (link := source / "code" / package).is_symlink():
            link.symlink_to(REPOSITORY / package)


def texts() -> dict[str, str]:
    """The decks' sources, by name."""
    return {deck: HERE.joinpath("decks", f"{deck}.md").read_text() for deck in DECKS}


def named_figures() -> list[str]:
    """The figures that any deck shows."""
    return sorted({name for text in texts().values() for name in re.findall(r"\(figures/(\w+)\.png\)", text)})


def named_values() -> set[str]:
    """The numbers and words of results that any deck shows."""
    return {name for text in texts().values() for name in re.findall(r"{{ (\w+) }}", text)}


def words(language: str) -> Say:
    """What single words are in a language; raises ``StudyError`` for those without a translation."""
    if language == "en":
        return str
    known = read_translations(WORDS)

    def say(text: str) -> str:
        if text and text not in known:
            raise StudyError(f"no {language} for {text!r} in {WORDS}.po")
        return known.get(text, text)

    return say


def list_messages() -> dict[str, str]:
    """The decks' messages as Sphinx finds them, without remarks; numbers stay the names that a deck gives them."""
    with tempfile.TemporaryDirectory() as folder:
        source, into = Path(folder) / "source", Path(folder) / "messages"
        stage_text(source)
        run("gettext", source, into, "en", dict.fromkeys(named_values(), "0"), quiet=("image.not_readable",))
        found = (str(message.id) for message in read_catalogue(into / f"{NAME}.pot"))
        return {text: "" for text in found if text not in ("", "0")}  # 0: a value that fills a paragraph by itself


def list_words() -> dict[str, str]:
    """The single words in pictures and results, each with a remark for translators."""
    return dict.fromkeys(slide_shapes.words(), "in a picture") | dict.fromkeys(WORDS_OF_RESULTS, "a result")


def run(
    builder: str, source: Path, into: Path, language: str, values: Mapping[str, str], quiet: Sequence[str] = ()
) -> None:
    """One Sphinx run; raises ``StudyError`` if it warns of anything but the kinds in ``quiet``."""
    settings = {
        "language": language,
        "suppress_warnings": ["toc.not_included", *quiet],  # decks are opened one by one, from a page of links
        "myst_substitutions": dict(values),
        "locale_dirs": [os.fspath(LOCALE)],
        "revealjs_static_path": [os.fspath(HERE / "static"), os.fspath(write_theme(source.parent / "theme"))],
    }
    place = source.parent / f"{builder}-{language}"
    place.mkdir(exist_ok=True)
    place.joinpath("settings.json").write_text(json.dumps(settings))
    # A process of its own: what one builder leaves behind in Sphinx changes what the next one finds.
    sphinx = [sys.executable, "-W", "ignore", "-m", "sphinx", "-q", "-E", "-a", "-W", "--keep-going", "--no-color"]
    folders = ["-b", builder, "-c", str(HERE), "-d", str(place / "doctrees"), str(source), str(into)]
    environment = os.environ | {"DECKS": str(place)}
    done = subprocess.run([*sphinx, *folders], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StudyError(done.stderr.strip() or f"Sphinx ended with {done.returncode}")


def write_theme(folder: Path) -> Path:
    """Write the style sheet that knows the systems' colours, those of every figure, into ``folder``; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    rules = [f".{name.replace('_', '-')} {{ --system: {look.colour}; }}" for name, look in figure_style.looks().items()]
    folder.joinpath("systems.css").write_text("\n".join(rules) + "\n")
    return folder
