"""The places of all marked causes of skew, without their marks, for a reader to judge: would a review pass this?"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from lab.engine.step_cache import digest
from lab.systems import list_core, read_systems
from measure.code.sources import list_python_files
from publish.marked_parts import find_page, replace_part

NAME = "blind list"
MARK = re.compile(r"^ *# cause: \w+\n", re.MULTILINE)


def render_page() -> dict[Path, str]:
    """The page with the places as they stand in the code today."""
    page = find_page(NAME)
    return {page: replace_part(page.read_text(), NAME, render_places())}


def render_places() -> str:
    """Each place as numbered code, in an order that tells nothing: that of the code's digests."""
    found = {place for name in list_core() for place in find_places(name)}
    places = sorted(found, key=lambda code: digest(code.encode()))
    return "\n\n".join(f"{number}.\n\n```python\n{code}\n```" for number, code in enumerate(places, start=1))


def find_places(name: str) -> Iterator[str]:
    """The functions of a system, or statements outside functions, that hold a mark; the marks themselves left out."""
    for file in list_python_files(read_systems()[name].code):
        text = file.read_text()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.Assign) and MARK.search(code := _read_code(text, node)):
                yield MARK.sub("", code).rstrip()


def _read_code(text: str, node: ast.stmt) -> str:
    """A function, or an assignment at the left margin with the comment above it, as it stands."""
    lines = text.splitlines(keepends=True)
    first = node.lineno - 1
    while isinstance(node, ast.Assign) and node.col_offset == 0 and lines[first - 1].startswith("#"):
        first -= 1
    whole = isinstance(node, ast.FunctionDef) or node.col_offset == 0
    return "".join(lines[first : node.end_lineno]) if whole else ""
