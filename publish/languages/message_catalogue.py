"""Catalogues of translations: gettext PO files, read and written by Babel, and what is not in order in them.

A catalogue's name is its path below ``locale/ja/LC_MESSAGES``, without ``.po``; it is its template's name as well.
Files hold nothing that changes from run to run: no date, no program's version, no line number.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from lab.engine.workspace import REPOSITORY

LANGUAGE = "ja"
LOCALE = REPOSITORY / "docs" / "locale"
KEPT_HEADERS = ('"Language:', '"Plural-Forms:', '"MIME-Version:', '"Content-Type:', '"Content-Transfer-Encoding:')
REMARK = (
    "# Written by python -m publish.languages: "
    "translate msgstr, and remove the flag fuzzy when you have looked at a guess."
)
GUESSED = {"python-format", "python-brace-format"}  # Babel takes "95 % of" for a format
LINE_WIDTH = 120


class State(NamedTuple):
    """The messages of a catalogue by what has become of them."""

    translated: list[str]
    untranslated: list[str]
    fuzzy: list[str]
    obsolete: list[str]

    @property
    def in_order(self) -> bool:
        return not (self.untranslated or self.fuzzy or self.obsolete)

    def __str__(self) -> str:
        return ", ".join(f"{len(messages)} {name}" for name, messages in self._asdict().items())


def find_path(name: str, locale: Path = LOCALE) -> Path:
    """Where the catalogue of that name lies; it need not exist."""
    return locale / LANGUAGE / "LC_MESSAGES" / f"{name}.po"


def list_names(locale: Path = LOCALE) -> list[str]:
    """The names of all catalogues that lie there."""
    folder = find_path("", locale).parent
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.po"))


def read_catalogue(path: Path) -> Catalog:
    """The catalogue or template in a file, an empty one if there is no file; ``PoFileError`` if it is no PO file."""
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def read_translations(name: str, locale: Path = LOCALE) -> dict[str, str]:
    """The finished translations of a catalogue by message: neither empty nor fuzzy ones."""
    catalogue = read_catalogue(find_path(name, locale))
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


def find_state(path: Path, template: Path) -> State:
    """What has become of a template's messages, those that the sources hold now, and what the catalogue holds besides.

    Either file may be missing. Nothing is written, and no translation guessed.
    """
    catalogue = read_catalogue(path)
    catalogue.update(read_catalogue(template), no_fuzzy_matching=True)
    state = State([], [], [], [str(gone) for gone in catalogue.obsolete])
    for message in catalogue:
        if message.id:
            alike = state.fuzzy if message.fuzzy else state.translated if message.string else state.untranslated
            alike.append(str(message.id))
    return state


def make_template(messages: Mapping[str, str]) -> Catalog:
    """A template of messages, each with a remark for translators (empty for none)."""
    catalogue = Catalog()
    for message, remark in messages.items():
        catalogue.add(message, auto_comments=[remark] if remark else [])
    return catalogue


def write_catalogue(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue or template, the same bytes for the same content; folders are made."""
    catalogue.header_comment, catalogue.fuzzy = REMARK, False
    for message in [*catalogue, *catalogue.obsolete.values()]:
        message.flags -= GUESSED
    written = BytesIO()
    write_po(written, catalogue, width=LINE_WIDTH, no_location=True)
    header, gap, rest = written.getvalue().decode().partition("\n\n")
    lines = [line for line in header.splitlines() if not line.startswith('"') or line.startswith(KEPT_HEADERS)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + gap + rest)
