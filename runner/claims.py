"""The claims of ``claims.toml``, and the verdict that a study's results give on each."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from changes.cell import Cell
from changes.rollback import RolledBack
from faults.matrix import Cell as Struck
from runner.home import REPOSITORY
from runner.rows import Row

FILE = REPOSITORY / "claims.toml"
MET = ("patched", "already")
Span = tuple[float, float]
"""The ends of an interval, twice the value where there is none."""
RELATIONS: dict[str, tuple[Callable[[Span, Span], bool], Callable[[Span, Span], bool]]] = {
    "at least": (lambda a, b: a[0] >= b[1], lambda a, b: a[1] < b[0]),
    "at most": (lambda a, b: a[1] <= b[0], lambda a, b: a[0] > b[1]),
    "more than": (lambda a, b: a[0] > b[1], lambda a, b: a[1] <= b[0]),
    "less than": (lambda a, b: a[1] < b[0], lambda a, b: a[0] >= b[1]),
}
"""By the words of the file, whether it holds over whole intervals, and whether it fails over them."""
SUPPORTED, NOT_SUPPORTED, DEPENDS, UNTESTED = "supported", "not supported", "depends on", "untested here"


OF_THE_MACHINE = {"second", "over_provisioning", "latency", "marginal", "before_models"}
"""Figures of CPU, memory and time: on another machine a verdict that rests on them may turn."""


class NoEvidence(LookupError):
    """A test asks for a figure that no result holds."""


@dataclass(frozen=True)
class Evidence:
    """Rows of the scorecard, cells of the replay and of the failure matrix, and models that were rolled back."""

    rows: Sequence[Row]
    cells: Sequence[Cell]
    struck: Sequence[Struck] = ()
    rolled_back: Sequence[RolledBack] = ()

    def span(self, asked: Any) -> Span:
        """The interval of what a test names: a number, a figure of the scorecard, of a change request, or of faults.

        Raises ``NoEvidence`` if there is none.
        """
        if isinstance(asked, int | float):
            return float(asked), float(asked)
        of = {"score": self._score, "change": self._change, "faults": self._faults, "rollback": self._rolled_back}
        low, high = next(find for kind, find in of.items() if kind in asked)(asked)
        return low * asked.get("times", 1), high * asked.get("times", 1)

    def _score(self, asked: dict[str, Any]) -> Span:
        wanted = asked["score"], asked["system"], asked["mode"], asked.get("part", "")
        for row in self.rows:
            if (row.key, row.system, row.mode, row.part) == wanted and row.value is not None:
                return row.interval
        raise NoEvidence(f"the scorecard has no {' '.join(filter(None, wanted))}")

    def _change(self, asked: dict[str, Any]) -> Span:
        of = [cell for cell in self.cells if cell.system == asked["system"] and cell.outcome in MET]
        if asked["change"] == "median":
            changed = [_field(cell, asked["field"]) for cell in of if cell.outcome == "patched"]
            return median(changed), median(changed)
        for cell in of:
            if cell.request == asked["change"]:
                return _field(cell, asked["field"]), _field(cell, asked["field"])
        raise NoEvidence(f"{asked['change']} was not met by {asked['system']}")

    def _faults(self, asked: dict[str, Any]) -> Span:
        """How many cells of a system (of one ``fault``, of one ``job``) came out in one of the ways named."""
        of = [cell for cell in self.struck if cell.system == asked["system"] and cell.outcome]
        of = [cell for cell in of if cell.fault == asked.get("fault", cell.fault)]
        of = [cell for cell in of if cell.job == asked.get("job", cell.job)]
        if not of:
            raise NoEvidence(f"the failure matrix has no {asked}")
        number = float(sum(cell.outcome in asked["faults"] for cell in of))
        return number, number

    def _rolled_back(self, asked: dict[str, Any]) -> Span:
        """The share of questions that do not get the answer of then, refused ones too; the kind with most."""
        of = [row for row in self.rolled_back if (row.system, row.what) == (asked["system"], asked["rollback"])]
        if not of:
            raise NoEvidence(f"nobody rolled back {asked}")
        worst = max(1.0 if row.differing is None else row.differing for row in of)
        return worst, worst


def _field(cell: Cell, name: str) -> float:
    """``nodes``, ``files`` …; ``ships``: programs by trace; ``skewed``: features, in the kind of question with most."""
    if name == "ships":
        return float(len(cell.ships["trace"]))
    if name == "skewed":
        return float(max(len(of["features"]) for of in cell.skew.values()))
    return float(getattr(cell, name))


@dataclass(frozen=True)
class Test:
    """One comparison that a claim implies; ``outcome``: True if it holds, False if it fails, None if it is open."""

    name: str
    left: Span
    relation: str
    right: Span

    @property
    def outcome(self) -> bool | None:
        """Whether it holds or fails over the whole of both intervals."""
        holds, fails = RELATIONS[self.relation]
        return True if holds(self.left, self.right) else False if fails(self.left, self.right) else None

    def __str__(self) -> str:
        word = {True: "yes", False: "no", None: "open"}[self.outcome]
        return f"{self.name}: {word} ({_text(self.left)} is to be {self.relation} {_text(self.right)})"


@dataclass(frozen=True)
class Judged:
    """A claim with its tests and the verdict on it; ``favours``: ``FTI``, ``rivals`` or ``neither``."""

    id: str
    source: str
    favours: str
    claim: str
    tests: tuple[Test, ...]
    untested: str = ""

    @property
    def verdict(self) -> str:
        """One of the four words; what it depends on are the tests that hold, and those that are open."""
        outcomes = {test.outcome for test in self.tests}
        if not outcomes:
            return UNTESTED
        return SUPPORTED if outcomes == {True} else NOT_SUPPORTED if outcomes == {False} else DEPENDS


def of_the_machine() -> set[str]:
    """The claims whose verdict rests on figures of the machine."""
    written = tomllib.loads(FILE.read_text())
    return {name for name, claim in written.items() if any(map(_timed, claim.get("tests", ())))}


def _timed(test: dict[str, Any]) -> bool:
    sides = [side for side in (test["left"], test["right"]) if isinstance(side, dict)]
    return any(side.get("score") in OF_THE_MACHINE for side in sides)


def judge(evidence: Evidence) -> list[Judged]:
    """The verdict on every claim, in the order of the file."""
    written = tomllib.loads(FILE.read_text())
    return [_judged(name, claim, evidence) for name, claim in written.items()]


def _judged(name: str, claim: dict[str, Any], evidence: Evidence) -> Judged:
    tests = tuple(
        Test(test["name"], evidence.span(test["left"]), test["is"], evidence.span(test["right"]))
        for test in claim.get("tests", ())
    )
    return Judged(name, claim["source"], claim["favours"], claim["claim"], tests, claim.get("untested", ""))


def _text(span: Span) -> str:
    low, high = (f"{end:.3g}" for end in span)
    return low if low == high else f"[{low}, {high}]"
