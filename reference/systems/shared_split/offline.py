"""Offline half: builds the training table from the warehouse and fits the models.

Written by the data science team. The warehouse holds one row per flight, filled in as the day goes on and complete by
the next morning; a training table is made from it in one pass over the whole history, the way pandas likes it. What
becomes of the rows found is the library's business, and its version is kept with every model.
"""

from datetime import timedelta
from pathlib import Path

import joblib
import pandas as pd

from problem.contract import FEATURES, KEYS, Target
from problem.facts import Facts
from problem.learner import new_learner
from reference.systems.shared_split import feature_library as library

# The warehouse table is sorted and partitioned by scheduled departure, so that is the time axis of its windows.
# cause: scheduled_clock
CLOCK = {"dep_delay": "scheduled_at", "arr_delay": "scheduled_at", "late": "scheduled_at"}


def train(warehouse: Facts, asked: pd.DataFrame, target: Target, home: Path) -> pd.DataFrame:
    """Fit one model on the flights whose outcome is known, keep it under ``home``, return the training table."""
    outcomes = warehouse.outcomes.rename(columns={"dep_delay": "delay"})
    labels = outcomes[["flight_id", target]].rename(columns={target: "label"}).dropna()
    table = training_features(warehouse, asked).merge(labels, on="flight_id")
    model = new_learner(target).fit(table[list(FEATURES)], table["label"])
    version = f"{target}@{table['asked_at'].max():%Y-%m-%d}"
    part = home / f"{target}.part"  # the service must never find half a model
    joblib.dump({"model": model, "version": version, "library": library.VERSION}, part)
    part.replace(home / f"{target}.joblib")
    return table


def training_features(warehouse: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """The feature table for past questions, one row each, in the order asked."""
    legs = flights_table(warehouse)
    table = add_windows(asked.reset_index(drop=True), legs)
    table = add_weather(add_previous_leg(table, legs), warehouse.weather)
    table = add_aircraft(table, warehouse.planes)
    return table.assign(**library.request_features(table))[[*KEYS, *FEATURES]]


def flights_table(warehouse: Facts) -> pd.DataFrame:
    """The wide warehouse table: one row per scheduled flight with what became of it."""
    departures = warehouse.departures[["flight_id", "departed_at", "dep_delay"]]
    landings = warehouse.landings[["flight_id", "arrived_at", "arr_delay"]]
    legs = warehouse.flights.drop(columns="known_at")
    legs = legs.merge(departures, on="flight_id", how="left").merge(landings, on="flight_id", how="left")
    late = library.is_late(legs["arr_delay"]).where(legs["arr_delay"].notna()).astype(float)
    return legs.assign(late=late).sort_values(["scheduled_at", "flight_id"], ignore_index=True)


def add_windows(table: pd.DataFrame, legs: pd.DataFrame) -> pd.DataFrame:
    """What has departed and landed lately at the origin, for the carrier, on the route."""
    of_carrier, on_route = ["carrier", "origin"], ["origin", "dest"]
    departures = trailing(legs, table, ["origin"], "dep_delay", library.ORIGIN_WINDOW)
    carrier = trailing(legs, table, of_carrier, "arr_delay", library.CARRIER_WINDOW)
    route = trailing(legs, table, on_route, "arr_delay", library.ROUTE_WINDOW)
    late = trailing(legs, table, on_route, "late", library.ROUTE_WINDOW)
    return table.assign(
        **library.origin_features(departures["sum"], departures["count"]),
        **library.carrier_features(carrier["sum"], carrier["count"]),
        **library.route_features(route["sum"], late["sum"], route["count"]),
    )


def trailing(legs: pd.DataFrame, table: pd.DataFrame, keys: list[str], value: str, window: timedelta) -> pd.DataFrame:
    """Sum and count of ``value`` over the window before each question, per key, aligned with ``table``."""
    events = legs.dropna(subset=value).rename(columns={CLOCK[value]: "at"})[[*keys, "at", value]]
    marks = table[keys].assign(at=table["asked_at"], question=table.index)
    rows = pd.concat([events, marks], ignore_index=True)
    rows["group"] = rows.groupby(keys).ngroup()
    rows = rows.sort_values(["group", "at"], ignore_index=True)

    # What happens at the very instant of the question is not its history yet.
    # cause: window_edges
    windows = rows.groupby("group").rolling(window, on="at", closed="left", min_periods=0)

    values = windows[value].agg(["sum", "count"]).set_axis(rows.index)  # windows come in the order of the rows
    return values.assign(question=rows["question"]).dropna(subset="question").set_index("question").sort_index()


def add_previous_leg(table: pd.DataFrame, legs: pd.DataFrame) -> pd.DataFrame:
    """The leg of the same aircraft before this one, and the hours since it landed."""
    # cause: previous_row
    previous = legs.dropna(subset="tailnum").groupby("tailnum")[["arr_delay", "arrived_at"]].shift()
    legs = legs[["flight_id"]].join(previous)
    table = table.merge(legs, on="flight_id", how="left")

    return table.assign(**library.last_leg_features(table["asked_at"], table["arrived_at"], table["arr_delay"]))


def add_weather(table: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """The weather of the departure hour at the origin."""
    # cause: departure_hour_weather
    hour = table["scheduled_at"].dt.floor("h")
    weather = weather[["origin", "observed_at", *library.WEATHER]]
    table = table.assign(observed_at=hour).merge(weather, on=["origin", "observed_at"], how="left")

    return table.assign(**library.weather_features(table["asked_at"], table["observed_at"], table))


def add_aircraft(table: pd.DataFrame, planes: pd.DataFrame) -> pd.DataFrame:
    """Age in years and seats of the aircraft."""
    table = table.merge(planes[["tailnum", "built", "seats"]], on="tailnum", how="left")
    return table.assign(**library.aircraft_features(table["built"], table["seats"]))
