"""A toy table of features for the tests of rulers."""

import numpy as np
import pandas as pd


def table(rows: int = 400) -> pd.DataFrame:
    """Numbers with nulls, counts, text, truth values, instants and predictions, by ``flight_id``; always the same."""
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "flight_id": np.arange(rows),
            "delay": np.where(np.arange(rows) % 7 == 0, np.nan, random.normal(0, 30, rows)),
            "count": random.integers(0, 9, rows),
            "carrier": random.choice(["AA", "UA"], rows),
            "rainy": random.random(rows) < 0.5,
            "seen_at": pd.Timestamp("2013-10-01", tz="UTC") + pd.to_timedelta(np.arange(rows), unit="min"),
            "prediction": random.random(rows),
            "seats": random.integers(20, 300, rows),
        }
    )
