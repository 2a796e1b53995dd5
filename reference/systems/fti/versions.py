"""Checks that what is kept, features and models, was made by the version of the features that this program has."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NoReturn

import pandas as pd
import pyarrow.parquet as pq


class VersionMismatch(RuntimeError):
    """The store or a model was made by another version of the features than this program has."""


class Refreshed(dict[str, pd.Timestamp]):
    """How far each view's history reaches; raises ``VersionMismatch`` for a view that nothing was stored in."""

    def check(self, views: Iterable[str]) -> None:
        """Raise ``VersionMismatch`` unless something was stored in each of these views."""
        for view in views:
            self[view]

    def __missing__(self, view: str) -> NoReturn:
        raise VersionMismatch(f"nothing is stored in the view {view}: run the feature pipeline first")


def check_history(part: Path, columns: Collection[str]) -> None:
    """Raise ``VersionMismatch`` unless a part of a view's history holds just these columns."""
    differing = sorted({*pq.read_schema(part).names} ^ {*columns})
    if differing:
        raise VersionMismatch(
            f"{part.parent} was stored by another version of the features (differing: {', '.join(differing)}): "
            "give the changed view a new name, or delete the store's folder and run the feature pipeline"
        )


def check_model(model: str, fitted_on: Collection[str], stored: Collection[str]) -> None:
    """Raise ``VersionMismatch`` unless every stored feature that a model was fitted on is still there."""
    gone = [feature for feature in fitted_on if feature not in stored]
    if gone:
        raise VersionMismatch(
            f"the model {model} was fitted on {', '.join(gone)}, which this feature store does not hold: "
            "fit it anew, or go back to the features it was fitted on"
        )
