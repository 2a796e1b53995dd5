"""Finds the places of Python source text to which the operators of ``measure.code.operators`` apply."""

import ast
import io
import tokenize
from functools import cached_property
from itertools import pairwise

from measure.code.operators import BARE, BUILTINS, COMPARED, COMPUTED, DURATION, OTHER, ROUNDING, Change, starts


class Finder(ast.NodeVisitor):
    """Walks the tree and notes what can be changed."""

    def __init__(self, source: str) -> None:
        self.source, self.starts, self.lines = source, starts(source), source.splitlines()
        self.changes: list[Change] = []
        self.scope = 0

    @cached_property
    def signs(self) -> list[tuple[int, str]]:
        """Every operator in the text: where it stands, and what it is."""
        tokens = tokenize.generate_tokens(io.StringIO(self.source).readline)
        return [(self.starts[t.start[0] - 1] + t.start[1], t.string) for t in tokens if t.type == tokenize.OP]

    def place(self, line: int, byte: int) -> int:
        """The place in the text, in characters, of what ``ast`` counts in bytes."""
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:byte].decode())

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Where an expression begins and ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.place(node.lineno, node.col_offset), self.place(node.end_lineno, node.end_col_offset)

    def note(self, operator: str, start: int, end: int, after: str) -> None:
        """One more change."""
        self.changes.append(Change(operator, start, end, after, self.scope))

    def note_sign(self, operator: str, table: dict[str, str], left: ast.expr, right: ast.expr) -> None:
        """The operator between two operands, if it is one of ``table``."""
        for start, sign in self.signs:
            if self.span(left)[1] <= start < self.span(right)[0] and sign in table:
                self.note(operator, start, start + len(sign), table[sign])

    def negate(self, test: ast.expr) -> None:
        start, end = self.span(test)
        self.note("condition", start, end, f"not ({self.source[start:end]})")

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Decorators and defaults belong outside, the body inside; annotations nowhere."""
        for outside in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(outside)
        before, self.scope = self.scope, min([node.lineno, *(d.lineno for d in node.decorator_list)])
        for statement in node.body:
            self.visit(statement)
        self.scope = before

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        """What is raised is a message."""

    visit_JoinedStr = visit_Raise  # type: ignore[assignment]  # noqa: N815

    def visit_Assert(self, node: ast.Assert) -> None:
        self.visit(node.test)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # else a docstring
            self.visit(node.value)

    def visit_Compare(self, node: ast.Compare) -> None:
        for left, right in pairwise([node.left, *node.comparators]):
            self.note_sign("comparison", COMPARED, left, right)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.note_sign("arithmetic", COMPUTED, node.left, node.right)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.note_sign("arithmetic", COMPUTED, node.target, node.value)
        self.generic_visit(node)

    def visit_If(self, node: ast.If | ast.IfExp) -> None:
        self.negate(node.test)
        self.generic_visit(node)

    visit_IfExp = visit_If  # noqa: N815

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self.negate(test)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Besides its parts: a rounding to a bare unit, as in ``floor("h")``, is to one of it."""
        if isinstance(node.func, ast.Attribute) and node.func.attr in ROUNDING:
            for given in node.args:
                if isinstance(given, ast.Constant) and isinstance(given.value, str) and BARE.fullmatch(given.value):
                    self.note_text("duration", given, f"2{given.value}")
        if isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
            self.note("aggregate", *self.span(node.func), BUILTINS[node.func.id])
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr in OTHER:
            end = self.span(node)[1]
            self.note("aggregate", end - len(node.attr), end, OTHER[node.attr])
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        """``how="left"`` names the join, not an edge."""
        if node.arg != "how":
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.note("boolean", *self.span(node), str(not value))
        elif isinstance(value, int | float):
            self.note("number", *self.span(node), repr(value + 1))
        elif isinstance(value, str) and (length := DURATION.fullmatch(value)):
            self.note_text("duration", node, f"{int(length[1]) + 1}{length[2]}")
        elif isinstance(value, str) and value in OTHER:
            self.note_text("aggregate", node, OTHER[value])

    def note_text(self, operator: str, node: ast.Constant, after: str) -> None:
        """Another text between the same quotes; text written in parts or with escapes is left alone."""
        start, end = self.span(node)
        if self.source[start + 1 : end - 1] == node.value:
            self.note(operator, start + 1, end - 1, after)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        """An import only raises."""

    visit_ImportFrom = visit_Import  # noqa: N815
