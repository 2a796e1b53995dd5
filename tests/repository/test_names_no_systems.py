"""What measures and publishes holds no list of systems: a file of lab, measure or publish names two of them at most."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.engine.workspace import REPOSITORY
from lab.systems import read_systems

ROOMS = ("lab", "measure", "publish")
AT_MOST = 2
SPARED = REPOSITORY / "lab" / "changes" / "requests"
"""Acceptance tests, which are part of a request."""


def find_names(text: str, names: list[str]) -> set[str]:
    """The systems that a source names in strings (docstrings aside), names, attributes and imports."""
    word = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(sorted(names, key=len, reverse=True))})(?![a-z0-9])", re.IGNORECASE)
    return {found.lower() for part in _words(ast.parse(text)) for found in word.findall(part)}


def _words(tree: ast.AST) -> Iterator[str]:
    spared = {id(node) for node in _find_spared(tree)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() as text) | ast.Attribute(attr=text) if id(node) not in spared:
                yield text
            case ast.Name(id=text) | ast.alias(name=text) | ast.arg(arg=text):
                yield text
            case ast.ImportFrom(module=str() as text) | ast.keyword(arg=str() as text):
                yield text
            case ast.FunctionDef(name=text) | ast.ClassDef(name=text):
                yield text


def _find_spared(tree: ast.AST) -> Iterator[ast.AST]:
    """Strings that stand alone (docstrings, and those below a constant or a field), and methods that are called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.Call):
            yield node.func


def sources() -> list[Path]:
    files = [file for room in ROOMS for file in sorted((REPOSITORY / room).rglob("*.py"))]
    return [file for file in files if not file.is_relative_to(SPARED)]


def test_no_file_names_three_systems() -> None:
    found = {file.relative_to(REPOSITORY): find_names(file.read_text(), list(read_systems())) for file in sources()}
    assert {str(file): sorted(names) for file, names in found.items() if len(names) > AT_MOST} == {}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('"""Monolith, split and FTI."""\nX = 1\n"""monolith split fti"""\n', 0),
        ('SYSTEMS = ("monolith", "split", "fti")\n', 3),
        ('LABELS = {"a": "The monolith, a split and FTI"}\n', 3),
        ("monolith = split = open_fti()\n", 3),
        ("import reference.systems.fti\nfrom antipatterns.systems.split import system\nSHOWN.monolith\n", 3),
        ('PLACE = "modular_monolith/system.py"\n', 1),
        ('text.split("/")\nsplitting = afti = 1\n', 0),
    ],
)
def test_a_planted_name_is_found(text: str, count: int) -> None:
    assert len(find_names(text, ["monolith", "split", "fti", "shared_split", "modular_monolith"])) == count
