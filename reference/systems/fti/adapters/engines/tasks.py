"""What the feature pipeline has to do, told as tasks that can be done anywhere."""

from collections.abc import Iterator

import pandas as pd

from reference.systems.fti.adapters.engines.partitions import Task
from reference.systems.fti.feature_repo.definitions import COLUMNS
from reference.systems.fti.features import BEGINNING, VIEWS
from reference.systems.fti.schedule import last_refresh
from reference.systems.fti.stores import FeatureStore

TABLES = {
    "origin_departures": "departures",
    "carrier_landings": "landings",
    "route_landings": "landings",
    "aircraft_landings": "landings",
    "weather": "weather",
    "aircraft": "planes",
}
"""The table of ``Facts`` that each view's function reads. One that reads another fails, see ``partitions.alone``."""


def task(view: str, every: str, after: pd.Timestamp, until: pd.Timestamp) -> Task:
    """The rows of a view at its refreshes in ``(after, until]``."""
    keys = tuple(entity.join_key for entity in COLUMNS[view][0])
    return Task(view, VIEWS[view], TABLES[view], keys, every, after, until)


def due(store: FeatureStore, now: pd.Timestamp) -> Iterator[tuple[str, Task]]:
    """The views whose rows are missing up to ``now``."""
    for view, every in store.schedules.items():
        after = store.refreshed.get(view, BEGINNING)
        until = last_refresh(pd.DatetimeIndex([now]), every)[0]
        if until > after:
            yield view, task(view, every, after, until)
