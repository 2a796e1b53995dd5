"""Mutants of the code that a change request's patch has touched, and a sample of them where they are many."""

from pathlib import Path

from lab.changes.patched_system import Patched
from measure.code.impact import MODULE, added_lines, impact
from measure.code.mutants import Mutant, mutants
from measure.code.sources import list_functions, parse_file

MOST = 10
"""Mutants that are run of a system's code after a request, at most."""
Place = tuple[str, Mutant]
"""A file, by its path in the copy, and a mutant of it."""


def find_touched(found: Patched) -> list[Place]:
    """The mutants in functions that the patch changed or added, and on lines it added outside functions."""
    changed, added = set(impact(found.before, found.after).functions), added_lines(found.before, found.after)
    return [
        (file, mutant)
        for file in sorted({file for file, _ in changed if file in found.after})
        for mutant in mutants(found.after[file])
        if _is_in_changed(file, mutant, changed, _list_scopes(found.case.copy / file))
        or (not mutant.scope and (file, mutant.line) in added)
    ]


def _list_scopes(file: Path) -> dict[int, str]:
    """By the line a function begins on, decorators included, its name."""
    return {
        min([node.lineno, *(d.lineno for d in node.decorator_list)]): name
        for name, node in list_functions(parse_file(file))
    }


def _is_in_changed(file: str, mutant: Mutant, changed: set[tuple[str, str]], scopes: dict[int, str]) -> bool:
    name = scopes.get(mutant.scope, MODULE)
    return name != MODULE and (file, name) in changed


def take_sample(places: list[Place], most: int = MOST) -> list[Place]:
    """At most so many of the places, spread evenly over the code."""
    if len(places) <= most:
        return places
    return [places[round(number * (len(places) - 1) / (most - 1))] for number in range(most)]
