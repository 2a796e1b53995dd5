"""Whether a page that is run notices what is broken behind its questions."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.owner_breakages import BREAKAGES, Breakage, needs_service
from lab.patterns.owner_home import Home, install, wait_until_up
from parts.tested_page.page import Step, end, run_step

AT_ONCE = 2
SERVED = ("start", "well", "answer", "model")
"""Questions behind which the service itself is; for the others it is not started."""
STARTS, OF_INTAKE, RUNNER = "> service.log", ".intake", "run_runbook"
"""What commands hold that start the service; that take their time and look at what came; that run the page."""


class NotBroken(AssertionError):
    """Everything is as it was: nothing that follows would mean anything."""


def try_breakages(side: ModuleType, folder: Path, tested: bool) -> list[dict[str, Any]]:
    """A row a breakage: whether a run of the page notices, that is whether a command is all right before and not after;
    None where nothing of the side rests on it. ``tested``: what a command prints has to be what the page says, and
    something; otherwise that it fails is all that anybody sees.

    Raises ``NotBroken`` where everything is as it was.
    """

    def try_one(breakage: Breakage) -> bool | None:
        if side.__name__.rpartition(".")[2] not in breakage.reads:
            return None
        home = install(side, folder / breakage.key)
        files, places = _read_all(home), [place for place in list_places(home, breakage) if usual[place]]
        breakage.break_it(home)
        if _read_all(home) == files:
            raise NotBroken(breakage.said)
        return not all(run_some(home, places, tested))

    whole = install(side, folder / "whole")
    usual = run_some(whole, range(len(whole.read_steps())), tested)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        noticed = pool.map(try_one, BREAKAGES)
        return [
            {"key": each.key, "broken": each.said, "noticed": of, "by_construction": each.why}
            for each, of in zip(BREAKAGES, noticed, strict=True)
        ]


def list_places(home: Home, breakage: Breakage) -> list[int]:
    """The places of the page's commands that can have to do with it: no service is started where none is behind the
    question, and the page does not run itself."""

    def matters(step: Step) -> bool:
        if RUNNER in step.command:
            return False
        if needs_service(step):
            return breakage.key in SERVED
        return OF_INTAKE not in step.command or breakage.key in ("today", "sources")

    return [place for place, step in enumerate(home.read_steps()) if matters(step)]


def run_some(home: Home, places: Sequence[int], tested: bool) -> list[bool]:
    """By place, whether the command does what the page says, or at least ends well; a service that it starts is waited
    for."""
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
            fits.append(ran.fits if tested else not ran.status)
    finally:
        for group in groups:
            end(group)
    return fits


def _read_all(home: Home) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in home.folder.rglob("*") if file.is_file()}
