"""Twelve questions of a new owner: what each side's page has for them, run, and judged by what is really so."""

import csv
import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lab.patterns.owner_home import BEFORE, IN_FORCE, TODAY, Home, wait_until_up
from parts.tested_page.page import Ran, Step, end, run_step
from problem.owned import COLUMNS

DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"\d\.\d+")
CLOSE = 0.001
"""Nats by which a log loss may be off the true one."""
SEARCH = 'grep -rniE "{words}" . "$CODE" --include=*.py --include=*.md --include=*.toml'
Judge = Callable[[str, Home], bool]


class Question(NamedTuple):
    """What is ``asked``. ``under``: headings of a page below which it would be answered, by a command that holds
    ``word``; ``words``: what one searches for if there is none; ``judge``: whether what was printed is an answer, and
    true; of the first question, whether somebody answers afterwards."""

    key: str
    asked: str
    under: tuple[str, ...]
    words: str
    judge: Judge
    word: str = ""


def judge_well(said: str, home: Home) -> bool:
    """It is alive, and says so."""
    return '"alive"' in said


def judge_answer(said: str, home: Home) -> bool:
    """A probability."""
    found = re.search(r'"prediction": ([\d.]+)', said)
    return bool(found) and 0 <= float(found[1]) <= 1  # type: ignore[index]


def judge_model(said: str, home: Home) -> bool:
    """The version in the file that the service reads."""
    return str(_read(home.folder / "models" / "late.json")["version"]) in said


def judge_sources(said: str, home: Home) -> bool:
    """All three."""
    return all(source in said for source in COLUMNS)


def judge_unit(said: str, home: Home) -> bool:
    """The unit of distances, in one line with the name."""
    return any("distance" in line and re.search(r"\bmiles?\b", line) for line in said.splitlines())


def judge_quality(said: str, home: Home) -> bool:
    """The log loss of the answers that are kept."""
    rows = [*csv.DictReader((home.folder / "answers.csv").open())]
    losses = [-math.log(p if row["late"] == "1" else 1 - p) for row in rows for p in [float(row["prediction"])]]
    return any(abs(float(each) - sum(losses) / len(losses)) < CLOSE for each in NUMBER.findall(said))


def judge_training(said: str, home: Home) -> bool:
    """A model that was not there before, and can be read."""
    new = [
        file for file in (home.folder / "models").rglob("*.json") if _read(file)["version"] not in (BEFORE, IN_FORCE)
    ]
    return bool(new) and bool(_read(new[0])["weights"])


def judge_back(said: str, home: Home) -> bool:
    """The one before is in force."""
    return bool(_read(home.folder / "models" / "late.json")["version"] == BEFORE)


def judge_today(said: str, home: Home) -> bool:
    """Nothing is wrong with it, which is so."""
    return "3 deliveries, 0 complaints" in said


def judge_owner(said: str, home: Home) -> bool:
    """Somebody, until a day that is not over."""
    return any(
        day >= str(TODAY.date()) for line in said.splitlines() if "distance" in line for day in DAY.findall(line)
    )


def judge_page(said: str, home: Home) -> bool:
    """Every other command of the page was run, and did what the page says."""
    count = len(home.read_steps()) - 1
    return f"{count} of {count} commands" in said


QUESTIONS = (
    Question("start", "How is it started?", ("Start",), "start|run", lambda *_: True),
    Question("well", "Is it well?", ("Is it up?",), "health", judge_well),
    Question("answer", "What does an answer look like?", ("Ask it something",), "predict", judge_answer),
    Question("model", "Which model answers?", ("Ask it something",), "version", judge_model),
    Question("sources", "Which sources does it read?", ("Data",), "source", judge_sources),
    Question("unit", "In which unit is a number?", (), "mile|km|unit", judge_unit),
    Question("quality", "How good has it been?", (), "log loss|accuracy|auc|nats", judge_quality),
    Question("training", "How is it trained again?", ("New model",), "train", judge_training),
    Question("back", "How is the model before put back?", ("If the new model is bad",), "kept", judge_back),
    Question("today", "Is what came today all right?", ("Data",), "complaint", judge_today, "intake"),
    Question("owner", "Who answers for a number, and until when?", (), "owner|until|ask ", judge_owner),
    Question("page", "Is this page still true?", (), "README", judge_page),
)


def find_step(question: Question, home: Home) -> Step:
    """The page's command for a question; without one, a search through the code and the files."""
    for step in home.read_steps():
        if step.heading in (question.asked, *question.under) and question.word in step.command:
            return step
    return Step("", SEARCH.format(words=question.words), "")


def ask_all(home: Home) -> Iterator[dict[str, Any]]:
    """A row a question: the command, whether it worked, and whether what it says is so; in order, on one machine."""
    told, groups = home.tell(), []
    force = (home.folder / "models" / "late.json").read_text()
    try:
        for question in QUESTIONS:
            ran = run_step(find_step(question, home), home.folder, told)
            groups.append(ran.group)
            up = question.key != "start" or wait_until_up(told)
            yield judge(question, ran, home) | ({} if up else {"answered": False})
            (home.folder / "models" / "late.json").write_text(force)
    finally:
        for group in groups:
            end(group)


def judge(question: Question, ran: Ran, home: Home) -> dict[str, Any]:
    """What came of a question; ``on_page``: there was a command on the page."""
    true = not ran.status and question.judge(ran.output, home)
    told = {"on_page": bool(ran.step.heading), "worked": not ran.status, "answered": bool(true)}
    return {"key": question.key, "question": question.asked, "command": ran.step.command, **told}


def _read(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text()))
