"""What a name in Python source stands for, as far as the text tells."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from measure.code.sources import CannotRead, Function, list_definitions, list_python_files, parse_file


@dataclass(frozen=True, eq=False)
class Module:
    """A module by its dotted name; ``package`` is where its relative imports start."""

    name: str
    package: str
    tree: ast.Module

    @property
    def has_code(self) -> bool:
        """Whether it holds more than a docstring."""
        return len(self.tree.body) > (ast.get_docstring(self.tree) is not None)

    @cached_property
    def bound(self) -> Mapping[str, str]:
        """What each imported name stands for, wherever in the module it is imported."""
        return {local: target for local, target, _ in self.imports()}

    def imports(self) -> Iterator[tuple[str, str, str]]:
        """Per imported name: the name it gets here, the dotted name it stands for, the module it is asked of."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    yield alias.asname or top, alias.name if alias.asname else top, alias.name
            elif isinstance(node, ast.ImportFrom):
                source = self._source(node)
                for alias in node.names:
                    yield alias.asname or alias.name, f"{source}.{alias.name}", source

    def _source(self, node: ast.ImportFrom) -> str:
        above = self.package.split(".")[: 1 - node.level or None] if node.level else []
        return ".".join([*above, *([node.module] if node.module else [])])


def read_modules(paths: Sequence[Path]) -> list[Module]:
    """The modules in these files and folders, named from the outermost folder that is a package.

    Raises ``CannotRead`` as ``measure.code.sources`` does, and where two files would have one name.
    """
    found: dict[str, Module] = {}
    for file in list_python_files(paths):
        package = _package(file.resolve().parent)
        name = package if file.stem == "__init__" else ".".join(filter(None, [package, file.stem]))
        if name in found:
            raise CannotRead(f"two modules are named {name}: measure them apart")
        found[name] = Module(name, package, parse_file(file))
    return list(found.values())


def format_dotted(node: ast.AST | None) -> str:
    """``a.b.c`` for such an expression, ``super().c`` too, and "" for any other."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            owner = format_dotted(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        case ast.Call(func=ast.Name(id="super"), args=[]):
            return "super()"
        case ast.Constant(value=str(quoted)):  # an annotation in quotes
            return quoted
    return ""


class Names:
    """The functions, methods and classes that some modules define, by their full dotted names."""

    def __init__(self, found: Sequence[Module]) -> None:
        self.modules = {module.name: module for module in found}
        self.defined = {f"{m.name}.{name}": node for m in found for name, node in list_definitions(m.tree)}
        self._home = {f"{m.name}.{name}": m for m in found for name, _ in list_definitions(m.tree)}

    def is_class(self, name: str) -> bool:
        """Whether the full name is that of a class."""
        return isinstance(self.defined.get(name), ast.ClassDef)

    def is_function(self, name: str) -> bool:
        """Whether the full name is that of a function or method."""
        return isinstance(self.defined.get(name), Function)

    def meaning(self, text: str, scope: str, module: Module) -> str:
        """The full name for a dotted name as written in ``scope`` (a full name too); "" for one not defined here."""
        head, _, rest = text.partition(".")
        while scope:
            if not self.is_class(scope) and f"{scope}.{head}" in self.defined:
                return self.resolve(_joined(f"{scope}.{head}", rest))
            scope = "" if scope == module.name else scope.rpartition(".")[0]
        return self.resolve(_joined(module.bound[head], rest)) if head in module.bound else ""

    def resolve(self, name: str, seen: frozenset[str] = frozenset()) -> str:
        """The full name under which something is defined, found through re-exports and base classes, or ""."""
        if name in self.defined or name in seen:
            return name if name in self.defined else ""
        owner, _, last = name.rpartition(".")
        if owner in self.modules:
            target = self.modules[owner].bound.get(last, "")
            return self.resolve(target, seen | {name}) if target else ""
        if self.is_class(owner):
            return self.inherited(owner, last, seen | {name})
        found = self.resolve(owner, seen | {name}) if owner else ""
        return self.resolve(f"{found}.{last}", seen | {name}) if found else ""

    def inherited(self, name: str, member: str, seen: frozenset[str] = frozenset()) -> str:
        """Where a class has a member from, its own body aside: the first base that has it, or ""."""
        node = self.defined[name]
        for base in node.bases if isinstance(node, ast.ClassDef) else []:
            above = self.meaning(format_dotted(base), name.rpartition(".")[0], self._home[name])
            found = self.resolve(f"{above}.{member}", seen) if above and above != name else ""
            if found:
                return found
        return ""


def _joined(head: str, rest: str) -> str:
    return f"{head}.{rest}" if rest else head


def _package(folder: Path) -> str:
    parts: list[str] = []
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)
