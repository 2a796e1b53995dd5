"""Is it good enough? What a test set notices, what fifteen checks notice, and whether a higher score survives more."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lab.engine.workspace import REPOSITORY
from lab.patterns.scored_candidate import WEEKS, Size, open_site
from lab.patterns.scored_faults import FAULTS, HEALTHY, OF_TRAINING
from lab.patterns.scored_systems import Row, run_all
from lab.patterns.scored_verdicts import (
    find_said,
    find_turn,
    give_points,
    list_noticing,
    order_checks,
    share_noticed,
    share_surviving,
    sum_sections,
)
from lab.systems import find_system, list_core
from problem.facts import load_facts
from problem.good_enough import Checklist

DATA = ("lab/faults/records/faults.json",)
SYSTEMS = True
EXHIBIT, RUBRIC = "works_on_my_test_set", "ml_test_score"
TEST_SET = "held_out"
AS_A_CHECK = {TEST_SET: "simpler"}
"""The fault that the exhibit's only check is there for: a model that is worth nothing."""


class Plan(NamedTuple):
    """Which systems and how they are asked, how many of the weeks, and how much of a week."""

    arms: Sequence[tuple[str, str]]
    weeks: int = len(WEEKS)
    size: Size = Size()


def measure(folder: Path, sides: Mapping[str, ModuleType], plan: Plan | None = None) -> dict[str, Any]:
    """Rows of what each check says of each system under each fault, and what follows from them."""
    arms, weeks, size = plan or Plan([(name, mode) for name in list_core() for mode in find_system(name).modes])
    facts = load_facts()
    checks = {name: check for side in sides.values() for name, check in side.CHECKLIST.checks.items()}
    rows = run_all(folder, [open_site(*arm, facts, WEEKS[0], size) for arm in arms], (HEALTHY, *FAULTS), checks)
    healthy = {WEEKS[0]: [row for row in rows if not row["fault"]]}
    for day in WEEKS[1:weeks]:
        healthy[day] = run_all(folder / day, [open_site(*arm, facts, day, size) for arm in arms], [HEALTHY], checks)
    matrix = json.loads((REPOSITORY / DATA[0]).read_text())["entries"]
    return judge(rows, healthy, sides, matrix)


def judge(
    rows: Sequence[Row],
    healthy: Mapping[str, Sequence[Row]],
    sides: Mapping[str, ModuleType],
    matrix: Mapping[str, Any],
) -> dict[str, Any]:
    """``rows`` with points, sections, who notices what, the order of checks, cost, and the failure matrix beside it.

    ``healthy``: by week the rows without a fault.
    """
    rubric, systems = sides[RUBRIC].CHECKLIST, list(dict.fromkeys(row["system"] for row in rows))
    own = {name: name for name in rubric.checks}
    points = {name: give_points(rows, name, rubric, own) for name in systems}
    before = {name: give_points(rows, name, sides[EXHIBIT].CHECKLIST, AS_A_CHECK) for name in systems}
    noticing = {name: list_noticing(rows, name, rubric.checks) for name in systems}
    by_test_set = {name: list_noticing(rows, name, [TEST_SET]) for name in systems}
    surviving = {name: share_surviving(matrix[name.partition(",")[0]]["value"]) for name in systems}
    found = {
        "rows": rows,
        "points": points,
        "steady": {name: count_steady(points[name], rubric, healthy, name) for name in systems},
        "weeks": {day: {row["system"]: row["says"] for row in of} for day, of in healthy.items()},
        "sections": {name: sum_sections(points[name], rubric) for name in systems},
        "before": {name: sum_sections(before[name], rubric) for name in systems},
        "noticing": noticing,
        "test_set": by_test_set,
        "order": order_checks(noticing),
        "alone": share_noticed(by_test_set, [TEST_SET]),
        "of_training": share_noticed(_pick(by_test_set, OF_TRAINING), [TEST_SET]),
        "list_of_training": share_noticed(_pick(noticing, OF_TRAINING), rubric.checks),
        "turn": find_turn(order_checks(noticing)),
        "surviving": surviving,
        "cpu": {row["system"]: row["cpu"] for row in rows if not row["fault"]},
    }
    return {"headline": tell(found), **found}


def count_steady(
    points: Mapping[str, bool], rubric: Checklist, healthy: Mapping[str, Sequence[Row]], system: str
) -> dict[str, int]:
    """By week, how many of a system's points its healthy self would have had then."""
    says = {day: find_said(rows, system, "") for day, rows in healthy.items()}
    counted = [rubric.items[test].check for test, counts in points.items() if counts]
    return {day: sum(not said[check] for check in counted) for day, said in says.items()}


def _pick(noticing: Mapping[str, Mapping[str, Any]], faults: Sequence[str]) -> dict[str, dict[str, Any]]:
    return {name: {fault: of for fault, of in found.items() if fault in faults} for name, found in noticing.items()}


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    points = "; ".join(f"{name.replace('_', ' ')} {sum(of.values())}" for name, of in found["points"].items())
    lost = [first - min(later) for first, *later in (list(of.values()) for of in found["steady"].values()) if later]
    order, turn = found["order"], found["turn"]
    return (
        f"points of fifteen: {points}; in another week {min(lost, default=0)} to {max(lost, default=0)} fewer; {turn} "
        f"checks notice {order[turn - 1]['noticed']:.0%} of what was planted, all of them {order[-1]['noticed']:.0%}; "
        f"of the faults of training the test set notices {found['of_training']['noticed']:.0%}, the list "
        f"{found['list_of_training']['noticed']:.0%}"
    )
