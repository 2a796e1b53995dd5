"""What the recorded results hold, for claims to ask."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from lab.changes.change_cell import MET, Cell
from lab.changes.debt_records import Debt
from lab.changes.rollback import RolledBack
from lab.faults.fault_cell import Cell as Struck
from lab.study.scorecard_rows import Row, pair_rounds
from lab.study.verdicts import ONE, find_margin, read_margins
from measure.code.cochange import co_change
from measure.data.comparison import Margin
from measure.data.days import Estimate

SHARES_OF_DEBT = ("glue", "dead_share")


class NoEvidence(LookupError):
    """A test asks for a figure that no result holds."""


@dataclass(frozen=True)
class Evidence:
    """Rows of the scorecard, cells of the replay and of the failure matrix, models that were rolled back, and debt."""

    rows: Sequence[Row]
    cells: Sequence[Cell]
    struck: Sequence[Struck] = ()
    rolled_back: Sequence[RolledBack] = ()
    debt: Debt | None = None

    def find(self, asked: Any) -> Estimate:
        """What a test names, with its interval: a number, a figure of the scorecard, of a change request, of faults.

        Raises ``NoEvidence`` if there is none.
        """
        if isinstance(asked, int | float):
            return _exact(asked)
        of: dict[str, Callable[[dict[str, Any]], float | Estimate]] = {
            "score": self._score,
            "change": self._change,
            "faults": self._faults,
            "rollback": self._rolled_back,
            "debt": self._debt,
            "touched": self._touched,
        }
        found = next(find for kind, find in of.items() if kind in asked)(asked)
        figure, times = found if isinstance(found, Estimate) else _exact(found), asked.get("times", 1)
        return Estimate(figure.value * times, figure.low * times, figure.high * times)

    def find_both(self, left: Any, right: Any) -> tuple[Estimate, Estimate]:
        """Both sides of a test; two figures that were taken by turns as their ratio within each round, and one."""
        rows = [self._find_row(side) for side in (left, right) if _has_ratio(side)]
        ratio = pair_rounds(*rows) if len(rows) == 2 else None
        return (ratio, ONE) if ratio else (self.find(left), self.find(right))

    def _score(self, asked: dict[str, Any]) -> Estimate:
        row = self._find_row(asked)
        return Estimate(row.value or 0.0, *row.interval)

    def _find_row(self, asked: dict[str, Any]) -> Row:
        wanted = asked["score"], asked["system"], asked["mode"], asked.get("part", "")
        for row in self.rows:
            if (row.key, row.system, row.mode, row.part) == wanted and row.value is not None:
                return row
        raise NoEvidence(f"the scorecard has no {' '.join(filter(None, wanted))}")

    def _change(self, asked: dict[str, Any]) -> float:
        of = [cell for cell in self.cells if cell.system == asked["system"] and cell.outcome in MET]
        if asked["change"] == "median":
            return median(_field(cell, asked["field"]) for cell in of if cell.outcome == "patched")
        for cell in of:
            if cell.request == asked["change"]:
                return _field(cell, asked["field"])
        raise NoEvidence(f"{asked['change']} was not met by {asked['system']}")

    def _faults(self, asked: dict[str, Any]) -> float:
        """How many cells of a system (of one ``fault``, of one ``job``) came out in one of the ways named."""
        of = [cell for cell in self.struck if cell.system == asked["system"] and cell.outcome]
        of = [cell for cell in of if cell.fault == asked.get("fault", cell.fault)]
        of = [cell for cell in of if cell.job == asked.get("job", cell.job)]
        if not of:
            raise NoEvidence(f"the failure matrix has no {asked}")
        return float(sum(cell.outcome in asked["faults"] for cell in of))

    def _rolled_back(self, asked: dict[str, Any]) -> float:
        """The share of questions that do not get the answer of then, refused ones too; the kind with most."""
        of = [row for row in self.rolled_back if (row.system, row.what) == (asked["system"], asked["rollback"])]
        if not of:
            raise NoEvidence(f"nobody rolled back {asked}")
        return max(1.0 if row.differing is None else row.differing for row in of)

    def _debt(self, asked: dict[str, Any]) -> float:
        """A number of a system's code after a request, or the worst after any that it could meet."""
        of = [state for state in self.debt.states if state.system == asked["system"]] if self.debt else []
        if asked["after"] != "any":
            of = [state for state in of if state.request == asked["after"]]
        if not of:
            raise NoEvidence(f"nobody took the debt {asked}")
        return max(float(getattr(state, asked["debt"])) for state in of)

    def _touched(self, asked: dict[str, Any]) -> Estimate:
        """Of mutants of code that requests touched, the share that moves both sides."""
        if self.debt is None:
            raise NoEvidence("nobody mutated the code that requests touched")
        mutants = self.debt.mutants
        return co_change(mutants[mutants["system"] == asked["touched"]]).by_mutant


def find_margin_of(asked: dict[str, Any]) -> Margin:
    """The least difference worth having between two figures such as the one that a test names."""
    if "score" in asked:
        return find_margin(asked["score"])
    share = {"touched", "rollback"} & set(asked) or asked.get("debt") in SHARES_OF_DEBT
    return read_margins()["share" if share else "ratio"]


def _has_ratio(asked: Any) -> bool:
    """Whether a side of a test is a figure of the scorecard, not so many times it, of which ratios are taken."""
    of_scorecard = isinstance(asked, dict) and "score" in asked and "times" not in asked
    return of_scorecard and find_margin(asked["score"]).as_ratio


def _exact(value: float) -> Estimate:
    return Estimate(float(value), float(value), float(value))


def _field(cell: Cell, name: str) -> float:
    """``nodes``, ``files`` …; ``ships``: programs by trace; ``skewed``: features, in the kind of question with most."""
    if name == "ships":
        return float(len(cell.ships["trace"]))
    if name == "skewed":
        return float(max(len(of["features"]) for of in cell.skew.values()))
    return float(getattr(cell, name))
