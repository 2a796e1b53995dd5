"""The cards of systems and patterns: what a folder says of itself in ``card.toml``. Nothing lists them elsewhere."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from lab.engine.workspace import REPOSITORY, StudyError

ROOMS = ("antipatterns", "reference")
"""A pattern lies in ROOM/THEME/NAME."""
ROWS = "FDTRSOQELV"
"""The letters that ids of rows begin with, in the order in which the catalogue shows them."""
CONCEPTS = "docs/concepts"
"""A concept has a card and no code: NAME.toml in this folder."""
KINDS = ("pattern", "anti-pattern", "control", "concept")
THEMES = ("systems", "training", "release", "serving", "operation", "quality", "end_to_end")
"""In the order in which somebody meets them; others come behind."""
FILE = "card.toml"


@dataclass(frozen=True)
class Card:
    """What a card says. ``folder``: from the repository's root; of a concept, the folder of all concepts.

    ``rows``: where it stands in the catalogue, a letter and a number (``F3``); ``source``: the book's chapter or the
    paper; ``opposites``: names of other folders; ``lesson``: a notebook, without its ending; ``claims``: ids in
    claims.toml; ``experiment``: a module in ``lab/patterns/experiments``; ``uses``: patterns that an end-to-end system
    imports; ``number``: what is counted, in words; ``details``: what only a system says of itself (``lab.systems``).
    """

    id: str
    folder: str
    name: str
    japanese: str
    kind: str
    theme: str
    source: str
    problem: str
    structure: str
    when: str
    cost: str
    rows: tuple[str, ...] = ()
    opposites: tuple[str, ...] = ()
    lesson: str = ""
    claims: tuple[str, ...] = ()
    experiment: str = ""
    uses: tuple[str, ...] = ()
    number: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_code(self) -> bool:
        """Whether it has a folder of its own, with code."""
        return self.folder != CONCEPTS

    @property
    def package(self) -> str:
        """The dotted name of its code."""
        return self.folder.replace("/", ".")


def read_cards(root: Path = REPOSITORY) -> dict[str, Card]:
    """All cards by id (the folder's name), in the order of themes and rows.

    Raises ``StudyError`` for a card that cannot be read, and for two of one id.
    """
    cards: dict[str, Card] = {}
    with_code = [file for room in ROOMS for file in sorted((root / room).glob(f"*/*/{FILE}"))]
    for file in (*with_code, *sorted((root / CONCEPTS).glob("*.toml"))):
        card = read_card(file, root)
        if card.id in cards:
            raise StudyError(f"two cards are called {card.id}: {cards[card.id].folder} and {card.folder}")
        cards[card.id] = card
    return {card.id: card for card in sorted(cards.values(), key=_place)}


def _place(card: Card) -> tuple[Any, ...]:
    """By theme, code before concepts, then as the rows are numbered."""
    theme = THEMES.index(card.theme) if card.theme in THEMES else len(THEMES)
    rows = [((ROWS + row).index(row[0]), int(re.sub(r"\D", "", row) or 0)) for row in card.rows[:1]]
    return theme, card.theme, not card.has_code, rows, card.id


def read_card(file: Path, root: Path = REPOSITORY) -> Card:
    """A file's card; raises ``StudyError`` with the file and the key that is wrong."""
    concept, name = file.name != FILE, file.relative_to(root).as_posix()
    try:
        written = tomllib.loads(file.read_text())
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{name} is no TOML: {error}") from error
    details, _ = written.pop("system", {}), written.pop("look", {})  # the look is read by the figures
    if fault := next(_find_faults(written), ""):
        raise StudyError(f"{name}: {fault}")
    if not concept and written["theme"] != file.parent.parent.name:
        raise StudyError(f"{name}: theme is to be {file.parent.parent.name!r}, as its folder")
    own: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in written.items()}
    folder = file.parent.relative_to(root).as_posix()
    return Card(**own, id=file.stem if concept else file.parent.name, folder=folder, details=details)


def _find_faults(written: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the keys of a card, each in a few words that name the key."""
    for key, value in written.items():
        if key not in KEYS:
            yield f"{key} is no key of a card; there are {', '.join(KEYS)}"
        elif not isinstance(value, KEYS[key]):
            yield f"{key} is to be {'a list' if KEYS[key] is list else 'a text'}"
        elif isinstance(value, list) and not all(isinstance(item, str) for item in value):
            yield f"{key} is to be a list of texts"
    yield from (f"{key} is missing" for key in REQUIRED if not written.get(key))
    if written.get("kind") not in KINDS:
        yield f"kind is to be one of {', '.join(KINDS)}"


_FIELDS = [each for each in fields(Card) if each.name not in ("id", "folder", "details")]
KEYS = {each.name: str if each.type is str else list for each in _FIELDS}
"""What a card may say, each with the type of its value."""
REQUIRED = [each.name for each in _FIELDS if each.default is MISSING]
