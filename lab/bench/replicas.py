"""A longer world: the year again and again, each time 364 days later, so that weekdays stay what they are.

It grows forwards: the store's history begins in December 2012, and nothing before that would be told. Each copy has
flight ids of its own; airports, carriers, routes and aircraft are the same ones, so every key's history grows. (More
keys with the same history each would be another experiment.) A year has 365 days, so the last day of a copy is also
the first of the next one, and has the flights of both. Clock changes move away from their dates by a day a year.
"""

from dataclasses import fields, replace

import pandas as pd

from problem.facts import Facts

YEAR = pd.Timedelta(days=364)


def replicated(facts: Facts, copies: int) -> Facts:
    """So many years like this one, one after the other; planes once, as they are known from the start."""
    ids = int(facts.flights["flight_id"].max()) + 1
    tables = {field.name: getattr(facts, field.name) for field in fields(Facts) if field.name != "planes"}
    longer = {name: _longer(table, copies, ids) for name, table in tables.items()}
    return replace(facts, **longer)


def _longer(table: pd.DataFrame, copies: int, ids: int) -> pd.DataFrame:
    parts = pd.concat([_later(table, number, ids) for number in range(copies)], ignore_index=True)
    return parts.sort_values("known_at", kind="stable", ignore_index=True)


def _later(table: pd.DataFrame, number: int, ids: int) -> pd.DataFrame:
    moved = {name: table[name] + number * YEAR for name in table.select_dtypes("datetimetz")}
    if "flight_id" in table:
        moved["flight_id"] = table["flight_id"] + number * ids
    return table.assign(**moved)
