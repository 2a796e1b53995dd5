"""All rulers. Importing them imports the systems' libraries, which takes seconds."""

from runner.rulers import (
    Ruler,
    beliefs,
    causes,
    code,
    definitions,
    demand,
    freshness,
    monitors,
    overlap,
    price,
    request_only,
    reuse,
    row_skew,
    same_job,
    sharing,
    worlds,
)

RULERS: tuple[Ruler, ...] = (
    same_job,
    row_skew,
    monitors,
    beliefs,
    worlds,
    request_only,
    causes,
    freshness,
    definitions,
    code,
    reuse,
    overlap,
    sharing,
    demand,
    price,
)
"""In the order of the scorecard; the gate first."""
