"""Which rules of a list are followed, and which others take away what they are for."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from problem.behaviour import Rule

Flags = NDArray[np.bool_]


class Use(NamedTuple):
    """``matched``: questions that a rule is for; ``fired``: those for which it was followed; ``taken_by``: places of
    the rules before it that took the others, most of them first."""

    matched: int
    fired: int
    taken_by: tuple[int, ...]

    @property
    def is_shadowed(self) -> bool:
        """It is for questions that were asked, and others took all of them."""
        return self.matched > 0 and self.fired == 0


def measure_use(matches: Flags) -> list[Use]:
    """``matches``: which rule is for which question, shape (rules, questions); the first that matches is followed."""
    owner = find_owners(matches)
    return [_count(place, owner[of]) for place, of in enumerate(matches)]


def find_owners(matches: Flags) -> NDArray[np.int64]:
    """By question, the place of the rule that is followed; the number of rules where it is none."""
    whole = np.vstack([matches, np.ones((1, matches.shape[1]), bool)])
    return whole.argmax(axis=0)


def _count(place: int, owners: NDArray[np.int64]) -> Use:
    others, counts = np.unique(owners[owners != place], return_counts=True)
    by = tuple(int(each) for each in others[np.argsort(-counts, kind="stable")])
    return Use(len(owners), int((owners == place).sum()), by)


def match(rules: Sequence[Rule], rows: pd.DataFrame) -> Flags:
    """Which rule is for which row of a table with features, shape (rules, rows)."""
    found = np.ones((len(rules), len(rows)), bool)
    for place, rule in enumerate(rules):
        for feature, values in rule.when.items():
            found[place] &= rows[feature].isin(list(values)).to_numpy()
    return found


def tell_use(rules: Sequence[Rule], rows: pd.DataFrame) -> list[str]:
    """A line for each rule that does nothing for these rows: that it is for none, or which rules shadow it."""
    lines = []
    for rule, use in zip(rules, measure_use(match(rules, rows)), strict=True):
        if use.is_shadowed:
            lines.append(f"{rule.name} is shadowed by {', '.join(rules[place].name for place in use.taken_by)}")
        elif not use.matched:
            lines.append(f"{rule.name} is for none of {len(rows)} questions")
    return lines
