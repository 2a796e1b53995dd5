"""The catalogue of all patterns, anti-patterns, controls and concepts: docs/catalogue.md and docs/catalogue.ja.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from lab.cards import Card, read_cards
from lab.engine.workspace import REPOSITORY
from lab.patterns.experiment_list import read_headline
from publish.markdown_table import write_table

DOCS = REPOSITORY / "docs"


@dataclass(frozen=True)
class Language:
    """What a page says besides its cards. ``kinds`` and ``themes`` that are not named stay as they are."""

    file: str
    head: str
    headings: tuple[str, ...]
    kinds: Mapping[str, str]
    themes: Mapping[str, str]


ENGLISH = Language(
    "catalogue.md",
    """English | [日本語](catalogue.ja.md)

# The catalogue

Everything that this repository shows, by theme: patterns, anti-patterns, controls (an anti-pattern with one remedy) and
concepts. Each has a card in its folder, and `make derived` writes this page from the cards. Which of them to take, by
what is asked of a system, is in [a table of decisions](decisions.md).
""",
    ("rows", "name", "kind", "the problem", "opposite", "lesson", "what is counted, or what came out"),
    {},
    {},
)
JAPANESE = Language(
    "catalogue.ja.md",
    """[English](catalogue.md) | 日本語

# カタログ

このリポジトリが示すものを、テーマごとに並べます。パターン、アンチパターン、対照群（アンチパターンに1つだけ対策を施したもの）、概念です。
それぞれのフォルダーにカードがあり、`make derived` がカードからこのページを作ります。名前以外のカードの文は英語です。
何を尋ねられるかでどれを選ぶかは、[判断の表](decisions.ja.md)にあります。
""",
    ("行", "名前", "種類", "問題", "対になるもの", "レッスン", "数えるもの、または結果"),
    {"pattern": "パターン", "anti-pattern": "アンチパターン", "control": "対照群", "concept": "概念"},
    {
        "systems": "システム",
        "training": "学習",
        "release": "リリース",
        "serving": "サービング",
        "operation": "運用",
        "quality": "品質",
        "end_to_end": "システム全体の例",
    },
)


def render_pages() -> dict[Path, str]:
    """The page in both languages, by path; raises ``StudyError`` for a card that cannot be read."""
    cards = read_cards()
    return {DOCS / language.file: render_page(cards, language) for language in (ENGLISH, JAPANESE)}


def render_page(cards: Mapping[str, Card], language: Language) -> str:
    """One table for each theme, a row a card."""
    page = language.head
    for theme, members in groupby(cards.values(), key=lambda card: card.theme):
        table = write_table(language.headings, [_row(card, cards, language) for card in members])
        heading = language.themes.get(theme, theme.replace("_", " ").capitalize())
        page += f"\n## {heading}\n\n{table}\n"
    return page


def _row(card: Card, cards: Mapping[str, Card], language: Language) -> list[str]:
    opposites = ", ".join(_link(cards[name], language) for name in card.opposites if name in cards)
    lesson = f"[{card.lesson.partition('_')[0]}](../notebooks/{card.lesson}.ipynb)" if card.lesson else ""
    result = (read_headline(card.experiment) if card.experiment else "") or card.number
    kind = language.kinds.get(card.kind, card.kind)
    return [", ".join(card.rows), _link(card, language), kind, card.problem, opposites, lesson, result]


def _link(card: Card, language: Language) -> str:
    name = card.japanese if language is JAPANESE else card.name
    return f"[{name}]({f'../{card.folder}/' if card.has_code else f'concepts/{card.id}.toml'})"
