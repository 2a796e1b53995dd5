"""A fast answer now; the better one later, for whoever fetches it or is told of it."""

PROCESSES = ("reference.serving.multi_stage.service", "reference.serving.multi_stage.second_stage")
