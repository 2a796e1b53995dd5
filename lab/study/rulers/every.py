"""All rulers. Importing them imports the systems' libraries, which takes seconds."""

from lab.study.rulers import (
    Ruler,
    beliefs,
    between_worlds,
    causes,
    definitions,
    demand_error,
    freshness,
    model_overlap,
    monitors,
    price_panel,
    recompute,
    recorded_runs,
    row_skew,
    same_job,
    shared_features,
    skill,
    source_code,
    worth_of_history,
)

RULERS: tuple[Ruler, ...] = (
    same_job,
    row_skew,
    monitors,
    beliefs,
    skill,
    between_worlds,
    worth_of_history,
    causes,
    freshness,
    definitions,
    source_code,
    recompute,
    model_overlap,
    shared_features,
    demand_error,
    recorded_runs,
    price_panel,
)
"""In the order of the scorecard; the gate first."""
