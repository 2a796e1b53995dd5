"""Verdicts follow the results: turn a result round, and the verdict turns."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest

from lab.changes.change_cell import Cell
from lab.changes.change_requests import BY_ID
from lab.changes.debt_metrics import State
from lab.changes.debt_records import Debt
from lab.changes.debt_records import read_recorded as read_debt
from lab.changes.rollback import RolledBack
from lab.faults.fault_cell import Cell as Struck
from lab.faults.fault_list import BY_ID as FAULTS
from lab.faults.scene import list_jobs
from lab.study.claims import (
    BY_CONSTRUCTION,
    DEPENDS,
    FILE,
    NOT_SUPPORTED,
    RELATIONS,
    SUPPORTED,
    UNTESTED,
    Judged,
    find_timed_claims,
    judge_claims,
)
from lab.study.claims import Test as Comparison
from lab.study.evidence import Evidence, NoEvidence
from lab.study.scorecard_questions import QUESTIONS
from lab.study.scorecard_rows import Row
from lab.study.verdicts import read_margins
from lab.systems import list_core
from measure.data.days import Estimate
from publish.ledger import PAGE, order, page
from publish.ledger import evidence as recorded

PLACES = {(name, job, fault) for name in list_core() for job in list_jobs(name) for fault in FAULTS}
STATE = State("C1", "fti", {"glue": 1}, ancestors={"a": (1, 2)}, lines=1)
CLAIMS = tomllib.loads(FILE.read_text())
debt = cache(read_debt)


def spanning(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high)


def evidence(
    value: float = 0.5, nodes: int = 7, outcome: str = "fails loud", differing: float | None = 0.5
) -> Evidence:
    """Every figure the claims ask for, all the same."""
    asked = [
        side for claim in CLAIMS.values() for test in claim.get("tests", ()) for side in (test["left"], test["right"])
    ]
    scores = [side for side in asked if isinstance(side, dict) and "score" in side]
    rows = [Row(s["score"], s["system"], s["mode"], value, part=s.get("part", "")) for s in scores]
    cells = [
        Cell(request, system, "patched", nodes=nodes, ships={"trace": ["a"]}, skew={"batch": {"features": ["x"]}})
        for request in BY_ID
        for system in list_core()
    ]
    struck = [
        Struck(side["system"], side["job"], side["fault"], outcome)
        for side in asked
        if isinstance(side, dict) and "faults" in side
    ]
    back = [
        RolledBack(side["system"], side["rollback"], "batch", 10, differing)
        for side in asked
        if isinstance(side, dict) and "rollback" in side
    ]
    return Evidence(rows, cells, struck, back, debt())


@dataclass(frozen=True)
class Planted(Evidence):
    """Results of which some are said to be otherwise, by what a test asks for."""

    instead: Mapping[str, float] = field(default_factory=dict)

    def find(self, asked: Any) -> Estimate:
        value = self.instead.get(json.dumps(asked, sort_keys=True))
        return super().find(asked) if value is None else spanning(value, value)


def plant(found: Evidence, tests: list[dict[str, Any]], holds: bool) -> Planted:
    """The same results, but for the left side of these tests: so that each holds, or so that each fails."""
    instead = {}
    for test in tests:
        right = found.find(test["right"]).value
        more, less = abs(right) * 4 + 1, right / 4 if right > 0 else right * 4
        larger = (test["is"] in ("at least", "more than")) == holds
        instead[json.dumps(test["left"], sort_keys=True)] = more if larger else less
    return Planted(found.rows, found.cells, found.struck, found.rolled_back, found.debt, instead=instead)


def test_figures_taken_by_turns_are_held_against_one_another_round_by_round():
    fti, split = (Row("latency", name, "real_time", 2.0, 1.0, 3.0, part="p50") for name in ("fti", "split"))
    asked = [{"score": "latency", "system": of.system, "mode": "real_time", "part": "p50"} for of in (fti, split)]
    apart = Evidence([fti, split], [])
    assert apart.find_both(*asked) == tuple(map(apart.find, asked))
    by_turns = [replace(fti, rounds=(2.0, 6.0, 4.0)), replace(split, rounds=(1.0, 3.0, 4.0))]
    assert Evidence(by_turns, []).find_both(*asked) == (Estimate(2.0, 1.0, 2.0), Estimate(1.0, 1.0, 1.0))
    assert Evidence(by_turns, []).find_both(asked[0], 3)[1] == Estimate(3.0, 3.0, 3.0)
    assert Evidence(by_turns, []).find_both(asked[0], asked[1] | {"times": 2})[1].value == 4.0


def verdict(found: Evidence, claim: str) -> str:
    return {judged.id: judged.verdict for judged in judge_claims(found)}[claim]


def test_every_claim_has_tests_or_a_reason_and_asks_for_figures_that_exist():
    for name, claim in CLAIMS.items():
        assert bool(claim.get("tests")) != bool(claim.get("untested")), name
        assert claim["source"]
        assert claim["favours"] in {"FTI", "rivals", "neither"}
        assert claim["claim"].endswith(".")
        for test in claim.get("tests", ()):
            assert test["is"] in RELATIONS
            for side in (test["left"], test["right"]):
                assert (
                    isinstance(side, int | float)
                    or side.get("score") in QUESTIONS
                    or side.get("change") in {*BY_ID, "median"}
                    or side.get("rollback") in {"alone", "pair"}
                    or side.get("touched") in list_core()
                    or hasattr(STATE, side.get("debt", "nothing"))
                    or (side["system"], side["job"], side["fault"]) in PLACES
                )


def test_a_result_turned_round_turns_the_verdict():
    found = evidence()
    low, high = (
        replace(r, value=v)
        for r in found.rows
        if r.key == "over_provisioning"
        for v in (1.0, 2.0)
        if r.system == "monolith"
    )
    others = [row for row in found.rows if (row.key, row.system) != ("over_provisioning", "monolith")]
    assert verdict(replace(found, rows=[*others, high]), "H5") == SUPPORTED
    assert verdict(replace(found, rows=[*others, low]), "H5") == NOT_SUPPORTED


def counted_tests(name: str) -> list[dict[str, Any]]:
    return [test for test in CLAIMS[name].get("tests", ()) if "by_construction" not in test]


COUNTED = [name for name in CLAIMS if counted_tests(name)]


@pytest.mark.parametrize("name", COUNTED)
def test_every_claim_that_counts_can_fail_and_can_hold(name):
    tests, found = counted_tests(name), evidence()
    assert verdict(plant(found, tests, holds=True), name) == SUPPORTED
    assert verdict(plant(found, tests, holds=False), name) == NOT_SUPPORTED


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name in COUNTED for number in range(len(counted_tests(name)))]
)
def test_one_result_that_comes_out_otherwise_is_enough_to_lose_the_support(name, number):
    found, tests = plant(evidence(), counted_tests(name), holds=True), counted_tests(name)
    other = plant(evidence(), tests[number : number + 1], holds=False).instead
    left = len({json.dumps(test["left"], sort_keys=True) for test in tests})
    expected = NOT_SUPPORTED if left == 1 else DEPENDS
    assert verdict(replace(found, instead={**found.instead, **other}), name) == expected


def test_a_patch_grown_larger_turns_the_verdict():
    cells = [replace(cell, nodes=99) if cell.request in ("C7", "C8") else cell for cell in evidence().cells]
    assert verdict(evidence(), "H6") == NOT_SUPPORTED
    assert verdict(replace(evidence(), cells=cells), "H6") == SUPPORTED


def test_a_threshold_within_the_interval_leaves_the_verdict_open():
    found = evidence()
    wide = [replace(row, value=1.3, low=1.1, high=1.5) for row in found.rows]
    assert verdict(replace(found, rows=wide), "H5") == DEPENDS


@pytest.mark.parametrize(
    ("left", "relation", "right", "outcome"),
    [
        ((1, 1), "at least", (1, 1), True),
        ((1, 1), "more than", (1, 1), False),
        ((1, 1), "at most", (1, 1), True),
        ((1, 1), "less than", (1, 1), False),
        ((2, 3), "more than", (1, 1), True),
        ((0, 2), "at least", (1, 1), None),
        ((0, 2), "at most", (1, 1), None),
        ((0, 2), "more than", (1, 3), None),
        ((0, 2), "less than", (1, 3), None),
        ((0, 0.5), "at least", (1, 1), False),
        ((2, 3), "at most", (1, 1), False),
        ((1, 3), "more than", (3, 4), False),
        ((0, 1), "less than", (2, 3), True),
        ((4, 5), "less than", (2, 4), False),
    ],
)
def test_a_comparison_holds_or_fails_only_over_whole_intervals(left, relation, right, outcome):
    assert Comparison("x", spanning(*left), relation, spanning(*right)).outcome is outcome


@pytest.mark.parametrize(
    ("left", "relation", "right", "outcome"),
    [
        ((30, 30), "more than", (20, 20), True),
        ((22, 22), "more than", (20, 20), False),  # a tenth more is no difference worth having
        ((22, 22), "at most", (20, 20), True),
        ((18, 18), "at least", (20, 20), True),
        ((10, 10), "less than", (20, 20), True),
        ((10, 40), "less than", (20, 20), None),
        ((10, 40), "at most", (20, 20), None),
    ],
)
def test_two_figures_are_compared_by_the_margin(left, relation, right, outcome):
    margin = read_margins()["ratio"]
    assert Comparison("x", spanning(*left), relation, spanning(*right), margin).outcome is outcome


def test_what_could_not_come_out_otherwise_is_no_verdict():
    true, false = (Comparison("t", spanning(1, 1), "at least", spanning(end, end)) for end in (0, 2))
    by_design = replace(false, by_construction="it is so by design")
    assert Judged("x", "A", "FTI", "Claim.", (true, by_design)).verdict == SUPPORTED
    assert Judged("x", "A", "FTI", "Claim.", (by_design,)).verdict == BY_CONSTRUCTION
    assert not Judged("x", "A", "FTI", "Claim.", (by_design,)).counts
    assert "by construction, as it is so by design" in str(by_design)


def test_what_no_result_holds_is_not_judged_but_reported():
    with pytest.raises(NoEvidence, match="the scorecard has no"):
        judge_claims(Evidence([], []))


def test_a_claim_without_tests_is_untested_and_says_why():
    untested = [judged for judged in judge_claims(evidence()) if judged.verdict == UNTESTED]
    assert untested
    assert all(judged.untested for judged in untested)


def judged(name: str, source: str, *outcomes: bool) -> Judged:
    sides = {True: spanning(0, 0), False: spanning(2, 2)}
    tests = tuple(Comparison("t", spanning(1, 1), "at least", sides[outcome]) for outcome in outcomes)
    return Judged(name, source, "rivals" if source == "N" else "FTI", "Claim.", tests, "" if tests else "why")


def test_what_speaks_against_fti_stands_first():
    claims = [
        judged("praise", "A", True),
        judged("nothing", "A"),
        judged("refuted", "S", False),
        judged("mixed", "A", True, False),
        judged("critic", "N", True),
    ]
    assert [claim.id for claim in order(claims)] == ["refuted", "critic", "mixed", "praise", "nothing"]
    text = page(claims, [["a number", "1", "2", "miss"]])
    assert "Of 4 claims that could have failed: 2 supported, 1 not supported, 1 depends on." in text
    assert "Not counted: 0 by construction, 1 untested." in text
    assert text.index("| refuted |") < text.index("| praise |")


def test_a_verdict_on_faults_follows_the_matrix():
    assert verdict(evidence(outcome="fails loud"), "N2") == DEPENDS
    assert verdict(evidence(outcome="ok"), "N2") == NOT_SUPPORTED
    with pytest.raises(NoEvidence, match="failure matrix has no"):
        Evidence([], []).find({"faults": ["ok"], "system": "fti"})


def test_a_refused_answer_is_not_the_answer_of_then():
    assert verdict(evidence(differing=None), "H23") == verdict(evidence(differing=1.0), "H23") == DEPENDS
    assert verdict(evidence(differing=0.0), "H23") == DEPENDS
    with pytest.raises(NoEvidence, match="nobody rolled back"):
        Evidence([], []).find({"rollback": "alone", "system": "fti"})


def test_debt_is_that_after_a_request_or_the_worst_after_any():
    states = [State("before", "fti", raw=[("f", "g", "h")]), State("C1", "fti", raw=[("f", "g", "h")] * 3)]
    found = Evidence([], [], debt=Debt(states, debt().mutants, {}))
    asked = {"debt": "raw_sites", "system": "fti"}
    assert found.find(asked | {"after": "before"}) == spanning(1, 1)
    assert found.find(asked | {"after": "any"}) == spanning(3, 3)
    with pytest.raises(NoEvidence, match="nobody took the debt"):
        found.find(asked | {"after": "C2"})
    with pytest.raises(NoEvidence, match="nobody mutated"):
        Evidence([], []).find({"touched": "fti"})


def test_cells_that_cannot_be_do_not_count():
    struck = [Struck("fti", "batch", "killed", ""), Struck("fti", "batch", "disk_full", "ok")]
    assert Evidence([], [], struck).find({"faults": ["ok"], "system": "fti"}) == spanning(1, 1)


@pytest.mark.study
def test_the_page_says_what_the_recorded_results_say():
    """If not: ``make derived``."""
    said = dict(re.findall(r"^\| (\w+) \|.*?\*\*(.+?)\*\*", PAGE.read_text(), flags=re.MULTILINE))
    found = {claim.id: claim.verdict for claim in judge_claims(recorded())}
    assert set(said) == set(CLAIMS)
    sure = CLAIMS.keys() - find_timed_claims()
    assert {name: said[name] for name in sure} == {name: found[name] for name in sure}
