"""The eight questions of the study with the answers of every system: what the terminal, README and the slides show."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab.changes.change_requests import REQUESTS
from lab.engine.workspace import REPOSITORY
from lab.study import eight_verdicts
from lab.study.cell_text import format_cell, format_figure
from lab.study.eight_verdicts import OwnRows, Says
from lab.study.scorecard_rows import EVERY, Row

QUESTIONS = tomllib.loads((REPOSITORY / "lab" / "study" / "eight_questions.toml").read_text())["question"]
STAR = " ★"
"""The mark of a primary outcome."""
MODES = ("batch", "real_time")
COMMA = {"en": ", ", "ja": "、"}
Rows = Sequence[Row]


@dataclass(frozen=True)
class Answer:
    """One line of the table: a question, a cell for each system that is known so far, and what it comes to."""

    number: int
    title: str
    cells: Mapping[str, str]
    says: str


def answer_questions(rows: Rows, names: Mapping[str, str], language: str = "en") -> list[Answer]:
    """The answers as far as ``rows`` hold them, in English or Japanese (``en``, ``ja``); ``names`` of the systems."""
    return [
        _answer(number, asked | asked[language], rows, names, COMMA[language])
        for number, asked in enumerate(QUESTIONS, start=1)
    ]


def _answer(number: int, asked: dict[str, Any], rows: Rows, names: Mapping[str, str], comma: str) -> Answer:
    kind = KINDS[asked["name"]]
    own = {name: found for name in names if (found := kind.find(rows, name))}
    judged = kind.judge(own) if own else {}
    said = {which: comma.join(names[name] for name in who) for which, who in judged.items()}
    says = [text.format(said[which]) for which, text in asked["says"].items() if said.get(which)]
    title = asked["title"].format(*kind.fill(rows)) + (STAR if asked.get("star") else "")
    return Answer(number, title, {name: kind.write(found) for name, found in own.items()}, " ".join(says))


@dataclass(frozen=True)
class Kind:
    """How a question is answered: a system's rows, the text of its cell, whom sentences name, what fills the title.

    ``find`` gives the first figure of a cell first; of a loss, how far it lies from the table's comes second.
    """

    find: Callable[[Rows, str], list[Row]]
    write: Callable[[list[Row]], str]
    judge: Callable[[OwnRows], Says]
    fill: Callable[[Rows], tuple[object, ...]] = lambda rows: ()


def find_rows(rows: Rows, name: str, key: str, modes: Sequence[str] = (EVERY,), part: str = "") -> list[Row]:
    """A system's rows of one figure, a row a kind of question, without those that do not apply."""
    wanted = [(key, name, mode, part) for mode in modes]
    return [row for row in rows if (row.key, row.system, row.mode, row.part) in wanted and row.value is not None]


def _find_loss(mode: str) -> Callable[[Rows, str], list[Row]]:
    """The log loss itself, and behind it how far it lies from the table's."""

    def find(rows: Rows, name: str) -> list[Row]:
        return [row for key in ("served_loss", "over_table") for row in find_rows(rows, name, key, [mode])]

    return find


def _find_simple(mode: str) -> Callable[[Rows], tuple[str, str]]:
    """What a constant and a table lose there; dots as long as that is not known."""

    def fill(rows: Rows) -> tuple[str, str]:
        of = [row for row in rows if (row.key, row.mode) == ("simple_loss", mode)]
        found = {row.part: format_figure(row.key, row.value or 0.0) for row in of}
        return found.get("constant", "…"), found.get("table", "…")

    return fill


def _find_break_even(rows: Rows, name: str) -> list[Row]:
    """From how many models on, a row a kind of question, and behind it the CPU of six models over the rival's."""
    wanted = [("break_even", f"CPU, {name}"), ("six_models", name)]
    return [row for line in wanted for row in rows if (row.key, row.part) == line and row.value is not None]


def _write_break_even(own: list[Row]) -> str:
    """The number of models, which may be anything where both curves are close, and the ratio that is not."""
    return " · ".join(
        _write_modes(of) for key in ("break_even", "six_models") if (of := [r for r in own if r.key == key])
    )


def _find_parts(*keys: str) -> Callable[[Rows, str], list[Row]]:
    return lambda rows, name: [row for key in keys for row in find_rows(rows, name, key)]


def _write_first(own: list[Row]) -> str:
    return format_cell(own[0])


def _write_modes(own: list[Row]) -> str:
    """One figure if all kinds of question have the same, else one each."""
    return " / ".join(dict.fromkeys(format_cell(row) for row in own))


def _write_parts(own: list[Row]) -> str:
    return " · ".join(format_cell(row) for row in own)


def _of_modes(key: str, part: str = "") -> Callable[[Rows, str], list[Row]]:
    return lambda rows, name: find_rows(rows, name, key, MODES, part)


KINDS = {
    "equal": Kind(_of_modes("classes", "equal"), _write_modes, eight_verdicts.judge_equal),
    "batch_loss": Kind(_find_loss("batch"), _write_first, eight_verdicts.judge_losses, _find_simple("batch")),
    "real_time_loss": Kind(
        _find_loss("real_time"), _write_first, eight_verdicts.judge_losses, _find_simple("real_time")
    ),
    "gap": Kind(_of_modes("gap"), _write_modes, eight_verdicts.judge_gaps),
    "cochange": Kind(_of_modes("cochange"), _write_modes, eight_verdicts.judge_shares),
    "break_even": Kind(_find_break_even, _write_break_even, eight_verdicts.judge_six_models),
    "changes": Kind(
        _find_parts("fewest", "median_nodes"), _write_parts, eight_verdicts.judge_changes, lambda rows: (len(REQUESTS),)
    ),
    "failure": Kind(_find_parts("answers_on", "nodes", "jobs"), _write_parts, eight_verdicts.judge_failure),
}
