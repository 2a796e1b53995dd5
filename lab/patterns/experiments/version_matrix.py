"""Versions that do not meet: models of ten environments, loaded and asked in each of the ten."""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from lab.patterns.environments import ENVIRONMENTS, measure_sizes
from lab.patterns.version_cells import (
    count_outcomes,
    find_silent,
    find_turn,
    pack_cells,
    run_matrix,
    share_alike,
    share_needless,
    write_months,
)
from lab.patterns.version_worker import DIFFERS, REFUSED

DATA = ("lab/patterns/locks",)
EXHIBIT, LOCK = "version_mismatch", "one_lock"


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """All cells with their words; shares of outcomes by distance and by pipeline; where the verdict turns."""
    write_months(folder)
    cells = run_matrix(folder, {card: side.__name__ for card, side in sides.items()})
    apart = cells[cells["distance"] != 0]
    return {
        "headline": tell(apart),
        "environments": [each.name for each in ENVIRONMENTS],
        "cells": pack_cells(cells),
        "by_side": count_outcomes(apart, ["side"]),
        "by_distance": count_outcomes(cells, ["side", "distance"]),
        "by_pipeline": count_outcomes(apart, ["side", "pipeline"]),
        "silent": find_silent(cells),
        "turns": {side: find_turn(cells, side) for side in sides},
        "needless": share_needless(cells, LOCK, EXHIBIT),
        "bytes": measure_sizes(),
    }


def tell(apart: pd.DataFrame) -> str:
    """The result in one line, of pairs from two releases."""
    exhibit = apart[apart["side"] == EXHIBIT]
    differs = exhibit[exhibit["outcome"] == DIFFERS]
    refused = (exhibit["outcome"] == REFUSED).mean()
    alike = f"answers equally in {share_alike(exhibit):.0%} of {len(exhibit)} cells, is refused in {refused:.0%}"
    said = f"in another release a pickle {alike}"
    return f"{said}, differs without an error in {len(differs)} (up to {differs['flips'].max():.1%} of decisions)"
