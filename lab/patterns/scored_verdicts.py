"""Points, scores, what notices what, and whether a higher score survives more."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any

from scipy.stats import spearmanr

from problem.good_enough import Checklist

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
    of_each = [sum(of) / len(of) for of in shares.values()]
    return {"noticed": sum(of_each) / len(of_each), "low": min(of_each), "high": max(of_each)}


def find_turn(curve: Sequence[Mapping[str, Any]]) -> int:
    """From how many checks on the others add less than the margin in all."""
    return next(int(step["checks"]) for step in curve if step["noticed"] >= curve[-1]["noticed"] - MARGIN)


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
