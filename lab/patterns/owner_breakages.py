"""One thing broken behind each of the twelve questions, and whether a page that is run notices.

The list was written before it was run.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lab.patterns.owner_home import PEOPLE, Home, install, wait_until_up
from parts.tested_page.page import Step, end, run_step

AT_ONCE = 2
SERVED = ("start", "well", "answer", "model")
"""Questions behind which the service itself is; for the others it is not started."""
STARTS = "> service.log"
OF_SERVICE, OF_INTAKE, RUNNER = (".service", "tested_page.ask"), ".intake", "run_runbook"
"""What commands hold that start the service; that need it; that takes its time and looks at what came; that runs the
page."""


class Breakage(NamedTuple):
    """What is broken behind the question ``key``, and how."""

    key: str
    said: str
    break_it: Callable[[Home], None]


def edit(name: str, old: str, new: str) -> Callable[[Home], None]:
    """In a file, or in the page ("")."""

    def break_it(home: Home) -> None:
        file = home.folder / name if name else home.page
        if not file.exists():
            return  # a side without such a file has nothing there that could break
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
    step = next(each for each in home.read_steps() if each.expected and not _needs_service(each))
    lines = "".join(f"    {line}\n" for line in step.expected.splitlines())
    home.page.write_text(home.page.read_text().replace(f"{step.command}\n{lines}", f"{step.command}\n"))


BREAKAGES = (
    Breakage("start", "the service's module was renamed", edit("", ".service >", ".serve >")),
    Breakage("well", "the door for health was renamed", edit("", "/health", "/healthz")),
    Breakage("answer", "the service wants another question", edit("example.json", '"distance"', '"distance_km"')),
    Breakage("model", "other weights under the same version", _reweigh),
    Breakage("sources", "a source delivers no more", remove("today/weather.csv")),
    Breakage("unit", "the contract says kilometres", edit("contract.toml", 'unit = "mile"', 'unit = "km"')),
    Breakage("quality", "no outcomes come any more", _forget_outcomes),
    Breakage("training", "the answers lie elsewhere now", remove("answers.csv")),
    Breakage("back", "the model before was tidied away", remove("models/kept/late-1.json")),
    Breakage("today", "the table of airports is gone", remove("places.csv")),
    Breakage("owner", "its owner has left", edit("people.csv", f"{PEOPLE[0]}\n", "")),
    Breakage("page", "a command without anything to compare", _expect_nothing),
)


def try_breakages(side: ModuleType, folder: Path, tested: bool) -> list[dict[str, Any]]:
    """A row a breakage: whether a run of the page notices, that is whether a command fits before and does not after;
    None where nothing is there that could break. ``tested``: a command has to have something expected below it."""

    def try_one(breakage: Breakage) -> bool | None:
        home = install(side, folder / breakage.key)
        files, places = _read_all(home), [place for place in list_places(home, breakage) if usual[place]]
        breakage.break_it(home)
        return None if _read_all(home) == files else not all(run_some(home, places, tested))

    whole = install(side, folder / "whole")
    usual = run_some(whole, range(len(whole.read_steps())), tested)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        noticed = pool.map(try_one, BREAKAGES)
        return [{"key": e.key, "broken": e.said, "noticed": of} for e, of in zip(BREAKAGES, noticed, strict=True)]


def list_places(home: Home, breakage: Breakage) -> list[int]:
    """The places of the page's commands that can have to do with it: no service is started where none is behind the
    question, and the page does not run itself."""

    def matters(step: Step) -> bool:
        if RUNNER in step.command:
            return False
        if _needs_service(step):
            return breakage.key in SERVED
        return OF_INTAKE not in step.command or breakage.key in ("today", "sources")

    return [place for place, step in enumerate(home.read_steps()) if matters(step)]


def run_some(home: Home, places: Sequence[int], tested: bool) -> list[bool]:
    """By place, whether the command does what the page says; a service that it starts is waited for."""
    told, steps, fits, groups = home.tell(), home.read_steps(), [], []
    try:
        for place in places:
            if RUNNER in steps[place].command:
                fits.append(False)
                continue
            ran = run_step(steps[place], home.folder, told)
            groups.append(ran.group)
            if not ran.status and STARTS in ran.step.command and not wait_until_up(told):
                ran = ran._replace(status=1)
            fits.append(ran.fits if tested else ran.works)
    finally:
        for group in groups:
            end(group)
    return fits


def _needs_service(step: Step) -> bool:
    return any(each in step.command for each in OF_SERVICE)


def _read_all(home: Home) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in home.folder.rglob("*") if file.is_file()}
