"""Predictions that no figure of the scorecard decides: change requests and faults do."""

from collections.abc import Sequence
from statistics import median

from lab.changes.change_cell import MET, Cell
from lab.faults.fault_cell import Cell as Struck
from lab.faults.fault_list import BY_ID as FAULTS
from lab.study.verdicts import find_least
from lab.systems import list_compared
from measure.data.survival import OK, STALE

ONE_MORE_MODEL = ("C4", "C5", "C15")
"""The requests that bring a model."""


def find_least_touched(cells: Sequence[Cell], requests: Sequence[str] = ()) -> str:
    """Measures 6 and 10: whose median request (of these, or of all that a system could meet) changes fewest nodes."""
    of = [cell for cell in cells if cell.outcome in MET and (not requests or cell.request in requests)]
    return find_least({name: median(cell.nodes for cell in of if cell.system == name) for name in list_compared()})


def find_most_surviving(struck: Sequence[Struck]) -> str:
    """Measure 9: who answers rightly, or says how old it is, in most of the cells; faults of a store are left out."""
    answering = [cell for cell in struck if cell.job in ("batch", "real_time") and cell.outcome]
    common = [cell for cell in answering if cell.fault != "none" and not FAULTS[cell.fault].needs_store]
    own = {name: [cell for cell in common if cell.system == name] for name in list_compared()}
    lost = {name: sum(cell.outcome not in (OK, STALE) for cell in cells) for name, cells in own.items()}
    return find_least({name: lost[name] / len(own[name]) for name in own})


def settle_bets(cells: Sequence[Cell], struck: Sequence[Struck]) -> dict[str, str]:
    """Who won, by the measure's id in PREDICTIONS.md."""
    found = {"6": find_least_touched(cells), "9": find_most_surviving(struck)}
    return found | {"10": find_least_touched(cells, ONE_MORE_MODEL)}
