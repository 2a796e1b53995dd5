"""Exercise 5: another refresh interval for one of FTI's views; its age on real questions, and its CPU."""

from collections.abc import Iterator
from functools import cache
from statistics import median

import numpy as np
import pandas as pd

from lab.exercises.answers import Answers, Note, NotYet, Parts
from measure.cost.reuse import measure_cpu_seconds
from problem.facts import load_facts
from problem.questions import NEW_YORK, questions, scheduled_between
from reference.systems.fti.features import origin_departures
from reference.systems.fti.schedule import last_refresh

CHOICES = ("5min", "15min", "30min", "1h", "2h", "3h", "6h", "12h", "1D")
NOW, ONCE = "6h", "1D"
OLDEST = 45
"""Minutes, on average over the questions."""
BUDGET = 8
"""Times the CPU seconds a day of ``NOW``."""
OFF = 0.2
"""By which share of the true age a prediction may be off."""
MONDAY = pd.Timestamp("2013-10-07", tz=NEW_YORK)
RUNS, ROUNDS = 8, 7
"""Refreshes in a row that are timed together, and how often."""
DAY, MINUTE = pd.Timedelta(days=1), pd.Timedelta(minutes=1)


@cache
def asked_at() -> pd.DatetimeIndex:
    """The instants of a week's real-time questions."""
    asked = questions(load_facts(), "real_time")
    return pd.DatetimeIndex(scheduled_between(asked, MONDAY, MONDAY + pd.DateOffset(days=7))["asked_at"])


def mean_age(every: str) -> float:
    """Minutes from the last refresh to the question, on average."""
    return float(np.mean((asked_at() - last_refresh(asked_at(), every)) / MINUTE))


def runs_a_day(every: str) -> float:
    """How often a day the view is refreshed."""
    return float(DAY / pd.Timedelta(every))


@cache
def times_the_cpu(every: str) -> float:
    """How many times the CPU seconds a day of ``NOW`` the view's own code takes; writing comes on top of either.

    Both are timed by turns: what else runs on the machine slows both.
    """
    return median(cpu_a_day(every) / cpu_a_day(NOW) for _ in range(ROUNDS))


def cpu_a_day(every: str) -> float:
    """CPU seconds a day of some refreshes in a row."""
    step, noon = pd.Timedelta(every), (MONDAY + pd.Timedelta("12h")).tz_convert("UTC")
    recent = load_facts().known_between(noon - 2 * DAY, noon + RUNS * step)

    def refreshes() -> None:
        for number in range(RUNS):
            origin_departures(recent, every, noon + number * step, noon + (number + 1) * step)

    return measure_cpu_seconds(refreshes) / RUNS * runs_a_day(every)


def _interval(answers: Answers) -> str:
    every = answers.take("every")
    if every not in CHOICES:
        raise NotYet(f"`every` is to be one of {', '.join(CHOICES)}, not {every!r}")
    return str(every)


def _choice(answers: Answers) -> Iterator[str]:
    every = _interval(answers)
    age, runs, times = mean_age(every), runs_a_day(every), times_the_cpu(every)
    if age > OLDEST:
        yield f"{every} is too old: more than {OLDEST} minutes on average; a shorter interval?"
    if times > BUDGET:
        yield f"{every} is too dear: {runs:.0f} runs a day take {times:.1f} times the CPU of {NOW}, not {BUDGET}"
    if age <= OLDEST and times <= BUDGET:
        yield Note(f"{every}: {runs:.0f} runs a day, {times:.1f} times the CPU of {NOW}")


def _ages(answers: Answers) -> Iterator[str]:
    for name, every in (("age", _interval(answers)), ("age_daily", ONCE)):
        said, found = answers.take_number(name, 0, 10_000), mean_age(every)
        if abs(said - found) <= OFF * found:
            half = f"half an interval is {pd.Timedelta(every) / MINUTE / 2:.0f}"
            yield Note(f"{every}: you said {said:.0f} minutes, it is {found:.0f}; {half}")
        else:
            side = "older" if found > said else "fresher"
            hint = "when do people ask, and when does it run?" if name == "age_daily" else "what is half of it?"
            yield f"`{name}`: with {every} values are {side} than {said:.0f} minutes; {hint}"


PARTS: Parts = {"the interval": _choice, "the ages": _ages}
