"""Source code as graphs: which module imports which, which function calls which.

Read from the text, so that a folder need not be installed, nor its code run. What no text tells is not seen: calls
through variables, containers and parameters that have no class for an annotation, methods of what a call returned,
properties, decorators at work, names made at run time, names from ``import *``, and what meets in a file or a table
(that is what declared data edges are for). Nor is a local variable told from a function of the same name. Static call
graphs and their limits: Salis et al. 2021, "PyCG".
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from measure.code.graphs import Edge, Graph
from measure.code.names import Module, Names, format_dotted, read_modules
from measure.code.sources import Function


def import_graph(paths: Sequence[Path]) -> Graph:
    """The modules that hold more than a docstring, and who imports whom among them.

    An import counts wherever it stands, in a function and under ``TYPE_CHECKING`` too. Raises ``CannotRead``.
    """
    found = read_modules(paths)
    nodes = frozenset(module.name for module in found if module.has_code)
    edges = set()
    for module in found:
        for _, target, source in module.imports():
            imported = target if target in nodes else source
            if {module.name, imported} <= nodes:
                edges.add((module.name, imported))
    return Graph(nodes, frozenset(edges))


def call_graph(paths: Sequence[Path]) -> Graph:
    """The functions and methods, nested ones too, and who calls whom among them.

    A call counts for the innermost function around it; what a module does when it is imported is nobody's call. Calling
    a class is calling its ``__init__``, where it has one or inherits one. Raises ``CannotRead``.
    """
    found = read_modules(paths)
    names = Names(found)
    edges = {edge for module in found for edge in _Calls(names, module).of(module.tree, module.name, {})}
    return Graph(frozenset(filter(names.is_function, names.defined)), frozenset(edges))


class _Calls:
    """The calls in one module."""

    def __init__(self, names: Names, module: Module) -> None:
        self.names = names
        self.module = module

    def of(self, node: ast.AST, scope: str, known: Mapping[str, str]) -> Iterator[Edge]:
        """The calls below ``node``, which stands in ``scope``; ``known`` gives the classes of names like ``self``."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield from self._of_function(child, scope, known)
            elif isinstance(child, ast.ClassDef):
                yield from self.of(child, f"{scope}.{child.name}", known)
            else:
                yield from self._call(child, scope, known)
                yield from self.of(child, scope, known)

    def _of_function(self, node: Function, scope: str, known: Mapping[str, str]) -> Iterator[Edge]:
        outside = [*node.decorator_list, node.args]  # decorators and defaults run where the function is defined
        yield from self.of(ast.Module(outside, []), scope, known)  # type: ignore[arg-type]
        inside = ast.Module(node.body, [])
        yield from self.of(inside, f"{scope}.{node.name}", {**known, **self._classes(node, scope)})

    def _call(self, node: ast.AST, scope: str, known: Mapping[str, str]) -> Iterator[Edge]:
        caller = self._caller(scope)
        if isinstance(node, ast.Call) and caller:
            callee = self._callee(format_dotted(node.func), scope, known)
            if self.names.is_class(callee):
                callee = self.names.resolve(f"{callee}.__init__")
            if callee:
                yield caller, callee

    def _caller(self, scope: str) -> str:
        """The innermost function around a scope: the body of a class in it counts for it."""
        while scope and not self.names.is_function(scope):
            scope = scope.rpartition(".")[0]
        return scope

    def _callee(self, text: str, scope: str, known: Mapping[str, str]) -> str:
        head, _, rest = text.partition(".")
        if head == "super()":
            return self.names.inherited(known[head], rest) if head in known else ""
        if head in known:
            return self.names.resolve(f"{known[head]}.{rest}") if rest else ""
        return self.names.meaning(text, scope, self.module)

    def _classes(self, node: Function, scope: str) -> dict[str, str]:
        """The parameters whose class the text tells: by annotation, and the first of a method."""
        parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        meant = {p.arg: self.names.meaning(format_dotted(p.annotation), scope, self.module) for p in parameters}
        if self.names.is_class(scope) and "staticmethod" not in map(format_dotted, node.decorator_list):
            meant |= {"super()": scope, **({parameters[0].arg: scope} if parameters else {})}
        return {name: meaning for name, meaning in meant.items() if self.names.is_class(meaning)}
