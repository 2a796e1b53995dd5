"""The claims of ``claims.toml``, and the verdict that a study's results give on each."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.engine.workspace import REPOSITORY
from lab.study.evidence import Evidence, Span

FILE = REPOSITORY / "claims.toml"
RELATIONS: dict[str, tuple[Callable[[Span, Span], bool], Callable[[Span, Span], bool]]] = {
    "at least": (lambda a, b: a[0] >= b[1], lambda a, b: a[1] < b[0]),
    "at most": (lambda a, b: a[1] <= b[0], lambda a, b: a[0] > b[1]),
    "more than": (lambda a, b: a[0] > b[1], lambda a, b: a[1] <= b[0]),
    "less than": (lambda a, b: a[1] < b[0], lambda a, b: a[0] >= b[1]),
}
"""By the words of the file, whether it holds over whole intervals, and whether it fails over them."""
SUPPORTED, NOT_SUPPORTED, DEPENDS, UNTESTED = "supported", "not supported", "depends on", "untested here"


OF_THE_MACHINE = {"second", "over_provisioning", "latency", "marginal", "outside_models"}
"""Figures of CPU, memory and time: on another machine a verdict that rests on them may turn."""


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
        return f"{self.name}: {word} ({_format_span(self.left)} is to be {self.relation} {_format_span(self.right)})"


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


def find_timed_claims() -> set[str]:
    """The claims whose verdict rests on figures of the machine."""
    written = tomllib.loads(FILE.read_text())
    return {name for name, claim in written.items() if any(map(_rests_on_time, claim.get("tests", ())))}


def _rests_on_time(test: dict[str, Any]) -> bool:
    sides = [side for side in (test["left"], test["right"]) if isinstance(side, dict)]
    return any(side.get("score") in OF_THE_MACHINE for side in sides)


def judge_claims(evidence: Evidence) -> list[Judged]:
    """The verdict on every claim, in the order of the file."""
    written = tomllib.loads(FILE.read_text())
    return [_judge_claim(name, claim, evidence) for name, claim in written.items()]


def _judge_claim(name: str, claim: dict[str, Any], evidence: Evidence) -> Judged:
    tests = tuple(
        Test(test["name"], evidence.span(test["left"]), test["is"], evidence.span(test["right"]))
        for test in claim.get("tests", ())
    )
    return Judged(name, claim["source"], claim["favours"], claim["claim"], tests, claim.get("untested", ""))


def _format_span(span: Span) -> str:
    low, high = (f"{end:.3g}" for end in span)
    return low if low == high else f"[{low}, {high}]"
