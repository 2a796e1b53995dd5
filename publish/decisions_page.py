"""The table of decisions, docs/decisions.md and docs/decisions.ja.md: what to do, by what is asked, from records."""

from collections.abc import Mapping
from pathlib import Path

from lab.cards import Card, read_cards
from lab.engine.workspace import REPOSITORY
from lab.patterns.decisions import Decision, decide_all
from publish.markdown_table import write_table

DOCS = REPOSITORY / "docs"
HEADS = {
    "decisions.md": """English | [日本語](decisions.ja.md)

# What to do, by what is asked

Four questions first: who asks, how often, how long may it take, how fresh must it be? Each row is decided by a rule
from one record of an experiment: `make patterns` makes the records, `make derived` this page. It is true for this
system on the machine of the records; the lesson says where each verdict turns. **Bold** is what the rule compares; the
other cells describe the case and enter no rule. Where a row names an anti-pattern, nothing else was shown to be better.
""",
    "decisions.ja.md": """[English](decisions.md) | 日本語

# 何を尋ねられるかで決める

はじめに4つを確かめます。誰が尋ねるか、どのくらいの頻度か、どのくらい待てるか、どのくらい新しくなければならないか。
各行は、実験の記録1つからルールが決めたものです。記録は `make patterns` が、このページは `make derived` が作ります。
記録を取ったマシン上のこのシステムについて言えることで、判断がどこで変わるかはレッスンにあります。
**太字**がルールの比べる値で、ほかの欄は状況の説明です（ルールには使いません）。
アンチパターンが挙がっている行では、ほかのやり方のほうが良いとは示されませんでした。
""",
}
HEADINGS = {
    "decisions.md": ("who asks", "how often", "how long", "how fresh", "do this", "kind", "because", "lesson"),
    "decisions.ja.md": ("誰が", "頻度", "待てる時間", "鮮度", "こうする", "種類", "根拠", "レッスン"),
}
KINDS = {"pattern": "パターン", "anti-pattern": "アンチパターン"}


def render_pages() -> dict[Path, str]:
    """The page in both languages, by path."""
    cards, decisions = read_cards(), decide_all()
    return {DOCS / file: render_page(file, decisions, cards) for file in HEADS}


def render_page(file: str, decisions: list[Decision], cards: Mapping[str, Card]) -> str:
    """The page with one row a decision."""
    in_japanese = file.endswith(".ja.md")
    rows = [_row(decision, cards[decision.card], in_japanese) for decision in decisions]
    return f"{HEADS[file]}\n{write_table(HEADINGS[file], rows)}\n"


def _row(decision: Decision, card: Card, in_japanese: bool) -> list[str]:
    name, kind = (card.japanese, KINDS[card.kind]) if in_japanese else (card.name, card.kind)
    lesson = f"[{card.lesson.partition('_')[0]}](../notebooks/{card.lesson}.ipynb)"
    asked = list(decision.japanese if in_japanese else decision.asked)
    asked[decision.used] = f"**{asked[decision.used]}**"
    return [*asked, f"[{name}](../{card.folder}/)", kind, decision.number, lesson]
