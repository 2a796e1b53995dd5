"""Points, scores, what notices what, and whether a higher score survives more."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lab.patterns.scored_faults import STOPPING
from problem.good_enough import NOT_LOOKED_AT, Checklist

LOST = ("wrong", "fails silent")
"""Outcomes of the failure matrix that nobody is told of."""
MARGIN = 0.05
"""What a share of faults noticed has to differ by to count: less than one fault in fifteen."""
Row = Mapping[str, Any]


def find_said(rows: Iterable[Row], system: str, fault: str) -> dict[str, str]:
    """By check what it says of a system under a fault ("" for none); raises ``LookupError`` without such a run."""
    found = next((row["says"] for row in rows if (row["system"], row["fault"]) == (system, fault)), None)
    if found is None:
        raise LookupError(f"no run of {system} under {fault or 'no fault'}: a point needs its planted fault")
    return dict(found)


def find_findings(rows: Iterable[Row], system: str, fault: str) -> set[str]:
    """The checks that find something wrong. One that could not look has found something if the run was to stop."""
    said = find_said(rows, system, fault)
    return {check for check, text in said.items() if text and (fault in STOPPING or not text.startswith(NOT_LOOKED_AT))}


def give_points(rows: Sequence[Row], system: str, side: Checklist, kind: Mapping[str, str]) -> dict[str, bool]:
    """By test of the rubric with a check, whether it counts: it passes healthy and finds the fault that it is for.

    ``kind``: by check the fault that it is for. Raises ``LookupError`` where check or fault is missing.
    """
    healthy = find_said(rows, system, "")
    points = {}
    for test, item in side.items.items():
        if item.check:
            if item.check not in side.checks or item.check not in kind:
                raise LookupError(f"{test} has no check or no planted fault: {item.check}")
            points[test] = not healthy[item.check] and item.check in find_findings(rows, system, kind[item.check])
    return points


def sum_sections(points: Mapping[str, bool], rubric: Checklist) -> dict[str, int]:
    """Points by section of the rubric."""
    sections = dict.fromkeys(item.section for item in rubric.items.values())
    return {
        name: sum(points.get(test, False) for test, item in rubric.items.items() if item.section == name)
        for name in sections
    }


def list_noticing(rows: Sequence[Row], system: str, checks: Iterable[str]) -> dict[str, list[str]]:
    """By fault, the checks that notice it: they pass on the healthy system and find something under the fault."""
    healthy = find_said(rows, system, "")
    sound = [check for check in checks if not healthy[check]]
    faults = [row["fault"] for row in rows if row["system"] == system and row["fault"]]
    found = {fault: find_findings(rows, system, fault) for fault in faults}
    return {fault: [check for check in sound if check in of] for fault, of in found.items()}


def order_checks(noticing: Mapping[str, Mapping[str, Sequence[str]]]) -> list[dict[str, Any]]:
    """Checks, each time the one that adds most: by number of checks, the share of all (system, fault) ``noticed``.

    ``low``, ``high``: the system of whose faults the fewest and the most are.
    """
    cells = {(system, fault): set(of) for system, found in noticing.items() for fault, of in found.items()}
    kept, curve = list[str](), list[dict[str, Any]]()
    while any(left := [of for of in cells.values() if not of & {*kept}]):
        names = sorted({name for of in left for name in of})
        kept.append(max(names, key=lambda name: sum(name in of for of in left)))
        curve.append({"checks": len(kept), "added": kept[-1], **share_noticed(noticing, kept)})
    return curve


def share_noticed(noticing: Mapping[str, Mapping[str, Sequence[str]]], kept: Iterable[str]) -> dict[str, float]:
    """The share of faults that these checks notice, over all systems (``noticed``), the lowest and the highest."""
    shares = {name: [bool({*of} & {*kept}) for of in found.values()] for name, found in noticing.items()}
    of_each = [sum(of) / len(of) for of in shares.values() if of] or [0.0]
    return {"noticed": sum(of_each) / len(of_each), "low": min(of_each), "high": max(of_each)}


def find_turn(curve: Sequence[Mapping[str, Any]]) -> int:
    """From how many checks on the others add less than the margin in all."""
    return next(int(step["checks"]) for step in curve if step["noticed"] >= curve[-1]["noticed"] - MARGIN)


def share_surviving(cells: Sequence[Mapping[str, Any]]) -> float:
    """Of a system's cells of the failure matrix, the share that does not end in wrong answers or silence."""
    struck = [cell["outcome"] for cell in cells if cell["fault"] != "none" and cell["outcome"]]
    return 1 - sum(outcome in LOST for outcome in struck) / len(struck)
