"""A cascade: the first model at the door, the others behind it, each in a process of its own."""

from collections.abc import Sequence

from problem.several_models import DOOR, Part, demand_models


def plan_site(models: Sequence[str]) -> tuple[Part, ...]:
    """See ``problem.several_models``."""
    first, *later = demand_models(models)
    behind = [Part(name, "parts.several_models.models_service", serves=(name,)) for name in later]
    door = Part(DOOR, "reference.serving.vertical.cascade", serves=(first,), asks=tuple(later))
    return (*behind, door)
