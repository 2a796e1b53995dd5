"""Preparation and prediction as two processes, each with the versions and the packages that it needs."""

from collections.abc import Sequence

from problem.several_models import DOOR, Part, demand_models

PREDICTING = "predicting"


def plan_site(models: Sequence[str]) -> tuple[Part, ...]:
    """See ``problem.several_models``."""
    names = demand_models(models)
    return (
        Part(PREDICTING, "reference.serving.prep_pred.predicting", serves=names),
        Part(DOOR, "reference.serving.prep_pred.preparing", asks=(PREDICTING,)),
    )
