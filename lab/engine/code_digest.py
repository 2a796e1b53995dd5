"""Digests of Python files: what the code does counts; comments, docstrings, layout and the Python version do not."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lab.engine.step_cache import digest

IGNORED = ("ctx", "kind", "type_comment", "type_ignores")
"""Fields of the syntax tree that follow from the others or change nothing."""


def digest_code(source: bytes) -> str:
    """The digest of a module's code; raises ``SyntaxError`` if it is none."""
    return digest("".join(_write(ast.parse(source))).encode())


def _write(value: Any) -> Iterator[str]:
    """The syntax tree as text. Empty fields are left out: versions of Python differ in which they have."""
    if isinstance(value, ast.AST):
        yield f"{type(value).__name__}("
        for name in value._fields:
            part = getattr(value, name, None)
            if part is not None and part != [] and name not in IGNORED:
                yield f"{name}="
                yield from _write(part)
        yield ")"
    elif isinstance(value, list):
        yield "["
        for item in value:
            if not _is_docstring(item):
                yield from _write(item)
        yield "]"
    else:
        yield f"{value!a},"


def _is_docstring(item: Any) -> bool:
    """Whether this is a text that stands as a statement of its own, which does nothing wherever it stands."""
    return isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant) and isinstance(item.value.value, str)


class CodeDigests:
    """Digests of files' code, each computed once a content: reading it into a syntax tree takes some milliseconds.

    ``cache``: a JSON file that keeps them from one process to the next.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._cache, self._changed = cache, False
        self._by_content = _read_cache(cache)
        self._by_state: dict[tuple[Path, int, int], str] = {}

    def of(self, file: Path) -> str:
        """The digest of the file as it is now; raises ``OSError`` if it is not there."""
        stat = file.stat()
        state = file, stat.st_mtime_ns, stat.st_size
        if state not in self._by_state:
            self._by_state[state] = self._of_content(file.read_bytes())
        return self._by_state[state]

    def save(self) -> None:
        """Write the cache, if there is one and it has grown."""
        if self._cache is not None and self._changed:
            unfinished = self._cache.with_suffix(".part")
            unfinished.write_text(json.dumps(self._by_content))
            unfinished.rename(self._cache)
            self._changed = False

    def _of_content(self, content: bytes) -> str:
        key = digest(_OWN_CODE + content)  # a new way to compute digests makes the cache useless
        if key not in self._by_content:
            self._by_content[key], self._changed = digest_code(content), True
        return self._by_content[key]


_OWN_CODE = Path(__file__).read_bytes()


def _read_cache(cache: Path | None) -> dict[str, str]:
    try:
        return dict(json.loads(cache.read_text())) if cache else {}
    except (OSError, ValueError, TypeError):
        return {}
