"""What to do, by what is asked: ``docs/decisions.toml`` asks; whoever changes a record changes the table."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from lab.engine.workspace import REPOSITORY
from lab.patterns.decision_rules import RULES, Record
from lab.patterns.experiment_list import RESULT, record_of

FILE = REPOSITORY / "docs" / "decisions.toml"


class Decision(NamedTuple):
    """``asked``: who, how often, how long, how fresh, of which the rule used the one at ``used``; ``card``: the id of
    what to do; ``number``: why; ``record``: of which experiment."""

    asked: Sequence[str]
    japanese: Sequence[str]
    used: int
    card: str
    number: str
    record: str


def decide_all(read: Callable[[str], Record] = lambda name: record_of(name).value(RESULT)) -> list[Decision]:
    """Every row of the table; ``read`` gives the value of a record by its name. Raises ``LookupError`` where a record
    has no answer."""
    rows = tomllib.loads(FILE.read_text())["row"]
    return [decide(row, read) for row in rows]


def decide(row: Mapping[str, Any], read: Callable[[str], Record]) -> Decision:
    """One row of ``docs/decisions.toml``."""
    record, rule = RULES[row["rule"]]
    card, number = rule(read(record), row["given"])
    return Decision(row["asked"], row["japanese"], row["used"], card, number, record)
