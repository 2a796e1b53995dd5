"""Hit each job of each system with each fault: ``make faults``; some only: ``python -m lab.faults --systems fti``."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lab.engine.command import open_console, run_guarded
from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.workspace import open_workspace, study_folder
from lab.faults.fault_cell import Cell
from lab.faults.fault_list import FAULTS
from lab.faults.fault_records import collect_cells, plan_faults, record_cells
from lab.faults.scene import list_jobs
from lab.systems import list_core

WIDTH = 200


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0, 2 for what the reader can mend, 130 if stopped."""
    parser = argparse.ArgumentParser(prog="python -m lab.faults", description=__doc__)
    parser.add_argument("--systems", type=lambda text: text.split(","), default=list_core())
    parser.add_argument("--record", action="store_true", help="keep the results with the code")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.systems if name not in list_core()]:
        parser.error(f"unknown system {unknown[0]!r}; there are: {', '.join(list_core())}")
    if options.record and options.systems != list_core():
        parser.error("--record keeps the whole matrix: name no system with it")
    return run_guarded("faults", lambda: hit_all(options.systems, options.record))


def hit_all(systems: list[str], keep: bool) -> int:
    """Bring the cells up to date and print them."""
    terminal = open_console(WIDTH)
    with open_workspace(study_folder()) as home:
        steps: Path = home / "faults"
        with Display(terminal) as display:
            Executor(plan_faults(systems), steps, display).run()
        cells = collect_cells(steps, systems)
    print_table(cells, systems, terminal)
    if keep:
        record_cells(cells)
    return 0


def print_table(cells: list[Cell], systems: list[str], console: Console) -> None:
    """A line a fault, a column a job of a system: what became of it, and of the next answers."""
    jobs = [(system, job) for system in systems for job in list_jobs(system)]
    table = Table(title="Who survives: the job; the next answers once the fault is gone", title_justify="left")
    for heading in ("fault", *(f"{system}\n{job.replace('_', ' ')}" for system, job in jobs)):
        table.add_column(heading)
    by_place = {(cell.fault, cell.system, cell.job): cell for cell in cells}
    for fault in FAULTS:
        table.add_row(fault.title, *(text(by_place[fault.id, *job]) for job in jobs))
    console.print(table)


def text(cell: Cell) -> str:
    """One cell in a few words."""
    return "–" if not cell.outcome else f"{cell.outcome}; {cell.after}" if cell.after else cell.outcome


if __name__ == "__main__":
    sys.exit(main())
