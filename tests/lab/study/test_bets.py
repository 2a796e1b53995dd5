"""Who won a bet follows the cells."""

import pytest

from lab.changes.change_cell import Cell
from lab.faults.fault_cell import Cell as Struck
from lab.study.bets import find_least_touched, find_most_surviving
from measure.data.survival import LOUD, OK, STALE, WRONG

NODES = {"monolith": (1, 2, 90), "split": (5, 6, 7), "fti": (3, 4, 5)}


def cells(**nodes: tuple[int, int, int]) -> list[Cell]:
    return [
        Cell(request, system, "patched", nodes=size)
        for system, sizes in (NODES | nodes).items()
        for request, size in zip(("C1", "C2", "C4"), sizes, strict=True)
    ]


def test_it_is_the_median_that_counts_and_not_the_mean():
    assert find_least_touched(cells()) == "monolith"
    assert find_least_touched(cells(), ("C4",)) == "fti"
    assert find_least_touched(cells(fti=(1, 2, 3))) == "tie"


def test_a_request_that_a_system_cannot_meet_does_not_count():
    assert find_least_touched([*cells(), Cell("C3", "fti", "cannot")]) == "monolith"


@pytest.mark.parametrize(("outcome", "who"), [(OK, "fti"), (STALE, "fti"), (WRONG, "tie"), (LOUD, "tie")])
def test_who_answers_or_says_how_old_it_is_survives(outcome, who):
    struck = [Struck(system, "batch", "disk_full", LOUD) for system in ("monolith", "split")]
    others = [
        Struck("fti", "batch", "none", OK),
        Struck("fti", "features", "disk_full", OK),
        Struck("fti", "batch", "store_old", STALE),
    ]
    assert find_most_surviving([*struck, *others, Struck("fti", "batch", "disk_full", outcome)]) == who
