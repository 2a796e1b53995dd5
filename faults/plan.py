"""The steps: the ground, every system put into operation, and one step a system in which all its cells are made."""

from changes.plan import GROUND, OPERATED
from faults.anatomy import ANATOMY
from runner.steps import Step

RULER = ("measure/survival.py", "measure/rows.py")
CELLS = ("anatomy", "catalogue", "cell", "healthy", "injectors", "jobs", "matrix", "other_columns", "planted", "scene",
         "writes")  # fmt: skip
SOURCES = (*(f"faults/{name}.py" for name in CELLS), "faults/work.py", "runner/workers/lives.py", *RULER)


def plan(systems: list[str]) -> dict[str, Step]:
    """All steps for these systems."""
    steps = [Step("ground", "ground", "the ground: a small world of real flights", GROUND)]
    for system in systems:
        sources = (*GROUND, *OPERATED, "runner/workers/serving.py", ANATOMY[system].package)
        title = f"{system}: put into operation"
        steps.append(Step(f"base-{system}", "base", title, sources, system, ("ground",)))
        title = f"{system}: every job under every fault"
        steps.append(Step(f"cells-{system}", "cells", title, SOURCES, system, (f"base-{system}",)))
    return {step.name: step for step in steps}
