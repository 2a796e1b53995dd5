"""Feature tables and entity rows shaped like those of the flights: same keys and sizes, made-up values.

Made up, because a benchmark of a join needs sizes and key frequencies and none of the problem's code. The
same seed always gives the same files. One row in 200 has a correction: the same event timestamp, created
later. A join without the tie rule would give other values.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

START = pd.Timestamp("2013-01-01", tz="UTC")
YEAR_SECONDS = 365 * 24 * 3600
ENTITY_ROWS = 336_776
NO_TAILNUM_ROWS = 2_512
CORRECTED_SHARE = 0.005
ORIGINS = np.array(["EWR", "JFK", "LGA"], dtype=object)


@dataclass(frozen=True)
class ViewShape:
    """One feature view: its keys, the rows of its Parquet file, its features and how long a value lives."""

    name: str
    keys: tuple[str, ...]
    rows: int
    features: tuple[str, ...]
    ttl: timedelta | None


DAY = timedelta(days=1)
VIEWS_WITH_TTL = (
    ViewShape("origin_departures", ("origin",), 35_000, ("dep_delay_2h", "departures_2h"), DAY),
    ViewShape("carrier_arrivals", ("carrier", "origin"), 100_000, ("arr_delay_24h", "arrivals_24h"), 7 * DAY),
    ViewShape("route_arrivals", ("origin", "dest"), 80_000, ("arr_delay_28d", "late_rate_28d"), 28 * DAY),
    ViewShape("aircraft_leg", ("tailnum",), 330_000, ("last_leg_delay", "last_leg_air_time"), 7 * DAY),
    ViewShape("aircraft", ("tailnum",), 3_300, ("built", "seats"), None),
)
# What the feature pipeline registers: Feast's SQLite online store never drops a value for its age, so a TTL
# would make the training rows differ from what is served.
VIEWS = tuple(replace(view, ttl=None) for view in VIEWS_WITH_TTL)
FEATURES = [f"{view.name}:{feature}" for view in VIEWS for feature in view.features]


def write_tables(folder: Path, entity_rows: int = ENTITY_ROWS, seed: int = 2013) -> None:
    """Write one Parquet file per view and `entities.parquet` into `folder`, the views in order of time."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    pools = {view.name: _key_pool(view.keys) for view in VIEWS}
    for view in VIEWS:
        _view_table(view, pools[view.name], rng).to_parquet(folder / f"{view.name}.parquet", index=False)
    _entity_table(entity_rows, rng).to_parquet(folder / "entities.parquet", index=False)


def _key_pool(keys: tuple[str, ...]) -> pd.DataFrame:
    """All values of a key: 3 origins, 35 carrier-origin pairs, 224 routes, 4,000 tail numbers."""
    if keys == ("tailnum",):
        return pd.DataFrame({"tailnum": [f"N{number:05d}" for number in range(4_000)]})
    if keys == ("origin",):
        return pd.DataFrame({"origin": ORIGINS})
    other, count = ("carrier", 35) if "carrier" in keys else ("dest", 224)
    codes = [f"{other[0].upper()}{number // 3:02d}" for number in range(count)]
    return pd.DataFrame({"origin": [ORIGINS[number % 3] for number in range(count)], other: codes})


def _view_table(view: ViewShape, pool: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    if view.name == "aircraft":  # one row per key, true from the start
        table = pool.sample(view.rows, random_state=1).reset_index(drop=True).assign(event_timestamp=START)
    else:
        corrected = int(view.rows * CORRECTED_SHARE)
        table = pool.iloc[_skewed(len(pool), view.rows - corrected, rng)].reset_index(drop=True)
        table = table.assign(event_timestamp=_instants(len(table), rng))
        table = pd.concat([table, table.sample(corrected, random_state=1)])
    table["created_timestamp"] = table["event_timestamp"] + pd.to_timedelta(np.arange(len(table)), "ms")
    for feature in view.features:
        table[feature] = np.where(rng.random(len(table)) < 0.02, np.nan, rng.normal(10, 30, len(table)).round(3))
    return _as_micros(table.sort_values("event_timestamp", kind="stable"))


def _entity_table(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """Flights in random order: origin, carrier, dest, tail number (2,512 of 336,776 null), instant asked."""
    routes, pairs = _key_pool(("origin", "dest")), _key_pool(("carrier", "origin"))
    table = routes.iloc[_skewed(len(routes), rows, rng)].reset_index(drop=True)
    carriers = pairs["carrier"].unique()
    table["carrier"] = carriers[_skewed(len(carriers), rows, rng)]
    table["tailnum"] = _key_pool(("tailnum",))["tailnum"].to_numpy()[_skewed(4_000, rows, rng)]
    table.loc[rng.random(rows) < NO_TAILNUM_ROWS / ENTITY_ROWS, "tailnum"] = None
    table["event_timestamp"] = _instants(rows, rng)
    return _as_micros(table.assign(flight_id=np.arange(rows)))


def _skewed(keys: int, rows: int, rng: np.random.Generator) -> np.ndarray:
    """Key numbers with a few busy keys and many quiet ones, as airlines and aircraft have."""
    weights = 1 / np.sqrt(np.arange(1, keys + 1))
    return rng.choice(keys, size=rows, p=weights / weights.sum())


def _instants(rows: int, rng: np.random.Generator) -> pd.Series:
    return pd.Series(START + pd.to_timedelta(rng.integers(0, YEAR_SECONDS, rows), "s"))


def _as_micros(table: pd.DataFrame) -> pd.DataFrame:
    """Timestamps in microseconds, the unit of the stores (nanoseconds would be cut there)."""
    stamps = [column for column in table if str(column).endswith("_timestamp")]
    return table.astype({column: "datetime64[us, UTC]" for column in stamps})
