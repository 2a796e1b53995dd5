"""Catalogues of translations: gettext PO files, read and written by Babel, and what is not in order in them.

A catalogue's name is its path below ``locale/ja/LC_MESSAGES``, without ``.po``; it is its template's name as well.
Files hold nothing that changes from run to run: no date, no program's version, no line number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

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


@dataclass(frozen=True)
class State:
    """The messages of a catalogue by what has become of them."""

    translated: tuple[str, ...]
    untranslated: tuple[str, ...]
    fuzzy: tuple[str, ...]
    obsolete: tuple[str, ...]

    @property
    def in_order(self) -> bool:
        return not (self.untranslated or self.fuzzy or self.obsolete)

    def __str__(self) -> str:
        counts = {name: len(getattr(self, name)) for name in self.__dataclass_fields__}
        return ", ".join(f"{count} {name}" for name, count in counts.items())


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
    return list_finished(read_catalogue(find_path(name, locale)))


def list_finished(catalogue: Catalog) -> dict[str, str]:
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


def find_state(catalogue: Catalog, messages: Iterable[str]) -> State:
    """What has become of ``messages``, those that the sources hold now, and what the catalogue holds besides."""
    wanted, done = dict.fromkeys(messages), list_finished(catalogue)
    fuzzy = [str(m.id) for m in catalogue if m.id and m.fuzzy and m.id in wanted]
    gone = [str(m.id) for m in catalogue if m.id and m.id not in wanted]
    return State(
        translated=tuple(message for message in wanted if message in done),
        untranslated=tuple(message for message in wanted if message not in done and message not in fuzzy),
        fuzzy=tuple(fuzzy),
        obsolete=tuple(dict.fromkeys([*gone, *map(str, catalogue.obsolete)])),
    )


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
