"""Rates by hour: the answer that is always there."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parts.several_models.preparation import NEW_YORK
from parts.several_models.several_asked import SeveralAsked
from problem.monday import NoModel

FILE, NAME = "hourly.json", "table"
HOURS = 24


class HourlyTable:
    """``rates``: by hour of the scheduled departure in New York, the share of late flights."""

    def __init__(self, rates: Sequence[float]) -> None:
        if len(rates) != HOURS or not all(0 <= rate <= 1 for rate in rates):
            raise ValueError(f"a table by hour has {HOURS} shares from 0 to 1")
        self._rates = rates

    def answer(self, asked: SeveralAsked, why: str) -> dict[str, Any]:
        """The rate of the flight's hour, under the table's own name; all models are missing for that reason."""
        rate = self._rates[asked.scheduled_at.astimezone(NEW_YORK).hour]
        return {"prediction": {NAME: rate}, "missing": dict.fromkeys(asked.models, why), "model_version": f"{NAME}/1"}


def write_table(rates: Sequence[float], models: Path) -> None:
    """Put the rates into a folder of models; raises ``ValueError`` for what is no table."""
    HourlyTable(rates)
    (models / FILE).write_text(json.dumps([*rates]))


def read_table(models: Path) -> HourlyTable:
    """The one in a folder of models; raises ``NoModel``."""
    try:
        return HourlyTable(json.loads((models / FILE).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise NoModel(f"{models / FILE} cannot be read: publish the table with the models") from error
