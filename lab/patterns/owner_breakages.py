"""One thing that can be broken behind each of the twelve questions. The list was written before it was run."""

import json
from collections.abc import Callable
from typing import NamedTuple

from lab.patterns.owner_home import PEOPLE, Home
from parts.tested_page.page import Step

OF_SERVICE = (".service", "tested_page.ask")
"""What commands hold that start the service, or need it."""


OWNED = "owned_system"
EVERY = ("nobody_knows", OWNED)


class Breakage(NamedTuple):
    """What is broken behind the question ``key``, and how; ``reads``: the sides of which a page, the code or the
    contract rests on it; ``why``: what makes whether it is noticed so by construction, if anything."""

    key: str
    said: str
    break_it: Callable[[Home], None]
    reads: tuple[str, ...] = EVERY
    why: str = ""


def edit(name: str, old: str, new: str) -> Callable[[Home], None]:
    """In a file, or in the page ("")."""

    def break_it(home: Home) -> None:
        file = home.folder / name if name else home.page
        text = file.read_text()
        file.write_text(text.replace(old, new))

    return break_it


def remove(name: str) -> Callable[[Home], None]:
    """A file is gone."""
    return lambda home: (home.folder / name).unlink()


def _reweigh(home: Home) -> None:
    file = home.folder / "models" / "late.json"
    model = json.loads(file.read_text())
    file.write_text(json.dumps(model | {"base": model["base"] + 1}))


def _forget_outcomes(home: Home) -> None:
    file = home.folder / "answers.csv"
    head, *rows = file.read_text().splitlines()
    place = head.split(",").index("late")
    cut = [",".join("" if number == place else each for number, each in enumerate(row.split(","))) for row in rows]
    file.write_text("\n".join([head, *cut]) + "\n")


def _expect_nothing(home: Home) -> None:
    """The expected lines of one command that needs no service are gone, as after a careless merge."""
    step = next(each for each in home.read_steps() if each.expected and not needs_service(each))
    lines = "".join(f"    {line}\n" for line in step.expected.splitlines())
    home.page.write_text(home.page.read_text().replace(f"{step.command}\n{lines}", f"{step.command}\n"))


BREAKAGES = (
    Breakage("start", "the service's module was renamed", edit("", ".service >", ".serve >")),
    Breakage("well", "the door for health was renamed", edit("", "/health", "/healthz")),
    Breakage("answer", "the service wants another question", edit("example.json", '"distance"', '"distance_km"')),
    Breakage("model", "other weights under the same version", _reweigh),
    Breakage("sources", "a source delivers no more", remove("today/weather.csv")),
    Breakage("unit", "the contract says kilometres", edit("contract.toml", 'unit = "mile"', 'unit = "km"'), (OWNED,)),
    Breakage("quality", "no outcomes come any more", _forget_outcomes, (OWNED,)),
    Breakage("training", "the answers lie elsewhere now", remove("answers.csv"), (OWNED,)),
    Breakage("back", "the model before was tidied away", remove("models/kept/late-1.json")),
    Breakage("today", "the table of airports is gone", remove("places.csv"), (OWNED,)),
    Breakage("owner", "its owner has left", edit("people.csv", f"{PEOPLE[0]}\n", ""), (OWNED,), "nothing looks him up"),
    Breakage("page", "a command without anything to compare", _expect_nothing, why="the page's own rule, or none"),
)


def needs_service(step: Step) -> bool:
    """Whether a command starts the service, or asks it."""
    return any(each in step.command for each in OF_SERVICE)
