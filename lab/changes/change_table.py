"""The table of the replay, in the terminal and as ``changes.json``."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lab.changes.change_cell import MET, Cell
from lab.changes.change_requests import REQUESTS
from lab.study.verdicts import find_least, read_predictions
from lab.systems import list_controls, list_core
from measure.figures.impact_map import Touched


def collect_cells(steps: Path, names: list[str]) -> list[Cell]:
    """The cells of finished steps."""
    return [Cell(**json.loads((steps / name / "cell.json").read_text())) for name in names]


def find_cheapest(cells: list[Cell]) -> str:
    """Who met a request with the fewest nodes changed, among the three systems; ``tie`` where several did, or none.

    A system that meets it already has changed no node; one that cannot does not compete.
    """
    able = {cell.system: cell.nodes for cell in cells if cell.outcome in MET and cell.system not in list_controls()}
    return find_least(able)


def find_winners(cells: list[Cell]) -> dict[str, str]:
    """By request, who won it (``find_cheapest``)."""
    return {request.id: find_cheapest([cell for cell in cells if cell.request == request.id]) for request in REQUESTS}


def list_touched(cells: list[Cell]) -> list[Touched]:
    """The cells of the map: sizes where a patch was accepted, else the outcome in a word."""
    titles = {request.id: f"{request.id} {request.title}" for request in REQUESTS}
    return [
        Touched(titles[cell.request], cell.system, cell.nodes if cell.outcome in MET else None, _describe_size(cell))
        for cell in cells
    ]


def _describe_size(cell: Cell) -> str:
    return f"{cell.nodes} in {cell.functions}" if cell.outcome == "patched" else cell.outcome


def print_table(cells: list[Cell], console: Console) -> None:
    """A line a request, a column a system: files, functions, nodes, and what must ship again."""
    table = Table(title="Change requests: files / functions / nodes, deployables to ship", title_justify="left")
    for heading in ("", "request", *list_core(), "fewest nodes", "predicted"):
        table.add_column(heading)
    for request in REQUESTS:
        of = [cell for cell in cells if cell.request == request.id]
        by_system = {cell.system: describe_cell(cell) for cell in of}
        row = [by_system.get(system, "–") for system in list_core()]
        table.add_row(request.id, request.title, *row, find_cheapest(of), read_predictions()[request.id])
    console.print(table)
    for cell in cells:
        if cell.outcome == "refused":
            console.print(f"refused: {cell.request} {cell.system}: {cell.why}", highlight=False, markup=False)


def describe_cell(cell: Cell) -> str:
    """One cell in a few words."""
    if cell.outcome != "patched":
        return cell.outcome
    sizes = f"{cell.files} / {cell.functions} / {cell.nodes}"
    stored = f", {cell.rewritten:,} rows" if cell.rewritten else ""
    yours = " (yours)" if cell.by == "yours" else ""
    return f"{sizes}, {len(cell.ships['trace'])}{stored}{yours}"


def write_cells(cells: list[Cell], folder: Path) -> None:
    """Write ``changes.json``; it holds every accepted patch, minimised, too."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "changes.json").write_text(json.dumps([asdict(cell) for cell in cells], indent=1))
