"""Debt, pipeline jungles: through how many functions does a feature's value pass on its way?

A pipeline jungle is a maze of joins, samplings and intermediate files grown one step at a time (Sculley et al. 2015).
*Own operationalisation*, watched while the code runs: a function is an ancestor of a feature if it is given, or hands
back, something that holds the feature by name (a column, a key); or if it worked, with nothing so named in its hands,
for the function that first did. Code that leaves its result in an object and returns nothing (running state, a store)
has no name to be known by: it is counted apart, and added to every feature's ancestors for an upper bound.

A system loses by handing values on more often, and by more layers; watching sees no work that a library does.
"""

import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pandas as pd

Function = tuple[str, str]
"""A file, by its path in the watched folder, and a function's dotted name in it."""


@dataclass
class _Call:
    """One call under way: what it holds, and what those it called held or did without holding anything."""

    function: Function
    given: set[str]
    below: set[str] = field(default_factory=set)
    nameless: set[Function] = field(default_factory=set)


@dataclass
class Passages:
    """``ancestors``: by feature, the functions found so far; ``apart``: those that worked for none that made one."""

    code: Path
    features: Collection[str]
    ancestors: dict[str, set[Function]] = field(default_factory=lambda: defaultdict(set))
    apart: set[Function] = field(default_factory=set)
    _known: dict[CodeType, Function | None] = field(default_factory=dict)
    _under_way: dict[int, list[_Call]] = field(default_factory=lambda: defaultdict(list))

    def watching(self, call: Callable[[], Any]) -> Any:
        """What ``call`` returns; every function of the code that runs meanwhile, in all threads, is watched."""
        threading.settrace(self._enter)
        sys.settrace(self._enter)
        try:
            return call()
        finally:
            sys.settrace(None)
            threading.settrace(None)

    def bounds(self, feature: str) -> tuple[int, int]:
        """At least and at most so many functions between the raw facts and the model."""
        found = self.ancestors[feature]
        return len(found), len(found | self.apart - self._elsewhere())

    def _elsewhere(self) -> set[Function]:
        return set().union(*self.ancestors.values())

    def _enter(self, frame: FrameType, event: str, _: object) -> Any:
        code = frame.f_code
        if code not in self._known:
            self._known[code] = self._ours(code)
        function = self._known[code]
        if function is None:
            return None
        frame.f_trace_lines = False
        self._under_way[threading.get_ident()].append(_Call(function, self._held(frame.f_locals.values())))
        return self._leave

    def _ours(self, code: CodeType) -> Function | None:
        """The function that a piece of code is, if it is one of the watched."""
        file = Path(code.co_filename)
        inside = file.is_relative_to(self.code) and code.co_name != "<module>"
        return (str(file.relative_to(self.code)), qualify_name(code)) if inside else None

    def _leave(self, frame: FrameType, event: str, value: object) -> Any:
        if event == "return":
            calls = self._under_way[threading.get_ident()]
            self._ended(calls.pop(), self._held([value]), calls[-1] if calls else None)
        return self._leave

    def _ended(self, call: _Call, returned: set[str], caller: _Call | None) -> None:
        held = call.given | returned
        for feature in held:
            self.ancestors[feature].add(call.function)
        made = returned - call.given - call.below
        for feature in made:
            self.ancestors[feature] |= call.nameless
        if held and not made:
            self.apart |= call.nameless
        nameless = set() if held else call.nameless | {call.function}
        if caller:
            caller.below |= held | call.below
            caller.nameless |= nameless
        else:
            self.apart |= nameless

    def _held(self, values: Any) -> set[str]:
        return set().union(*(self.features & list_names(value) for value in list(values)))  # type: ignore[operator]


def qualify_name(code: CodeType) -> str:
    """The dotted name of the function that a piece of code belongs to; what it defines inside counts for it."""
    return code.co_qualname.partition(".<")[0]


def list_names(value: object) -> set[str]:
    """The names under which a value holds other values: columns, keys, the name of a series; of a list, its first's."""
    if isinstance(value, pd.DataFrame):
        return {str(name) for name in value.columns}
    if isinstance(value, pd.Series):
        return {str(value.name)}
    if isinstance(value, dict):
        return {key for key in value if isinstance(key, str)}
    if isinstance(value, list | tuple) and value and not isinstance(value[0], list | tuple):
        return list_names(value[0])
    return set()
