"""Worker of the nightly demand forecast: the rebooking seats of tomorrow, an evening at a time, October to December."""

from pathlib import Path

import pandas as pd

from problem.contract import FEATURES, VECTOR
from problem.facts import load_facts
from problem.learner import new_learner
from problem.questions import NEW_YORK

TARGET = "rebooking_seats"
MODE = "batch"


def forecast_demand(folder: Path, steps: Path, name: str) -> None:
    """Fit the third model on what was known at the cut-off, foretell the flights of every served evening, sum them up.

    ``expected.parquet`` and ``actual.parquet``: a row a New York day of departure, a column an airport, seats. The
    second goes back to the first day of the year. Fitted and asked on what the system fed to its other models.
    """
    facts = load_facts()
    seats = facts.outcomes.set_index("flight_id")[TARGET]
    training = pd.read_parquet(steps / f"train-{name}" / "training.parquet").query("mode == @MODE")
    model = new_learner("rebooking_seats").fit(training[list(FEATURES)], seats.reindex(training["flight_id"]))
    served = pd.read_parquet(steps / f"serve-{name}" / "served.parquet", columns=list(VECTOR)).query("mode == @MODE")
    flights = facts.flights.set_index("flight_id")
    foretold = pd.Series(model.predict(served[list(FEATURES)]).clip(min=0), served["flight_id"])
    sum_by_day(foretold, flights).to_parquet(folder / "expected.parquet")
    sum_by_day(seats, flights).to_parquet(folder / "actual.parquet")


def sum_by_day(seats: pd.Series, flights: pd.DataFrame) -> pd.DataFrame:
    """The sum over flights (index flight_id): a row a New York day of scheduled departure, a column an airport."""
    of = flights.loc[seats.index, ["origin", "scheduled_at"]].assign(seats=seats)
    day = of["scheduled_at"].dt.tz_convert(NEW_YORK).dt.tz_localize(None).dt.normalize().rename("day")
    return of.groupby([day, "origin"])["seats"].sum().unstack(fill_value=0.0)
