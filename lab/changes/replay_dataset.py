"""The data on which change requests are replayed: the data package cut down to the small world.

Every patched copy reads it through its own ``problem.facts``, so a request that changes the source changes it here too.
"""

from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from lab.study.steps.small_world import SmallWorld, make_small_world
from problem.facts import Facts, load_facts, make_facts
from problem.questions import NEW_YORK, questions
from problem.source import Source, read_source

ASKED = ["flight_id", "mode"]
OBSERVED = pd.Timestamp("2013-10-01", tz="UTC")
INSTALLED = pd.Timestamp("2013-10-29 12:00", tz=NEW_YORK).tz_convert("UTC")
"""Since when a system has been in operation when a request reaches it."""
ROLLED_OUT = pd.Timestamp("2013-10-30 12:00", tz=NEW_YORK).tz_convert("UTC")
"""When the changed code is rolled out and its models are fitted; the first question comes ten hours later."""
END = pd.Timestamp("2013-11-11", tz="UTC")
ONE_OF = 3
"""Models are fitted on every third flight of the past, so that no training path takes longer than it must."""


class ReplayDataset(NamedTuple):
    """The facts; the questions asked after the roll-out; the older ones, which models are fitted on; of both modes."""

    facts: Facts
    asked: pd.DataFrame
    past: pd.DataFrame


def write_dataset(folder: Path, steps: Path) -> None:
    """Write the cut-down tables of the data package, and which flights are asked about, as Parquet files."""
    source, world = read_source(), make_small_world(load_facts())
    small = _cut(source, world)
    for table in fields(Source):
        getattr(small, table.name).to_parquet(folder / f"{table.name}.parquet", index=False)
    places = pd.Series(range(len(small.flights)), index=small.flights.index)
    world.asked[ASKED].assign(flight_id=places[world.asked["flight_id"]].to_numpy()).to_parquet(
        folder / "asked.parquet"
    )


def _cut(source: Source, world: SmallWorld) -> Source:
    """The rows of the package that the small world kept, in their order; flights are known by their place in it.

    Of the weeks before its first observation all weather is kept: models are fitted on them.
    """
    observed = pd.to_datetime(source.weather["time_hour"], utc=True)
    seen = world.facts.weather.set_index(["origin", "observed_at"]).index
    earlier = observed.between(OBSERVED, world.facts.weather["observed_at"].min(), inclusive="left")
    weather = source.weather[earlier | pd.MultiIndex.from_arrays([source.weather["origin"], observed]).isin(seen)]
    planes = source.planes[source.planes["tailnum"].isin(world.facts.planes["tailnum"])]
    return Source(source.flights.loc[sorted(world.facts.flights["flight_id"])], weather, source.airports, planes)


def read_dataset(folder: Path) -> ReplayDataset:
    """The dataset in ``folder`` as the code around makes facts of it."""
    tables = {table.name: pd.read_parquet(folder / f"{table.name}.parquet") for table in fields(Source)}
    facts, picked = make_facts(Source(**tables)), pd.read_parquet(folder / "asked.parquet")
    every = pd.concat([questions(facts, mode) for mode in ("batch", "real_time")])
    asked = every.merge(picked, on=ASKED).sort_values(["asked_at", "flight_id"], ignore_index=True)
    past = every[(every["scheduled_at"] < ROLLED_OUT) & (every["flight_id"] % ONE_OF == 0)]
    return ReplayDataset(facts, asked, past.reset_index(drop=True))
