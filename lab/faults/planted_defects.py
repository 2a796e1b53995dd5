"""Faults in feature code: a function of the weather features is made to raise, or to return nulls."""

import ast
from collections.abc import Callable
from functools import wraps
from typing import Any

import pandas as pd

WEATHER = ("temp", "wind_speed", "precip", "visib", "pressure")
APPLIED: list[str] = []
"""The functions that were hit, by name: says whether the fault is really there."""


def raising(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, broken: whoever calls it gets a ``ZeroDivisionError``."""
    APPLIED.append(function.__name__)

    @wraps(function)
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a defect in the code of the weather features")

    return broken


def nulls(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with every weather feature null in what it returns."""
    APPLIED.append(function.__name__)

    @wraps(function)
    def broken(*given: Any, **named: Any) -> Any:
        return _without_weather(function(*given, **named))

    return broken


def _without_weather(result: Any) -> Any:
    if isinstance(result, pd.DataFrame):
        return result.assign(**{name: float("nan") for name in WEATHER if name in result})
    return result | {name: _make_null(value) for name, value in result.items() if name in WEATHER}


def _make_null(value: Any) -> Any:
    return value * float("nan") if isinstance(value, pd.Series) else None


def decorate_functions(text: str, names: tuple[str, ...], fault: str) -> str:
    """A module's text with ``fault`` (a decorator of this module) put on the functions of these names."""
    lines = text.splitlines(keepends=True)
    tree = ast.parse(text)
    hit = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in names]
    for node in sorted(hit, key=lambda found: -found.lineno):
        lines.insert(node.lineno - 1, f"{' ' * node.col_offset}@_{fault}\n")
    after_docstring = tree.body[0].end_lineno
    lines.insert(after_docstring or 0, f"from lab.faults.planted_defects import {fault} as _{fault}\n")
    return "".join(lines)
