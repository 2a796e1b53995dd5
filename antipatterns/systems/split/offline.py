"""Offline half: builds the training table from the warehouse and fits the models.

Written by the data science team. The warehouse holds one row per flight, filled in as the day goes on and complete by
the next morning; a training table is made from it in one pass over the whole history, the way pandas likes it.
"""

from pathlib import Path

import joblib
import pandas as pd

from problem.contract import FEATURES, KEYS, Target
from problem.facts import Facts
from problem.learner import new_learner

WEATHER = ["temp", "wind_speed", "precip", "visib", "pressure"]

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
    joblib.dump({"model": model, "version": version}, part)
    part.replace(home / f"{target}.joblib")
    return table


def training_features(warehouse: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """The feature table for past questions, one row each, in the order asked."""
    legs = flights_table(warehouse)
    at_origin, of_carrier, on_route = ["origin"], ["carrier", "origin"], ["origin", "dest"]
    table = asked.reset_index(drop=True)
    table["origin_dep_delay_2h"] = trailing_mean(legs, table, at_origin, "dep_delay", "2h")
    table["origin_departures_2h"] = trailing(legs, table, at_origin, "dep_delay", "2h")["count"]
    table["carrier_origin_arr_delay_24h"] = trailing_mean(legs, table, of_carrier, "arr_delay", "24h")
    table["route_arr_delay_28d"] = trailing_mean(legs, table, on_route, "arr_delay", "28d")
    table["route_late_rate_28d"] = trailing_mean(legs, table, on_route, "late", "28d")
    table = add_weather(add_previous_leg(table, legs), warehouse.weather)
    return add_calendar(add_aircraft(table, warehouse.planes))[[*KEYS, *FEATURES]]


def flights_table(warehouse: Facts) -> pd.DataFrame:
    """The wide warehouse table: one row per scheduled flight with what became of it."""
    departures = warehouse.departures[["flight_id", "departed_at", "dep_delay"]]
    landings = warehouse.landings[["flight_id", "arrived_at", "arr_delay"]]
    legs = warehouse.flights.drop(columns="known_at")
    legs = legs.merge(departures, on="flight_id", how="left").merge(landings, on="flight_id", how="left")
    late = (legs["arr_delay"] >= 15).where(legs["arr_delay"].notna()).astype(float)
    return legs.assign(late=late).sort_values(["scheduled_at", "flight_id"], ignore_index=True)


def trailing(legs: pd.DataFrame, table: pd.DataFrame, keys: list[str], value: str, window: str) -> pd.DataFrame:
    """Mean and count of ``value`` over the window before each question, per key, aligned with ``table``."""
    events = legs.dropna(subset=value).rename(columns={CLOCK[value]: "at"})[[*keys, "at", value]]
    marks = table[keys].assign(at=table["asked_at"], question=table.index)
    rows = pd.concat([events, marks], ignore_index=True)
    rows["group"] = rows.groupby(keys).ngroup()
    rows = rows.sort_values(["group", "at"], ignore_index=True)

    # What happens at the very instant of the question is not its history yet.
    # cause: window_edges
    windows = rows.groupby("group").rolling(window, on="at", closed="left", min_periods=0)

    values = windows[value].agg(["mean", "count"]).set_axis(rows.index)  # windows come in the order of the rows
    return values.assign(question=rows["question"]).dropna(subset="question").set_index("question").sort_index()


def trailing_mean(legs: pd.DataFrame, table: pd.DataFrame, keys: list[str], value: str, window: str) -> pd.Series:
    """The mean alone."""
    means = trailing(legs, table, keys, value, window)["mean"]

    # cause: empty_window
    return means.fillna(0)  # no flights, no delay


def add_previous_leg(table: pd.DataFrame, legs: pd.DataFrame) -> pd.DataFrame:
    """The leg of the same aircraft before this one, and the hours since it landed."""
    # cause: previous_row
    previous = legs.dropna(subset="tailnum").groupby("tailnum")[["arr_delay", "arrived_at"]].shift()
    legs = legs[["flight_id"]].join(previous)
    table = table.merge(legs, on="flight_id", how="left")

    hours = (table["asked_at"] - table["arrived_at"]) / pd.Timedelta(hours=1)
    return table.assign(aircraft_last_arr_delay=table["arr_delay"], aircraft_hours_since_landing=hours)


def add_weather(table: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """The weather of the departure hour at the origin."""
    # cause: departure_hour_weather
    hour = table["scheduled_at"].dt.floor("h")
    weather = weather.rename(columns={"observed_at": "hour"})[["origin", "hour", *WEATHER]]
    return table.assign(hour=hour).merge(weather, on=["origin", "hour"], how="left")


def add_aircraft(table: pd.DataFrame, planes: pd.DataFrame) -> pd.DataFrame:
    """Age in years and seats of the aircraft."""
    planes = planes.assign(aircraft_age=2013 - planes["built"]).rename(columns={"seats": "aircraft_seats"})
    return table.merge(planes[["tailnum", "aircraft_age", "aircraft_seats"]], on="tailnum", how="left")


def add_calendar(table: pd.DataFrame) -> pd.DataFrame:
    """Hour and weekday of the departure in New York, and the minutes left until it."""
    minutes = (table["scheduled_at"] - table["asked_at"]) / pd.Timedelta(minutes=1)
    departure = table["scheduled_at"].dt.tz_convert("America/New_York").dt
    return table.assign(local_hour=departure.hour, weekday=departure.dayofweek, minutes_to_departure=minutes)
