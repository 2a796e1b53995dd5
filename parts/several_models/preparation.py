"""From a question to the row that a model was fitted on: codes for names, and what follows from the clock."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from parts.model_service.refusals import Refused
from parts.several_models.several_asked import SeveralAsked
from problem.monday import NoModel

FILE = "preparation.json"
NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Preparation:
    """``codes``: by category, the number that stands for each name; one that is in no table is null. ``numbers``: the
    names of the other features, in the order in which the models were fitted."""

    version: str
    codes: Mapping[str, Mapping[str, float]]
    numbers: Sequence[str]

    def prepare(self, asked: SeveralAsked) -> list[float]:
        """The row (``problem.several_models.Row``); raises ``Refused`` for a stored feature that it does not know."""
        local = asked.scheduled_at.astimezone(NEW_YORK)
        known: dict[str, float | None] = {
            **asked.stored,
            "local_hour": local.hour,
            "weekday": local.weekday(),
            "distance": asked.distance,
            "minutes_to_departure": (asked.scheduled_at - asked.asked_at).total_seconds() / 60,
        }
        if unknown := [name for name in asked.stored if name not in self.numbers]:
            raise Refused(f"no feature is called {unknown[0]}; there are: {', '.join(self.numbers)}")
        codes = [table.get(getattr(asked, name), math.nan) for name, table in self.codes.items()]
        return [*codes, *(_read_number(known.get(name)) for name in self.numbers)]


def _read_number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def write_preparation(preparation: Preparation, models: Path) -> None:
    """Put it beside the models that were fitted with it."""
    (models / FILE).write_text(json.dumps(asdict(preparation)))


def read_preparation(models: Path) -> Preparation:
    """The one in a folder of models; raises ``NoModel``."""
    try:
        return Preparation(**json.loads((models / FILE).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise NoModel(f"{models / FILE} cannot be read: release the models with their preparation") from error
