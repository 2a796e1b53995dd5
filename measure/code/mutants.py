"""Mutants of Python source text: one small change each, at one place, all else as it was.

First-order mutants, as in mutation testing (DeMillo, Lipton and Sayward 1978). The changes are those of
``measure.code.operators``.
"""

import ast
from dataclasses import dataclass

from measure.code.mutation_sites import Finder
from measure.code.operators import starts


@dataclass(frozen=True, order=True)
class Mutant:
    """One change: at ``line`` (from 1) and ``column`` (from 0, in characters) ``before`` becomes ``after``.

    ``scope`` is the line of the innermost function around the place, 0 for code that runs on import.
    """

    line: int
    column: int
    operator: str
    before: str
    after: str
    scope: int = 0

    def applied(self, source: str) -> str:
        """The text with the change made; raises ``ValueError`` if the text there is not ``before``."""
        start = starts(source)[self.line - 1] + self.column
        end = start + len(self.before)
        if source[start:end] != self.before:
            raise ValueError(f"line {self.line} does not hold {self.before!r} at column {self.column}")
        return source[:start] + self.after + source[end:]


def mutants(source: str) -> list[Mutant]:
    """All mutants of one file's text, in the order of the text; raises ``SyntaxError`` if it is not Python."""
    finder, begins = Finder(source), starts(source)
    finder.visit(ast.parse(source))
    found = []
    for change in finder.changes:
        line = sum(begin <= change.start for begin in begins[:-1])
        before = source[change.start : change.end]
        column = change.start - begins[line - 1]
        found.append(Mutant(line, column, change.operator, before, change.after, change.scope))
    return sorted(found)
