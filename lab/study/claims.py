"""The claims of ``claims.toml``, and the verdict that a study's results give on each."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.engine.workspace import REPOSITORY
from lab.study.evidence import Evidence, find_margin_of
from measure.data.comparison import Margin, Word, compare_costs
from measure.data.days import Estimate

FILE = REPOSITORY / "claims.toml"
RELATIONS: dict[str, tuple[Callable[[Estimate, Estimate], bool], Callable[[Estimate, Estimate], bool]]] = {
    "at least": (lambda a, b: a.low >= b.high, lambda a, b: a.high < b.low),
    "at most": (lambda a, b: a.high <= b.low, lambda a, b: a.low > b.high),
    "more than": (lambda a, b: a.low > b.high, lambda a, b: a.high <= b.low),
    "less than": (lambda a, b: a.high < b.low, lambda a, b: a.low >= b.high),
}
"""By the words of the file, whether a figure holds against a threshold over its whole interval, or fails."""
WORDS: dict[str, tuple[set[Word], set[Word]]] = {
    "at least": ({Word.WORSE, Word.NO_DIFFERENCE}, {Word.BETTER}),
    "at most": ({Word.BETTER, Word.NO_DIFFERENCE}, {Word.WORSE}),
    "more than": ({Word.WORSE}, {Word.BETTER, Word.NO_DIFFERENCE}),
    "less than": ({Word.BETTER}, {Word.WORSE, Word.NO_DIFFERENCE}),
}
"""Between two figures, the words (the larger one is the worse) with which it holds, and those with which it fails."""
SUPPORTED, NOT_SUPPORTED, DEPENDS, UNTESTED = "supported", "not supported", "depends on", "untested here"
BY_CONSTRUCTION = "by construction"
"""What could not have come out otherwise: shown, and not counted."""
COUNTED = (SUPPORTED, NOT_SUPPORTED, DEPENDS)


OF_THE_MACHINE = {
    *("second", "over_provisioning", "latency", "marginal", "outside_models"),
    *("six_models", "speed_up", "replay_share", "plain_ratio"),
}
"""Figures of CPU, memory and time: on another machine a verdict that rests on them may turn."""


@dataclass(frozen=True)
class Test:
    """One comparison that a claim implies; ``outcome``: True if it holds, False if it fails, None if it is open.

    ``margin``: between two figures, the least difference worth having; None against a threshold. ``by_construction``:
    why it could not come out otherwise; "" for one that counts.
    """

    name: str
    left: Estimate
    relation: str
    right: Estimate
    margin: Margin | None = None
    by_construction: str = ""

    @property
    def outcome(self) -> bool | None:
        """By the three words between two figures, over the whole interval against a threshold."""
        if self.margin is None:
            holds, fails = (ask(self.left, self.right) for ask in RELATIONS[self.relation])
        else:
            word = compare_costs(self.left, self.right, self.margin)
            holds, fails = (word in words for words in WORDS[self.relation])
        return True if holds else False if fails else None

    def __str__(self) -> str:
        word = {True: "yes", False: "no", None: "open"}[self.outcome]
        word = f"by construction, as {self.by_construction}" if self.by_construction else word
        return f"{self.name}: {word} ({_format(self.left)} is to be {self.relation} {_format(self.right)})"


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
        """One of five; what it depends on are the tests that hold, and those that are open."""
        outcomes = {test.outcome for test in self.tests if not test.by_construction}
        if not outcomes:
            return BY_CONSTRUCTION if self.tests else UNTESTED
        return SUPPORTED if outcomes == {True} else NOT_SUPPORTED if outcomes == {False} else DEPENDS

    @property
    def counts(self) -> bool:
        """Whether it could have failed, and was tested."""
        return self.verdict in COUNTED


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
    tests = tuple(_judge_test(test, evidence) for test in claim.get("tests", ()))
    return Judged(name, claim["source"], claim["favours"], claim["claim"], tests, claim.get("untested", ""))


def _judge_test(test: dict[str, Any], evidence: Evidence) -> Test:
    margin = find_margin_of(test["left"]) if isinstance(test["right"], dict) else None
    left, right = evidence.find_both(test["left"], test["right"])
    return Test(test["name"], left, test["is"], right, margin, test.get("by_construction", ""))


def _format(figure: Estimate) -> str:
    low, high = (f"{end:.3g}" for end in (figure.low, figure.high))
    return low if low == high else f"[{low}, {high}]"
