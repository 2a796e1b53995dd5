"""What the replay of the change requests and the failure matrix say of each system, as they are kept with the code."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from lab.changes.change_cell import MET, Cell
from lab.changes.change_records import read_recorded as read_changes
from lab.changes.change_requests import REQUESTS
from lab.faults import fault_records
from lab.study.results import Results
from lab.study.scorecard_rows import EVERY, Row, make_absent
from measure.data.survival import OK, STALE

OF_FEATURE_CODE = ("code_raises", "code_nulls")
"""The faults in which feature code fails."""
ANSWERING = ("batch", "real_time")
"""The jobs that answer."""


def rows(results: Results) -> Iterator[Row]:
    """Requests met with the fewest nodes, the median of nodes, and who answers rightly when feature code fails."""
    cells, struck = _read_changes(), fault_records.read_recorded()
    for name in results.systems:
        if not (own := [cell for cell in cells if cell.system == name]):
            yield from (
                make_absent(key, name, EVERY, "not recorded") for key in ("fewest", "median_nodes", "answers_on")
            )
            continue
        yield Row(
            "fewest", name, EVERY, float(_count_fewest(name, cells)), note=f"of {len(REQUESTS)} requests, ties count"
        )
        patched = [cell.nodes for cell in own if cell.outcome == "patched"]
        yield Row("median_nodes", name, EVERY, median(patched), note=f"of {len(patched)} requests met by a patch")
        hit = [cell for cell in struck if (cell.system, cell.fault in OF_FEATURE_CODE) == (name, True)]
        outcomes = [cell.outcome in (OK, STALE) for cell in hit if cell.job in ANSWERING and cell.outcome]
        note = f"{sum(outcomes)} of {len(outcomes)} jobs that answer: right, or old and said to be"
        yield Row("answers_on", name, EVERY, sum(outcomes) / len(outcomes), note=note)


def draw(results: Results, folder: Path) -> None:
    """Their pictures are those of the replay and of the failure matrix."""


def _read_changes() -> list[Cell]:
    return [cell for cell in read_changes() if cell.outcome in MET]


def _count_fewest(name: str, cells: list[Cell]) -> int:
    """How many requests a system met with as few nodes as any other."""
    least = {request.id: min(cell.nodes for cell in cells if cell.request == request.id) for request in REQUESTS}
    return sum(cell.nodes == least[cell.request] for cell in cells if cell.system == name)
