"""The delay predictor, one batch program.

It began as a notebook that ranked tomorrow's flights for the operations desk. Training and the nightly run shared every
line, so when it went into production they stayed one program and got a switch: ``is_training``. Twice a year somebody
starts it with the switch on; cron starts it every night at 22:00 with the switch off.
"""

from pathlib import Path

import joblib
import pandas as pd

from problem.contract import AGES, FEATURES, KEYS, TARGETS, Mode, Request, Target, Vector
from problem.facts import Facts
from problem.learner import new_learner
from problem.questions import NEW_YORK
from problem.world import World

WEATHER = ["temp", "wind_speed", "precip", "visib", "pressure"]
ROUTE = ["origin", "dest"]
CARRIER = ["carrier", "origin"]


class System:
    """The monolith behind the common door; answers batch questions only. Models are files under ``home``."""

    name = "monolith"
    modes: tuple[Mode, ...] = ("batch",)

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)

    def wake(self, world: World) -> None:
        """Nothing runs between the nights."""

    def training_features(self, warehouse: Facts, asked: pd.DataFrame) -> pd.DataFrame:
        """See the contract."""
        return build_features(warehouse, asked, is_training=True)[[*KEYS, *FEATURES]]

    def train(self, warehouse: Facts, asked: pd.DataFrame, target: Target) -> pd.DataFrame:
        """See the contract."""
        return run(warehouse, asked, True, self.home, target)

    def look_up(self, world: World, asked: list[Request]) -> list[Vector]:
        """See the contract."""
        features = run(world.warehouse, pd.DataFrame(asked), False, self.home, "late")
        return features.assign(**dict.fromkeys(AGES, 0.0)).to_dict("records")

    def predict(self, vectors: pd.DataFrame) -> pd.DataFrame:
        """See the contract."""
        late, delay = (joblib.load(self.home / f"{target}.joblib") for target in TARGETS)
        return vectors.assign(
            prediction=late["model"].predict_proba(vectors[list(FEATURES)])[:, 1],
            model_version=late["version"],
            prediction_delay=delay["model"].predict(vectors[list(FEATURES)]),
            model_version_delay=delay["version"],
        )


def run(warehouse: Facts, asked: pd.DataFrame, is_training: bool, home: Path, target: Target) -> pd.DataFrame:
    """One run of the program: switched on it fits and keeps a model, switched off it prepares the night's rows."""
    features = build_features(warehouse, asked, is_training)
    if not is_training:
        return features
    outcomes = warehouse.outcomes.rename(columns={"dep_delay": "delay"}).rename(columns={target: "label"})
    table = features[[*KEYS, *FEATURES]].merge(outcomes[["flight_id", "label"]].dropna(), on="flight_id")
    model = new_learner(target).fit(table[list(FEATURES)], table["label"])
    version = f"{target}@{table['asked_at'].max():%Y-%m-%d}"
    part = home / f"{target}.part"  # tonight's run must never find half a model
    joblib.dump({"model": model, "version": version}, part)
    part.replace(home / f"{target}.joblib")
    return table


def build_features(warehouse: Facts, asked: pd.DataFrame, is_training: bool) -> pd.DataFrame:
    """All features for the flights asked about, one flight date after the other, in the order asked."""
    departed = by_flight_date(warehouse, warehouse.departures.sort_values(["departed_at", "flight_id"]))
    landed = by_flight_date(warehouse, warehouse.landings.sort_values(["arrived_at", "flight_id"]))
    parts = []
    for date, flights in asked.groupby(new_york_date(asked["scheduled_at"])):
        # The warehouse is partitioned by flight date: the history of a date ends with the midnight before it.
        midnight = date.tz_localize(NEW_YORK).tz_convert("UTC")
        # cause: as_of_midnight
        as_of = midnight if is_training else flights["asked_at"].iloc[0]

        # cause: late_facts
        left, arrived = departed[departed["flight_date"] < date], landed[landed["flight_date"] < date]

        parts.append(features_of_date(flights, left, arrived, warehouse, as_of))
    return pd.concat(parts).sort_index()


def new_york_date(scheduled_at: pd.Series) -> pd.Series:
    """The flight date: the New York day of the scheduled departure, without a zone."""
    return scheduled_at.dt.tz_convert(NEW_YORK).dt.tz_localize(None).dt.normalize()


def by_flight_date(warehouse: Facts, legs: pd.DataFrame) -> pd.DataFrame:
    """The legs with their flight date."""
    scheduled = warehouse.flights.set_index("flight_id")["scheduled_at"].reindex(legs["flight_id"])
    return legs.assign(flight_date=new_york_date(scheduled).to_numpy())


def features_of_date(
    flights: pd.DataFrame, departed: pd.DataFrame, landed: pd.DataFrame, warehouse: Facts, as_of: pd.Timestamp
) -> pd.DataFrame:
    """The features of one date's flights from the history before it, as of one instant."""
    origin = departed[departed["departed_at"] > as_of - pd.Timedelta("2h")].groupby("origin")["dep_delay"]
    day = landed[landed["arrived_at"] > as_of - pd.Timedelta("24h")].groupby(CARRIER)["arr_delay"]
    month = landed[landed["arrived_at"] > as_of - pd.Timedelta("28d")]
    route = month.assign(late=month["arr_delay"] >= 15).groupby(ROUTE)
    table = (
        flights.join(origin.agg(origin_dep_delay_2h="mean", origin_departures_2h="count"), on="origin")
        .join(day.mean().rename("carrier_origin_arr_delay_24h"), on=CARRIER)
        .join(route.agg(route_arr_delay_28d=("arr_delay", "mean"), route_late_rate_28d=("late", "mean")), on=ROUTE)
        .join(last_leg(landed, as_of), on="tailnum")
        .join(latest_weather(warehouse.weather, as_of), on="origin")
        .join(aircraft(warehouse.planes), on="tailnum")
    )
    table["origin_departures_2h"] = table["origin_departures_2h"].fillna(0)
    return add_request_time(table, as_of)


def last_leg(landed: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Per tail number, its latest landing in the history, which is sorted by landing."""
    last = landed.dropna(subset="tailnum").drop_duplicates("tailnum", keep="last")
    last = last.assign(aircraft_hours_since_landing=(as_of - last["arrived_at"]) / pd.Timedelta(hours=1))
    last = last.rename(columns={"arr_delay": "aircraft_last_arr_delay"}).set_index("tailnum")
    return last[["aircraft_last_arr_delay", "aircraft_hours_since_landing"]]


def latest_weather(weather: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Per origin, the latest observation as of the instant, none older than six hours."""
    recent = weather[weather["observed_at"].between(as_of - pd.Timedelta("6h"), as_of)]
    return recent.sort_values("observed_at").groupby("origin").tail(1).set_index("origin")[WEATHER]


def aircraft(planes: pd.DataFrame) -> pd.DataFrame:
    """Per tail number, age in years and seats."""
    table = planes.assign(aircraft_age=2013 - planes["built"], aircraft_seats=planes["seats"])
    return table.set_index("tailnum")[["aircraft_age", "aircraft_seats"]]


def add_request_time(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The features that need nothing but the schedule; carrier, origin, dest and distance are there already."""
    local = table["scheduled_at"].dt.tz_convert(NEW_YORK)
    minutes = (table["scheduled_at"] - as_of) / pd.Timedelta(minutes=1)
    table = table.assign(local_hour=local.dt.hour, weekday=local.dt.dayofweek)
    return table.assign(minutes_to_departure=minutes)
