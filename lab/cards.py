"""The cards of systems and patterns: what a folder says of itself in ``card.toml``. Nothing lists them elsewhere."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.engine.workspace import REPOSITORY, StudyError

ROOMS = ("antipatterns", "reference")
"""A pattern lies in ROOM/THEME/NAME."""
ROWS = "FDTRSOQELV"
"""The letters of rows, in the order of the list of rows."""
CONCEPTS = "docs/concepts"
"""A concept has a card and no code: NAME.toml in this folder."""
KINDS = ("pattern", "anti-pattern", "control", "concept")
THEMES = ("systems", "training", "release", "serving", "operation", "quality", "end_to_end")
"""In the order in which somebody meets them; others come behind."""
FILE = "card.toml"


@dataclass(frozen=True)
class Card:
    """What a card says. ``folder``: from the repository's root; of a concept, the folder of all concepts.

    ``rows``: ids in the list of rows; ``source``: the book's chapter or the paper; ``opposites``: names of other
    folders; ``lesson``: a notebook, without its ending; ``claims``: ids in claims.toml; ``experiment``: a module in
    ``lab/patterns/experiments``; ``uses``: patterns that an end-to-end system imports; ``number``: what is
    counted, in words; ``details``: what only a system says of itself (``lab.systems``).
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
    for file in _files(root):
        card = _read(file, root)
        if card.id in cards:
            raise StudyError(f"two cards are called {card.id}: {cards[card.id].folder} and {card.folder}")
        cards[card.id] = card
    return {card.id: card for card in sorted(cards.values(), key=_place)}


def _place(card: Card) -> tuple[Any, ...]:
    """By theme, code before concepts, then as the rows are numbered."""
    theme = THEMES.index(card.theme) if card.theme in THEMES else len(THEMES)
    rows = [((ROWS + row).index(row[0]), int(re.sub(r"\D", "", row) or 0)) for row in card.rows[:1]]
    return theme, card.theme, not card.has_code, rows, card.id


def _files(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((root / room).glob(f"*/*/{FILE}"))
    yield from sorted((root / CONCEPTS).glob("*.toml"))


def _read(file: Path, root: Path) -> Card:
    concept = file.name != FILE
    folder, name = file.parent.relative_to(root).as_posix(), file.stem if concept else file.parent.name
    try:
        written = tomllib.loads(file.read_text())
        own = {key: value for key, value in written.items() if key not in ("system", "look")}
        lists = {key: tuple(value) for key, value in own.items() if isinstance(value, list)}
        card = Card(**own | lists, id=name, folder=folder, details=written.get("system", {}))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise StudyError(f"{file.relative_to(root)} is no card: {error}") from error
    if card.kind not in KINDS or (not concept and card.theme != file.parent.parent.name):
        raise StudyError(f"{file.relative_to(root)}: kind is one of {', '.join(KINDS)}, theme the folder's name")
    return card
