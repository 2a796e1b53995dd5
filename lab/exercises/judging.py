"""Judges a notebook part by part: a part that is not right yet hides no other."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

from lab.exercises.answers import Answers, NotYet, describe_error


class Note(str):
    """A line that tells something, and finds no fault."""


Part = Callable[[Answers], Iterable[str]]
"""Yields a line for each expectation that failed, and a ``Note`` for what is worth knowing."""
Parts = Mapping[str, Part]


@dataclass(frozen=True)
class Verdict:
    """What came out of one part."""

    part: str
    wrong: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was wrong."""
        return not self.wrong


def judge(parts: Parts, answers: Answers) -> list[Verdict]:
    """Every part's verdict, in order."""
    return [_verdict(name, part, answers) for name, part in parts.items()]


def _verdict(name: str, part: Part, answers: Answers) -> Verdict:
    said: list[str] = []
    try:
        for line in part(answers):
            said.append(line)
    except NotYet as error:
        said.append(str(error))
    except Exception as error:  # an answer of a kind that nobody has thought of
        said.append(f"cannot be checked: {describe_error(error)}")
    wrong, notes = (tuple(line for line in said if isinstance(line, Note) is kind) for kind in (False, True))
    return Verdict(name, wrong, notes)


def a_number(answers: Answers, name: str, low: float, high: float) -> float:
    """A number of the notebook; raises ``NotYet`` unless it lies between ``low`` and ``high``."""
    value: Any = answers.take(name)
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else float("nan")
    if not low <= number <= high:
        raise NotYet(f"`{name}` is to be a number from {low:g} to {high:g}, not {value!r}")
    return number
