"""The pictures of a deck: figures that the study has drawn, and those drawn from recorded results."""

import shutil
from collections.abc import Callable
from pathlib import Path

from lab.changes.change_records import read_recorded as replayed
from lab.changes.change_table import list_touched
from lab.changes.debt_records import read_recorded as debt
from lab.changes.patched_system import BEFORE
from lab.engine.workspace import StudyError
from lab.faults.fault_list import FAULTS
from lab.faults.fault_records import read_recorded as struck
from lab.systems import list_compared
from measure.code import roles
from measure.figures import impact_map, survival_map


def changes(path: Path) -> None:
    """What each change request touches in each system."""
    impact_map.draw(list_touched(replayed()), "fti", path)


def survival(path: Path) -> None:
    """Jobs against faults."""
    titles = {fault.id: fault.title for fault in FAULTS}
    hit = [cell for cell in struck() if cell.fault != "none" and cell.system in list_compared()]
    cells = [survival_map.Struck(titles[c.fault], c.system, c.job, c.outcome or None, c.after) for c in hit]
    survival_map.draw(cells, path)


def what_code_does(path: Path) -> None:
    """Shares of code by role, before any request."""
    before = [state for state in debt().states if state.request == BEFORE]
    shares = {s.system: {role: n / sum(s.roles.values()) for role, n in s.roles.items()} for s in before}
    roles.draw(shares, path)


DRAWN: dict[str, Callable[[Path], None]] = {"changes": changes, "survival": survival, "roles": what_code_does}
"""Figures that are drawn here, from results kept with the code."""


def collect(names: list[str], drawn_by_the_study: Path, folder: Path) -> None:
    """Put figures into ``folder``; raises ``StudyError`` if the study has not drawn one of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        if name in DRAWN:
            DRAWN[name](folder / f"{name}.png")
        elif (figure := drawn_by_the_study / f"{name}.png").exists():
            shutil.copy(figure, folder)
        else:
            raise StudyError(f"the study has drawn no {name}.png: run `make study` first")
