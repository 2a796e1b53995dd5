"""One process with all models.

The first model had a service, with room to spare. The second wanted the same features, so it went in beside the first:
one process to start, one log to read, one version of everything, and no answer ever crossed a wire. The third and the
fourth were then a line each in a list.
"""

from collections.abc import Sequence

from problem.several_models import DOOR, Part, demand_models


def plan_site(models: Sequence[str]) -> tuple[Part, ...]:
    """See ``problem.several_models``."""
    return (Part(DOOR, "parts.several_models.models_service", serves=demand_models(models)),)
