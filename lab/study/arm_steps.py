"""The steps of the small arms: a replay test in a system's CI, and a system on plain files instead of libraries.

Both stand among a system's adapters. They are no columns of the study; what they come to stands beside their system.
"""

from lab.engine.step import Step
from lab.engine.workspace import REPOSITORY
from lab.sandbox.patched_copy import CURES, list_cures
from lab.systems import ADAPTERS, StudiedSystem, find_system

TEST = "replay_test"
"""The adapter that is such a test: ``replay`` gives the vectors of both sides, ``find_differing`` compares them."""
PLAIN = "plain_files"
"""The adapter with other files for some of the system's own, under the same names."""
BESIDE = "modular_monolith"
"""A control without a store: what does a further model cost there?"""
REQUESTS = "lab/changes/requests"


PRICE = "replay_price"
JOBS = (TEST, PRICE, PLAIN)
"""What the steps of the small arms are called, before the system's name."""


def is_of_arm(step: Step) -> bool:
    """Whether it belongs to a small arm."""
    return step.name.partition("-")[0] in JOBS


def has_adapter(system: StudiedSystem, name: str) -> bool:
    """Whether there is a module or a package of that name among the system's adapters."""
    folder = REPOSITORY / system.folder / ADAPTERS
    return (folder / f"{name}.py").exists() or (folder / name).is_dir()


def plan_arms(system: StudiedSystem) -> list[Step]:
    """The steps of the arms that a system has."""
    own = f"{system.package}.{ADAPTERS}"
    steps = []
    if has_adapter(system, TEST):
        cures = (f"{CURES}/{cure.name}" for cure in list_cures(system.name))
        reads = {"loads": (*system.modules, f"{own}.{TEST}"), "data": (*system.text, *system.data, *cures, REQUESTS)}
        steps += [
            _plan(system, TEST, "replay_catches:catch_changes", "what its replay test catches", **reads),
            _plan(system, PRICE, "replay_price:price_test", "the price of its test", alone=True, **reads),
        ]
    if has_adapter(system, PLAIN):
        control = find_system(BESIDE)
        loads = (*system.modules, f"{own}.{PLAIN}", *control.modules)
        reads = {"loads": loads, "data": (*system.data, *control.data)}
        call = "without_libraries:compare_arms"
        steps.append(_plan(system, PLAIN, call, "on plain files, by turns", alone=True, **reads))
    return steps


def _plan(system: StudiedSystem, job: str, call: str, title: str, **more: object) -> Step:
    name, call = system.name, f"lab.study.steps.{call}"
    return Step(f"{job}-{name}", call, f"{name}: {title}", {"name": name}, **more)  # type: ignore[arg-type]
