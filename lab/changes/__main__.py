"""Replay change requests on every system: ``make changes``; some only: ``python -m lab.changes C1 --systems fti``."""

import argparse
import sys

from lab.changes import debt_records
from lab.changes.change_records import name_cell, plan_replay, record_cells
from lab.changes.change_requests import BY_ID, REQUESTS
from lab.changes.change_table import collect_cells, print_table, write_cells
from lab.engine.command import open_console, run_guarded
from lab.engine.display import Display
from lab.engine.executor import Executor
from lab.engine.workspace import open_workspace, study_folder
from lab.systems import list_core

WIDTH = 200


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0, 1 if a patch was refused, 2 for what the reader can mend, 130 if stopped."""
    options = _options(arguments)
    if options.evolution:
        return run_guarded("changes", lambda: take_debt(options.record))
    ids = options.requests or [request.id for request in REQUESTS]
    return run_guarded("changes", lambda: replay_all(ids, options.systems, options.record))


def replay_all(ids: list[str], systems: list[str], keep: bool) -> int:
    """Bring the cells up to date, print the table; the whole of it is written to the results."""
    terminal = open_console(WIDTH)
    requests = tuple(request for request in REQUESTS if request.id in ids)
    with open_workspace(study_folder()) as home:
        steps = home / "changes"
        with Display(terminal) as display:
            Executor(plan_replay(systems, requests), steps, display).run()
        cells = collect_cells(steps, [name_cell(request, system) for request in requests for system in systems])
        print_table(cells, terminal)
        if len(cells) == len(REQUESTS) * len(list_core()):
            write_cells(cells, home / "results")
            if keep:
                record_cells(cells)
    return int(any(cell.outcome == "refused" for cell in cells))


def take_debt(keep: bool) -> int:
    """Bring debt, evolution and roll-backs up to date; they are kept with the code if ``keep``."""
    with open_workspace(study_folder()) as home:
        steps = home / "changes"
        with Display(open_console(WIDTH)) as display:
            Executor(debt_records.plan_debt(), steps, display).run()
        if keep:
            debt_records.RECORD.write(debt_records.collect_debt(steps), debt_records.compute_digests())
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lab.changes", description=__doc__)
    parser.add_argument("requests", nargs="*", help="C1, C2, …; all if none is named")
    parser.add_argument("--systems", type=lambda text: text.split(","), default=list_core())
    parser.add_argument("--record", action="store_true", help="keep the results with the code")
    parser.add_argument(
        "--evolution", action="store_true", help="take debt, roll-backs, and mutants of what the patches touched"
    )
    options = parser.parse_args(arguments)
    if strangers := [name for name in options.requests if name not in BY_ID]:
        parser.error(f"no request {strangers[0]!r}; there are: {', '.join(BY_ID)}")
    if (options.record or options.evolution) and (options.requests or options.systems != list_core()):
        parser.error("--record and --evolution take all there is: name no request and no system with them")
    if unknown := [name for name in options.systems if name not in list_core()]:
        parser.error(f"unknown system {unknown[0]!r}; there are: {', '.join(list_core())}")
    return options


if __name__ == "__main__":
    sys.exit(main())
