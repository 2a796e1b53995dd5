"""Replays one request on one system: red before, green after, minimal, measured. A cell of the table."""

import json
import sys
from contextlib import suppress
from dataclasses import asdict, replace
from functools import cache
from importlib import import_module
from pathlib import Path

from lab.changes.change_cell import Cell
from lab.changes.change_requests import BY_ID, FOLDER, ChangeRequest
from lab.changes.patch_blocks import (
    Block,
    Blocks,
    Tree,
    apply_blocks,
    find_blocks,
    find_minimal,
    format_patch,
    read_tree,
)
from lab.changes.patched_system import Case, open_case
from lab.changes.ships import find_shipped
from lab.engine.progress import report
from lab.sandbox.patched_copy import apply_patch
from lab.sandbox.sandbox import SandboxError
from measure.code.impact import Impact, added_lines, impact

CONTRACT = "lab/changes/test_contract.py"


def replay(folder: Path, steps: Path, request_id: str, system: str, requests: str = "") -> None:
    """Replay one request on one system; writes ``cell.json`` with a ``Cell``.

    ``requests``: another folder of requests than the repository's.
    """
    request = replace(BY_ID[request_id], root=Path(requests or FOLDER))
    import_libraries(steps / f"base-{system}" / "modules.json")
    with open_case(request, system, steps) as case:
        found = _replay_cell(request, case)
    (folder / "cell.json").write_text(json.dumps(asdict(found)))


def import_libraries(names: Path) -> None:
    """Import the libraries that the system imports, once for all children."""
    for name in json.loads(names.read_text()):
        if name not in sys.modules:
            with suppress(Exception):  # some cannot be imported by themselves
                import_module(name)


def _replay_cell(request: ChangeRequest, case: Case) -> Cell:
    before = read_tree(case.copy, case.folder)
    accepted = f"lab/changes/requests/{request.folder.name}/test_accepted.py"
    red = case.find_failure(before, (accepted, CONTRACT))
    if request.cannot(case.system).exists():
        proof = case.find_failure(before, (accepted.replace("accepted", "cannot"),))
        why = request.cannot(case.system).read_text().strip()
        return Cell(request.id, case.system, "refused" if proof else "cannot", proof or why)
    if not red:
        return _measure_patch(request, case, before, before, Cell(request.id, case.system, "already"))
    patches = {"ours": request.patch(case.system), "yours": request.beaten(case.system)}
    tried = [
        _try_patch(request, case, before, (accepted, CONTRACT), by, patch)
        for by, patch in patches.items()
        if patch.exists()
    ]
    if not tried:
        return Cell(request.id, case.system, "refused", f"no patch, and the test is red: {red}")
    return min(tried, key=lambda cell: (cell.outcome == "refused", cell.nodes))


def _try_patch(request: ChangeRequest, case: Case, before: Tree, tests: tuple[str, ...], by: str, patch: Path) -> Cell:
    """One patch: refused with a reason, or minimised and measured."""
    cell = Cell(request.id, case.system, "patched", by=by)
    try:
        after = _apply_patch(case, before, patch)
    except ValueError as error:
        return Cell(request.id, case.system, "refused", str(error), by)
    runs = 0

    @cache
    def failure(chosen: Blocks) -> str:
        nonlocal runs
        runs += 1
        report(runs, runs + len(chosen))
        return case.find_failure(apply_blocks(before, chosen), tests)

    found = find_blocks(before, after)
    if why := failure(found):
        return Cell(request.id, case.system, "refused", f"{patch.name}: {why}", by)
    words = tuple(block for block in found if _changes_only_words(before, block))
    code = [block for block in found if block not in words]
    needed = find_minimal(code, lambda some: not failure(tuple(sorted((*some, *words)))))
    least = (*needed, *words)
    cell.dropped, cell.runs = len(found) - len(least), runs
    return _measure_patch(request, case, before, apply_blocks(before, least), cell)


def _changes_only_words(before: Tree, block: Block) -> bool:
    """Whether a block changes comments and docstrings alone: no test misses those, and they cost no node."""
    try:
        return block.file.endswith(".py") and not impact(before, apply_blocks(before, [block])).nodes
    except SyntaxError:
        return False


def _apply_patch(case: Case, before: Tree, patch: Path) -> Tree:
    """The system with the whole patch applied; raises ``ValueError`` if it does not fit, or reaches further."""
    case.rewrite(before)
    outside = [line for line in patch.read_text().splitlines() if line.startswith(("--- ", "+++ "))]
    strangers = [line for line in outside if "/dev/null" not in line and f"/{case.folder}/" not in line]
    if strangers:
        raise ValueError(f"{patch.name} changes what is not the system's: {strangers[0][4:]}")
    apply_patch(patch, case.copy)
    return read_tree(case.copy, case.folder)


def _measure_patch(request: ChangeRequest, case: Case, before: Tree, after: Tree, cell: Cell) -> Cell:
    """Live once more with the accepted code, and fill in what is measured on it."""
    case.rewrite(after)
    try:
        run = case.call("lab.changes.acceptance:trace_run")
    except SandboxError as error:
        return Cell(request.id, case.system, "refused", f"its run ended early: {error}", cell.by)
    found: Impact = impact(before, after)
    cell.files, cell.functions, cell.hunks = len(found.files), len(found.functions), found.hunks
    cell.nodes, cell.rewritten, cell.skew = found.nodes, run["rewritten"], run["skew"]
    cell.ships = find_shipped(case, found, run["lines"])
    ran = {line for stage in ("train", "serve") for line in run["lines"][stage]}
    cell.reuse = 1 - len(ran & added_lines(before, after)) / len(ran)
    cell.patch = format_patch(before, after)
    return cell
