"""Which deployables must ship again after a change: by the files they are made of, and by the functions they enter."""

import ast
from pathlib import Path

from lab.changes.patched_system import Case
from lab.systems import ADAPTERS, Program, find_system, list_code
from measure.code.callgraph import import_graph
from measure.code.impact import MODULE, Impact, closure
from measure.code.sources import list_functions

Lines = dict[str, list[tuple[str, int]]]
"""By stage, the (file, line) that ran."""


def find_shipped(case: Case, change: Impact, lines: Lines) -> dict[str, list[str]]:
    """Names of deployables, by ``closure`` of imports and by ``trace``; the copy holds the changed code.

    The door (``system.py`` of a system with several files) is our harness and ships with nothing; what its owners
    would have to start in another way shows in the files they start from.
    """
    declared = find_system(case.system).programs
    return {
        "closure": [name for name, one in declared.items() if set(change.files) & _list_files(case, one)],
        "trace": [name for name, one in declared.items() if _enters_change(case, change, one, lines)],
    }


def _list_files(case: Case, one: Program) -> set[str]:
    """The files of a program: the modules it imports, and what is no Python beside any of them."""
    edges = import_graph(list_code(case.copy / case.folder)).edges
    modules = {name for entry in one.entries for name in closure(edges, entry)}
    python = {f"{name.replace('.', '/')}.py" for name in modules}
    packages = {str(Path(file).parent) for file in python}
    beside = [file for file in (case.copy / case.folder).rglob("*") if file.suffix not in {".py", ".pyc"}]
    data = [file.relative_to(case.copy) for file in beside if file.is_file() and ADAPTERS not in file.parts]
    return python | {str(file) for file in data if str(file.parent) in packages}


def _enters_change(case: Case, change: Impact, one: Program, lines: Lines) -> bool:
    """Whether a stage of the program runs a changed function, or any line of a file changed outside functions.

    The door lives every stage in one process; what it runs there of other programs (a service that wakes before
    training) is not the program's.
    """
    own = _list_files(case, one)
    ran = {(file, line) for stage in one.stages for file, line in lines[stage] if file in own}
    entered = {(file, name) for file in {file for file, _ in ran} for name in _list_functions(case, file, ran)}
    entered |= {(file, MODULE) for file, _ in ran}
    return bool(entered & set(change.functions))


def _list_functions(case: Case, file: str, ran: set[tuple[str, int]]) -> set[str]:
    spans = {
        name: range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
        for name, node in list_functions(ast.parse((case.copy / file).read_text()))
    }
    return {name for name, span in spans.items() if any((file, line) in ran for line in span)}
