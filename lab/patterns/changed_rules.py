"""Rules that pile up: a year in which an operator writes one wherever last week's answers were off."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lab.patterns.changed_rule_use import Use, find_owners, measure_use
from lab.patterns.watched_year import DAY, LAUNCH, Year
from problem.behaviour import Rule, Treatment

CELLS = (("origin",), ("carrier",), ("part",), ("origin", "carrier"), ("origin", "part"), ("carrier", "part"))
PARTS, PART_NAMES = (10, 16), ("before 10", "10 to 15", "from 16")
"""Hours at which a new part of the day begins."""
FEWEST, OFF, HIGHEST = 40, 0.1, 4.0
"""Rows of a cell that were off by so much; an odds ratio beyond which nobody goes."""
NEVER = 99
LIFETIMES = (1, 4, 13, NEVER)
"""Weeks until a rule ends: the dial."""
AT_END = 4
"""Weeks at the end of the year in which it is looked at which rules are followed."""
EVERYTHING = ("all",)
Floats = NDArray[np.float64]


class Written(NamedTuple):
    """A rule: of which cell (its ``columns`` and ``code``), what it does to odds, and the number of the Monday."""

    columns: tuple[str, ...]
    code: int
    odds: float
    week: int


class Weeks:
    """The year's answers whose outcome became known, by week; and each row's cell for all columns."""

    def __init__(self, year: Year, cells: Sequence[tuple[str, ...]]) -> None:
        rows = year.rows[year.rows["late"].notna() & year.rows["risk"].notna()]
        part = np.searchsorted(PARTS, rows["local_hour"], side="right")
        self.rows = rows.assign(part=part, all=0).reset_index(drop=True)
        self.codes = {columns: self.rows.groupby([*columns], observed=True).ngroup().to_numpy() for columns in cells}
        self.late, self.risk = self.rows["late"].to_numpy() == 1, self.rows["risk"].to_numpy(float)
        number = ((self.rows["day"] - LAUNCH) // DAY // 7).to_numpy()
        self.places = [np.flatnonzero(number == week) for week in range(int(number.max()) + 1)]

    def match(self, rules: Sequence[Written], places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which rule is for which row, shape (rules, rows)."""
        if not rules:
            return np.zeros((0, len(places)), bool)
        return np.array([self.codes[rule.columns][places] == rule.code for rule in rules])

    def write(self, places: NDArray[np.int64], risk: Floats, week: int, off: float) -> Iterator[Written]:
        """A rule for each cell in which last week's answers, as they were given, were off: odds from what the model
        said to what came, as a new rule takes the place of those below it."""
        for columns, codes in self.codes.items():
            cell = codes[places]
            sums = [np.bincount(cell, of) for of in (self.late[places], risk, self.risk[places])]
            count = np.bincount(cell)
            late, given, said = (each / np.maximum(count, 1) for each in sums)
            for code in np.flatnonzero((count >= FEWEST) & (np.abs(late - given) > off)):
                yield Written(columns, int(code), find_odds(late[code], said[code]), week)

    def name(self, rule: Written) -> Rule:
        """The rule as a flag store has it."""
        row = self.rows.iloc[np.flatnonzero(self.codes[rule.columns] == rule.code)[0]]
        when: dict[str, list[str | float]] = {
            name: [str(row[name])] for name in rule.columns if name not in ("part", "all")
        }
        if "part" in rule.columns:
            begin, end = ([0, *PARTS, 24][row["part"] + step] for step in (0, 1))
            when["local_hour"] = [*range(begin, end)]
        told = [PART_NAMES[row[name]] if name == "part" else str(row[name]) for name in rule.columns]
        return Rule(f"week {rule.week}: {' '.join(told)}", when, Treatment(odds=rule.odds))


def find_odds(late: float, said: float) -> float:
    """The ratio of odds that leads from what was said to what came, within reason."""
    ratio = (late / (1 - late)) / (said / (1 - said)) if late < 1 else HIGHEST
    return float(np.clip(ratio, 1 / HIGHEST, HIGHEST))


class Kept(NamedTuple):
    """A year with rules: what was answered, the rules in the end, all there were, and how those in the end were used in
    the last weeks; by rule, how often it was ever followed."""

    risk: Floats
    rules: list[Written]
    written: list[Written]
    use: list[Use]
    fired: dict[Written, int]


def keep_rules(weeks: Weeks, lifetime: int, off: float = OFF) -> Kept:
    """Live through the year; rules of a Monday end after so many weeks."""
    rules, written, risk, fired = list[Written](), list[Written](), weeks.risk.copy(), dict[Written, int]()
    for week, places in enumerate(weeks.places):
        rules = [rule for rule in rules if week - rule.week < lifetime]
        matches = weeks.match(rules, places)
        owner = find_owners(matches)
        odds = np.array([*(rule.odds for rule in rules), 1.0])[owner]
        risk[places] = odds * risk[places] / (1 + (odds - 1) * risk[places])
        for place, count in zip(*np.unique(owner[owner < len(rules)], return_counts=True), strict=True):
            fired[rules[place]] = fired.get(rules[place], 0) + int(count)
        if week + 1 < len(weeks.places):
            new = [*weeks.write(places, risk[places], week + 1, off)]
            rules, written = put_on_top(new, rules), [*written, *new]
    last = np.concatenate(weeks.places[-AT_END:])
    return Kept(risk, rules, written, measure_use(weeks.match(rules, last)), fired)


def put_on_top(new: Sequence[Written], rules: Sequence[Written]) -> list[Written]:
    """The list with new rules at its top, the last first; whoever writes one for the very same cell edits the old."""
    fresh = {(rule.columns, rule.code) for rule in new}
    return [*reversed(new), *(rule for rule in rules if (rule.columns, rule.code) not in fresh)]
