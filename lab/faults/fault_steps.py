"""The steps: what the replay stands on, and one step for each system in which all its cells are made."""

from lab.changes.replay_steps import plan_base
from lab.engine.step import Step
from lab.systems import find_system


def plan_faults(systems: list[str]) -> list[Step]:
    """All steps for these systems."""
    return [*plan_base(systems), *map(_plan_cells, systems)]


def _plan_cells(name: str) -> Step:
    system = find_system(name)
    adapters = (f"{system.package}.adapters.study",) if system.adapter("study") else ()
    loads, data = (*system.modules, *adapters), system.text
    title = f"{name}: every job under every fault"
    return Step(
        f"cells-{name}",
        "lab.faults.fault_worker:make_cells",
        title,
        {"system": name},
        (f"base-{name}",),
        loads=loads,
        data=data,
    )
