"""The page of the replay, docs/changes.md, and its picture: from the recorded cells."""

from pathlib import Path

from lab.changes.change_cell import Cell
from lab.changes.change_records import read_recorded
from lab.changes.change_requests import REQUESTS
from lab.changes.change_table import describe_cell, find_cheapest, list_touched
from lab.engine.workspace import REPOSITORY
from lab.study.verdicts import read_predictions
from lab.systems import list_controls, list_core
from measure.figures import figure_style, impact_map
from publish.markdown_table import write_table
from publish.notebooks.notebook_picture import show_picture

PAGE, PICTURE = REPOSITORY / "docs" / "changes.md", REPOSITORY / "docs" / "changes.png"
HEAD = """# What one change request touches

`make changes` replays every request on every system: the acceptance test is red before and green after, the contract
stays green, and a machine has dropped every block of the patch that is not needed. `python -m lab.changes --record`
records the cells, and `make derived` writes this page.

Cells read *files / functions / nodes of the syntax tree, programs that must ship again*, and the rows of stored
features that had to be told anew, where there are any. *Already*: met before anybody touched it. *Cannot*: a test
says why. The controls ({controls}) do not compete for the fewest nodes. Size is not effort, and {count} requests are
not a sample of anything.

![Requests down, systems across; the darker, the more](changes.png)

"""


def page(cells: list[Cell]) -> str:
    """The table as Markdown, a row a request."""
    labels = [figure_style.look(system).label for system in list_core()]
    rows = [_row(request.id, request.title, cells) for request in REQUESTS]
    beside = ", ".join(figure_style.look(system).label.lower() for system in list_controls())
    table = write_table(["", "request", *labels, "fewest nodes", "predicted"], rows)
    return f"{HEAD.format(controls=beside, count=len(REQUESTS))}{table}\n"


def _row(name: str, title: str, cells: list[Cell]) -> list[str]:
    of = {cell.system: cell for cell in cells if cell.request == name}
    described = [describe_cell(of[system]) for system in list_core()]
    return [name, title, *described, find_cheapest(list(of.values())), read_predictions()[name]]


def render_page() -> dict[Path, str | bytes]:
    """The page and its picture by their paths."""
    cells = read_recorded()
    picture = show_picture(lambda path: impact_map.draw(list_touched(cells), "fti", path))
    return {PAGE: page(cells), PICTURE: picture.data}
