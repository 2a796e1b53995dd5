"""A process for each model, and a door that asks them at once."""

from collections.abc import Sequence

from problem.several_models import DOOR, Part, demand_models


def plan_site(models: Sequence[str]) -> tuple[Part, ...]:
    """See ``problem.several_models``."""
    names = demand_models(models)
    side_by_side = [Part(name, "parts.several_models.models_service", serves=(name,)) for name in names]
    return (*side_by_side, Part(DOOR, "reference.serving.horizontal.gateway", asks=names))
