"""The feature pipeline, with the place where rows are made as an argument."""

import pandas as pd

from problem.facts import Facts
from reference.systems.fti.adapters.engines.backends import Backend
from reference.systems.fti.adapters.engines.tasks import due
from reference.systems.fti.stores import FeatureStore


def refresh(store: FeatureStore, warehouse: Facts, now: pd.Timestamp, backend: Backend) -> None:
    """As FTI's own ``features.refresh``, errors included: a view that fails keeps no other from being stored."""
    failed = []
    for view, task in due(store, now):
        try:
            store.write(view, backend.rows(task, getattr(warehouse, task.table)), task.until)
        except Exception as error:
            failed.append(error)
    if failed:
        store.flush()
        raise ExceptionGroup("views could not be refreshed", failed)
