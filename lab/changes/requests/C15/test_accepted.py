"""C15: tomorrow's rebooking seats per airport, the sum over its flights of what a model fitted for it says."""

import pandas as pd
import pytest

from problem.contract import FEATURES, FORECAST, VECTOR, requests
from problem.learner import new_learner
from problem.questions import NEW_YORK
from problem.world import World


def tomorrow(operation):
    """All flights of the day after the last one asked about, asked at 22:00 now, of a kind that the system answers."""
    facts = operation.ground.facts
    evening = pd.Timestamp("2013-11-08 22:00", tz=NEW_YORK).tz_convert("UTC")
    day = pd.Timestamp("2013-11-09", tz=NEW_YORK)
    flights = facts.flights[facts.flights["scheduled_at"].between(day, day + pd.DateOffset(days=1), inclusive="left")]
    return flights.assign(asked_at=evening).sort_values("flight_id", ignore_index=True)


@pytest.fixture(scope="module")
def forecast(operation):
    """The forecast, and the vectors that the system makes for the same questions, by mode."""
    operation.rolled_out()
    asked = tomorrow(operation)
    world = World(operation.ground.facts, asked["asked_at"].iloc[0])
    found = {}
    for mode in operation.modes:
        system, questions = operation.opened(), requests(asked.assign(mode=mode))
        system.wake(world)
        vectors = pd.DataFrame(system.look_up(world, questions), columns=list(VECTOR))
        found[mode] = system.forecast(world, questions), vectors
    return found


def test_every_airport_has_its_row_and_every_flight_is_counted(operation, forecast):
    flights = tomorrow(operation).groupby("origin").size()
    for table, _ in forecast.values():
        assert list(table.columns) == list(FORECAST)
        assert dict(zip(table["origin"], table["flights"], strict=True)) == flights.to_dict()
        assert set(table["day"]) == {"2013-11-09"}


def test_seats_are_the_sum_of_what_the_model_fitted_for_them_says(operation, forecast):
    for mode, (table, vectors) in forecast.items():
        fitted = operation.rolled_out()[mode, "rebooking_seats"]
        model = new_learner("rebooking_seats").fit(fitted[list(FEATURES)], fitted["label"])
        seats = pd.Series(model.predict(vectors[list(FEATURES)]).clip(min=0)).groupby(vectors["origin"]).sum()
        assert table.set_index("origin")["seats"].to_dict() == pytest.approx(seats.to_dict())
        assert seats.min() > 0
