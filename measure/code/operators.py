"""What a mutant may change in Python source text: the operators, and the places they apply to.

A choice from Offutt et al. 1996, "An experimental determination of sufficient mutant operators", for code that makes
features: constants, durations, edges of windows, aggregates, conditions. Left alone is what says nothing about a value:
docstrings, annotations, imports, error messages; text inside f-strings, whose place Python 3.11 does not tell; and
names in strings, as a renamed column only raises.
"""

import re
from typing import NamedTuple

PAIRS = ["min max", "minimum maximum", "sum mean", "std var", "first last", "head tail", "ceil floor", "left right"]
OTHER = {one: other for pair in PAIRS for one, other in (pair.split(), pair.split()[::-1])}
BUILTINS = {"min": "max", "max": "min"}
"""Of the pairs, the names that mean something without an object in front."""
COMPARED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
COMPUTED = {"+": "-", "-": "+", "*": "/", "/": "*", "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="}
DURATION = re.compile(r"(\d+)( ?(?:W|[Dd]|days?|[Hh]|hours?|min|minutes?|[Ss]|seconds?|ms|us|ns))")
BARE = re.compile(r"W|[Dd]|[Hh]|min|[Ss]|ms|us|ns")
ROUNDING = {"ceil", "floor", "round"}


class Change(NamedTuple):
    """``start`` to ``end`` (characters of the text) becomes ``after``; ``scope`` as a mutant has it."""

    operator: str
    start: int
    end: int
    after: str
    scope: int


def starts(source: str) -> list[int]:
    """Where each line starts, in characters, and where the text ends."""
    found = [0]
    for line in source.splitlines(keepends=True):
        found.append(found[-1] + len(line))
    return found
