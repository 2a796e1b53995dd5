"""A learner's notebook, run: what its cells have defined, and where they stopped; and what a check says to it."""

import io
import linecache
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from traceback import extract_tb
from typing import Any

import nbformat
import numpy as np
from IPython.core.inputtransformer2 import TransformerManager
from IPython.display import display
from nbformat import NotebookNode

LETTERS = 160


class NotYet(Exception):
    """Something is missing or wrong in the learner's notebook; its text is one line that says what to look at."""


@dataclass
class Answers:
    """``names``: all that the cells have defined; ``stopped``: a line for each cell that raised."""

    names: dict[str, Any]
    stopped: list[str] = field(default_factory=list)

    def take(self, name: str, kind: type = object, described: str = "") -> Any:
        """What the notebook calls by this name; raises ``NotYet`` while it is missing, still a stub or not ``kind``."""
        value = self.names.get(name)
        if value is None or value is ...:
            raise NotYet(f"`{name}` is still empty")
        if not isinstance(value, kind):
            raise NotYet(f"`{name}` is to be {described}")
        return value

    def take_number(self, name: str, low: float, high: float) -> float:
        """A number of the notebook; raises ``NotYet`` unless it lies between ``low`` and ``high``."""
        value = self.take(name)
        number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else float("nan")
        if not low <= number <= high:
            raise NotYet(f"`{name}` is to be a number from {low:g} to {high:g}, not {value!r}")
        return number

    def call(self, name: str, *given: Any) -> Any:
        """What a function of the notebook returns; raises ``NotYet`` where it raises or returns nothing."""
        function = self.take(name)
        with explain_errors(f"`{name}`"):
            returned = function(*given)
        if returned is None:
            raise NotYet(f"`{name}` returns nothing yet")
        return returned


class Note(str):
    """A line that tells something, and finds no fault."""


Part = Callable[[Answers], Iterable[str]]
"""Yields a line for each expectation that failed, and a ``Note`` for what is worth knowing."""
Parts = Mapping[str, Part]


def count_unequal(left: Any, right: Any) -> int:
    """In how many places two rows of numbers differ; nulls are equal. Rows of two lengths differ in all places."""
    one, other = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    return int((~np.isclose(one, other, equal_nan=True)).sum()) if one.shape == other.shape else other.size


@contextmanager
def explain_errors(who: str) -> Iterator[None]:
    """The learner's code runs inside: quietly, and what it raises becomes one line."""
    with redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
        try:
            yield
        except NotYet:
            raise
        except (Exception, SystemExit) as error:
            raise NotYet(f"{who} raises {describe_error(error)}") from error


def describe_error(error: BaseException) -> str:
    """An error in one line, with the cell it comes from."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    short = said if len(said) <= LETTERS else f"{said[:LETTERS]} …"
    places = [place for place in extract_tb(error.__traceback__) if place.filename.startswith("<cell ")]
    return f"{short} ({places[-1].filename.strip('<>')}, line {places[-1].lineno})" if places else short


def read_answers(path: Path) -> Answers:
    """Run the code cells of a notebook file; raises ``NotYet`` if it is none."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # there is none, or nbformat's own kinds of trouble with it
        raise NotYet(f"cannot read {path.name}: {describe_error(error)}") from error
    return run_cells(notebook)


def run_cells(notebook: NotebookNode) -> Answers:
    """Run all code cells in one namespace; one that raises does not keep the next from running.

    Cells count as JupyterLab shows them: all of them, text too, from 1.
    """
    answers = Answers({"__name__": "__main__", "display": display, "get_ipython": _no_magics})
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            _run(f"<cell {number}>", cell.source, answers)
    return answers


def _no_magics() -> None:
    raise RuntimeError("magics (%) are not run in a check")


def _run(name: str, source: str, answers: Answers) -> None:
    try:
        with explain_errors(name.strip("<>")):
            python = TransformerManager().transform_cell(source)
            # Or nobody could read the source of a function that a cell defines.
            linecache.cache[name] = (len(python), None, python.splitlines(keepends=True), name)
            exec(compile(python, name, "exec"), answers.names)
    except NotYet as error:
        answers.stopped.append(str(error))
