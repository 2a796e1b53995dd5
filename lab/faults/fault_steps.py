"""The steps: the ground, every system put into operation, and one step a system in which all its cells are made."""

from lab.changes.replay_steps import GROUND, OPERATED
from lab.faults.anatomy import anatomy
from lab.study.study_steps import Step

RULER = ("measure/data/survival.py", "measure/data/table_compare.py")
CELLS = ("anatomy", "fault_list", "fault_cell", "healthy", "injectors", "system_jobs", "matrix", "other_columns",
         "planted_defects", "scene", "writes")  # fmt: skip
SOURCES = (
    *(f"lab/faults/{name}.py" for name in CELLS),
    "lab/faults/fault_worker.py",
    "lab/study/steps/system_run.py",
    *RULER,
)


def plan(systems: list[str]) -> dict[str, Step]:
    """All steps for these systems."""
    steps = [Step("ground", "ground", "the ground: a small world of real flights", GROUND)]
    for system in systems:
        sources = (*GROUND, *OPERATED, "lab/study/steps/full_year.py", anatomy(system).package)
        title = f"{system}: put into operation"
        steps.append(Step(f"base-{system}", "base", title, sources, system, ("ground",)))
        title = f"{system}: every job under every fault"
        steps.append(Step(f"cells-{system}", "cells", title, SOURCES, system, (f"base-{system}",)))
    return {step.name: step for step in steps}
