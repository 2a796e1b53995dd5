"""A/A tests: two arms with the same model. How often does a test say that they differ, if one looks every day?"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lab.patterns.proposed_evidence import Service
from parts.sequential_test.sequential_test import reach_at_any_time
from problem.which_is_better import Floats, Places

TESTS = 1000
DAYS = 28
CLASSIC = 1.96
TIGHTEST_AT = 25_000.0
"""As the online test has it."""
REQUEST, AIRCRAFT_DAY, FOR_GOOD = "request", "aircraft and day", "aircraft, for good"
EVERY_DAY, AT_THE_END, SEQUENCE = "t-test, every day", "t-test, at the end", "sequence, every day"
Claims = dict[str, float]
"""By how one looked, the number of tests that ever said that the arms differ."""


class Units(NamedTuple):
    """Of each unit: what it cost beside the mean of its ``day`` (from 0 on), and which ``coin`` it follows."""

    values: Floats
    day: Places
    coin: Places


def count_claims(units: Units, tests: int, seed: int) -> Claims:
    """Throw all coins so often, look after each day, and see who ever claims a difference."""
    values, day, coin = units
    random, days = np.random.default_rng(seed), int(day.max()) + 1
    signs = (random.integers(0, 2, int(coin.max()) + 1) * 4.0 - 2.0 for _ in range(tests))
    totals = np.cumsum([np.bincount(day, sign[coin] * values, days) for sign in signs], axis=1)
    squares, counts = np.cumsum(np.bincount(day, 4.0 * values**2, days)), np.cumsum(np.bincount(day, minlength=days))
    classic = np.abs(totals) > CLASSIC * np.sqrt(np.maximum(squares - totals**2 / counts, 0))
    sequence = np.abs(totals) > [reach_at_any_time(of, TIGHTEST_AT) for of in squares.tolist()]
    claims = {EVERY_DAY: classic.any(axis=1), AT_THE_END: classic[:, -1], SEQUENCE: sequence.any(axis=1)}
    return {how: int(of.sum()) for how, of in claims.items()}


def try_same_model(service: Service, tests: int = TESTS) -> list[dict[str, Any]]:
    """A row a coin: the share of A/A tests of the champion that claim a difference, by how one looked.

    Four weeks each, from as many places of the months in service as there are.
    """
    rows = []
    for coin in (REQUEST, AIRCRAFT_DAY, FOR_GOOD):
        periods = [*cut_periods(service, coin)]
        ends = [tests * place // len(periods) for place in range(len(periods) + 1)]
        claims = [count_claims(units, ends[at + 1] - ends[at], at) for at, units in enumerate(periods)]
        rows.append({"coin": coin, "tests": tests} | {how: sum(of[how] for of in claims) / tests for how in claims[0]})
    return rows


def cut_periods(service: Service, coin: str) -> Iterator[Units]:
    """The units of four weeks each, of a test with this coin."""
    flights = service.flights
    excess = service.cost - (service.full / service.counts)[flights.day]
    table = pd.DataFrame({"excess": excess, "day": flights.day, "unit": flights.unit})
    table["aircraft"] = pd.factorize(flights.asked["tailnum"].fillna("").to_numpy())[0]
    by_unit = table.groupby("unit").agg({"excess": "sum", "day": "first", "aircraft": "first"})
    units = table if coin == REQUEST else by_unit
    for first in range(0, flights.days - DAYS + 1, DAYS):
        here = units[units["day"].between(first, first + DAYS - 1)]
        thrown = here["aircraft"].to_numpy() if coin == FOR_GOOD else np.arange(len(here))
        yield Units(here["excess"].to_numpy(), here["day"].to_numpy() - first, thrown)
