"""Points, scores, what notices what, and whether a higher score survives more."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any

from scipy.stats import spearmanr

from problem.good_enough import Checklist

LOST = ("wrong", "fails silent")
"""Outcomes of the failure matrix that nobody is told of."""
Row = Mapping[str, Any]


def find_said(rows: Iterable[Row], system: str, fault: str) -> dict[str, str]:
    """By check what it says of a system under a fault ("" for none); raises ``LookupError`` without such a run."""
    found = next((row["says"] for row in rows if (row["system"], row["fault"]) == (system, fault)), None)
    if found is None:
        raise LookupError(f"no run of {system} under {fault or 'no fault'}: a point needs its planted fault")
    return dict(found)


def give_points(rows: Sequence[Row], system: str, side: Checklist, kind: Mapping[str, str]) -> dict[str, bool]:
    """By test of the rubric with a check, whether it counts: it passes healthy and fails under the fault it is for.

    ``kind``: by check the fault that it is for. Raises ``LookupError`` where check or fault is missing.
    """
    healthy = find_said(rows, system, "")
    points = {}
    for test, item in side.items.items():
        if item.check:
            if item.check not in side.checks or item.check not in kind:
                raise LookupError(f"{test} has no check or no planted fault: {item.check}")
            points[test] = not healthy[item.check] and bool(find_said(rows, system, kind[item.check])[item.check])
    return points


def sum_sections(points: Mapping[str, bool], rubric: Checklist) -> dict[str, int]:
    """Points by section of the rubric."""
    sections = dict.fromkeys(item.section for item in rubric.items.values())
    return {
        name: sum(points.get(test, False) for test, item in rubric.items.items() if item.section == name)
        for name in sections
    }


def list_noticing(rows: Sequence[Row], system: str, checks: Iterable[str]) -> dict[str, list[str]]:
    """By fault, the checks that notice it: they pass on the healthy system and not under the fault."""
    healthy = find_said(rows, system, "")
    sound = [check for check in checks if not healthy[check]]
    faults = [row for row in rows if row["system"] == system and row["fault"]]
    return {row["fault"]: [check for check in sound if row["says"][check]] for row in faults}


def order_checks(noticing: Sequence[Mapping[str, Sequence[str]]]) -> list[dict[str, Any]]:
    """Checks, each time the one that adds most: by number of checks the share of (system, fault) noticed."""
    cells = {(place, fault): set(of) for place, found in enumerate(noticing) for fault, of in found.items()}
    left, curve = dict(cells), list[dict[str, Any]]()
    while any(left.values()):
        names = sorted({name for of in left.values() for name in of})
        best = max(names, key=lambda name: sum(name in of for of in left.values()))
        left = {cell: of for cell, of in left.items() if best not in of}
        curve.append({"checks": len(curve) + 1, "added": best, "noticed": 1 - len(left) / len(cells)})
    return curve


def share_surviving(cells: Sequence[Mapping[str, Any]]) -> float:
    """Of a system's cells of the failure matrix, the share that does not end in wrong answers or silence."""
    struck = [cell["outcome"] for cell in cells if cell["fault"] != "none" and cell["outcome"]]
    return 1 - sum(outcome in LOST for outcome in struck) / len(struck)


def correlate(points: Sequence[float], surviving: Sequence[float]) -> dict[str, float | None]:
    """Spearman's rank correlation, and how many of all orders give one as far from 0; None where all are equal."""
    if len(set(points)) == 1 or len(set(surviving)) == 1:
        return {"rank": None, "chance": None}
    rank = float(spearmanr(points, surviving).statistic)
    others = [abs(float(spearmanr(points, order).statistic)) for order in permutations(surviving)]
    return {"rank": rank, "chance": sum(other >= abs(rank) - 1e-9 for other in others) / len(others)}
