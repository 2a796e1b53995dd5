"""Gives every node of a syntax tree that does something its role, by the words of a vocabulary."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from measure.code.names import Module, format_dotted

TABLE = Path(__file__).with_name("roles.toml")
SIZES = ast.Lt | ast.LtE | ast.Gt | ast.GtE
EQUAL = ast.Eq | ast.NotEq
COMPUTING, PASSING, GLUE = "computing", "passing on", "glue"


@dataclass(frozen=True)
class Vocabulary:
    """Roles by top-level package, and by the last name of a call."""

    packages: Mapping[str, str]
    verbs: Mapping[str, str]

    def knowing(self, **verbs: str) -> "Vocabulary":
        """The same with names of one's own, such as ``new_learner="learning"``."""
        return Vocabulary(self.packages, {**self.verbs, **verbs})


@cache
def read_vocabulary() -> Vocabulary:
    """The table of ``roles.toml``."""
    written = tomllib.loads(TABLE.read_text())
    packages, verbs = (
        {name: role for role, names in written[kind].items() for name in names} for kind in ("packages", "verbs")
    )
    return Vocabulary(packages, verbs)


class Tagger:
    """Walks one module's tree and gives every node that does something its role."""

    def __init__(self, module: Module, words: Vocabulary) -> None:
        self.bound, self.words = module.bound, words
        parameters = [node for node in ast.walk(module.tree) if isinstance(node, ast.arg)]
        self.paths = {p.arg for p in parameters if self.bound.get(format_dotted(p.annotation)) == "pathlib.Path"}

    def tagged(self, node: ast.AST, role: str, line: int) -> Iterator[tuple[int, str]]:
        """Line and role of each node below (and of ``node``, but a module), inside out of what nothing decides."""
        for child in _doing(node):
            at = getattr(child, "lineno", line)
            its = PASSING if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else self.role(child) or role
            yield at, its
            if self.closed(child):
                yield from ((getattr(n, "lineno", at), GLUE) for n in _below(child))
            else:
                yield from self.tagged(child, its, at)

    def closed(self, node: ast.AST) -> bool:
        """Whether all below is glue, whatever it holds: text put together, and a class of a package's kind."""
        if isinstance(node, ast.ClassDef):
            return any(self.of_package(base) == GLUE for base in node.bases)
        return isinstance(node, ast.JoinedStr) or self.is_path(node)

    def is_path(self, node: ast.AST) -> bool:
        """Whether it is a chain of ``/`` with a piece of text in it, or a name that is a ``Path`` by annotation."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return any(map(self._is_piece, (node.left, node.right)))
        return False

    def _is_piece(self, node: ast.AST) -> bool:
        text = isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
        return text or format_dotted(node) in self.paths or self.is_path(node)

    def of_package(self, node: ast.AST) -> str:
        """The role of the package that a name comes from, or ""."""
        target = self.bound.get(format_dotted(node).partition(".")[0], "")
        return self.words.packages.get(target.partition(".")[0], "")

    def role(self, node: ast.AST) -> str:
        """What a node decides by itself, or ""; a statement decides what the value in it does."""
        match node:
            case ast.Assign() | ast.Return() | ast.Expr() | ast.AnnAssign() | ast.Await() | ast.Starred():
                return self.role(node.value) if node.value else ""
            case ast.Call(func=callee):
                name = callee.attr if isinstance(callee, ast.Attribute) else format_dotted(callee)
                return self.of_package(callee) or self.words.verbs.get(name, "")
            case ast.Name() | ast.Attribute():
                return self.of_package(node)
            case ast.BinOp() | ast.Compare() | ast.AugAssign():
                return GLUE if self.is_path(node) else _computed(node)
        return GLUE if self.closed(node) else ""


def _computed(node: ast.BinOp | ast.Compare | ast.AugAssign) -> str:
    """Of an operator: numbers are computed; words compared and dictionaries joined decide nothing."""
    if isinstance(node, ast.Compare):
        words = any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in ast.walk(node))
        sizes = any(isinstance(sign, SIZES) for sign in node.ops)
        return COMPUTING if sizes or (not words and any(isinstance(sign, EQUAL) for sign in node.ops)) else ""
    return "" if isinstance(node.op, ast.BitOr) else COMPUTING


def _doing(node: ast.AST) -> Iterator[ast.AST]:
    """The children that do something: no imports, annotations, docstrings, and no marks of loading and storing."""
    silent = {id(getattr(node, name, None)) for name in ("annotation", "returns")}
    for child in ast.iter_child_nodes(node):
        told = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        nothing = ast.Import | ast.ImportFrom | ast.expr_context | ast.Pass
        if not told and not isinstance(child, nothing) and id(child) not in silent:
            yield child


def _below(node: ast.AST) -> Iterator[ast.AST]:
    for child in _doing(node):
        yield child
        yield from _below(child)
