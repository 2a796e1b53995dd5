"""The steps of the study: what each runs, which sources it depends on, and which steps come before it."""

from dataclasses import dataclass

from lab.systems import compared, controls, find_system

NEUTRAL = ("problem", "lab/study/steps/full_year.py", "lab/sandbox/installations.py", "requirements.lock")
MUTATION = (
    *(f"lab/study/steps/{name}.py" for name in ("mutant_outcomes", "system_run", "small_world", "awkward_situations")),
    "lab/engine/isolation.py",
    *(f"measure/code/{name}.py" for name in ("mutants", "operators", "effect", "mutation_sites")),
    "measure/data/table_compare.py",
)
CHILDREN = ("lab/engine/isolation.py", "lab/study/steps/system_run.py")
CHECKS = (*NEUTRAL, "lab/study/steps/gate_answers.py")
CURES = ("lab/changes/cures", "lab/sandbox/cured_code.py")
SHORT = ("agree", "gate", "gate_cured", "oracle_on_fixture", "trace", "unread")
"""Jobs of half a minute at the most. They come last, so that neither core idles for long at the end."""


@dataclass(frozen=True)
class Step:
    """One piece of work: ``job`` names a worker in ``lab.study.study_worker``, ``system`` is its argument, if any.

    A step that measures wall time runs ``alone``.
    """

    name: str
    job: str
    title: str
    sources: tuple[str, ...]
    system: str = ""
    after: tuple[str, ...] = ()
    alone: bool = False


def plan(systems: list[str]) -> dict[str, Step]:
    """All steps for these systems, in an order in which they can run: what others wait for first, short ones last."""
    beside = controls() if any(find_system(name).has_store for name in systems) else []
    folders = [find_system(name).folder for name in (*compared(), *beside)]
    cost = (*NEUTRAL, "lab/study/steps/model_costs.py", "measure/cost/reuse.py", *folders)
    steps = [step for name in reversed(compared()) if name in systems for step in _of_system(name)]
    turns = ",".join([*systems, *beside])
    steps.insert(2, Step(together("cost", systems), "cost", "the price of one more model", cost, turns))
    steps += _panel(systems)
    steps.append(Step("oracle", "oracle_on_fixture", "the oracle on the gate's fixture", CHECKS))
    return {step.name: step for step in sorted(steps, key=_place)}


def _place(step: Step) -> tuple[bool, bool, bool]:
    return step.alone, step.job in SHORT, step.job != "train"


def _panel(systems: list[str]) -> list[Step]:
    sources, after = (
        (*NEUTRAL, *(find_system(name).folder for name in compared())),
        tuple(f"train-{system}" for system in systems),
    )
    stages = (*sources, *(f"lab/study/steps/{name}.py" for name in ("stage_prices", "stage_work", "method_clock")),
              "lab/engine/isolation.py",
              "measure/cost/footprint.py")  # fmt: skip
    second = (*sources, "lab/study/steps/second_worker.py", "lab/study/steps/model_costs.py")
    every = ",".join(systems)
    return [
        Step(together("weigh", systems), "weigh", "memory and CPU of every stage", stages, every, after),
        Step(together("price", systems), "price", "first answers and latency", stages, every, after, alone=True),
        Step(together("speed_up", systems), "speed_up", "a second worker for features", second, every, alone=True),
    ]


def together(job: str, systems: list[str]) -> str:
    """The name of a step that measures its systems by turns: each choice of them is a measurement of its own."""
    return "-".join([job, *systems])


def _of_system(name: str) -> list[Step]:
    of = find_system(name)
    sources = (*NEUTRAL, of.folder)
    checks, patched = (*CHECKS, of.folder, *CURES), (*sources, *CURES)
    gate = "gate_cured" if of.gate_cured else "gate"
    trained, served = (f"train-{name}",), (f"serve-{name}",)
    causes = (
        *patched,
        *CHILDREN,
        "lab/study/steps/cause_arms.py",
        "measure/data/skew.py",
        "measure/data/table_compare.py",
    )
    ablation = Step(f"causes-{name}", "ablate", f"{name}: every cause by itself", causes, name, served)
    worlds = (*sources, "lab/study/steps/rolling_origins.py")
    mutants = (*sources, *MUTATION)
    lines = (*sources, "lab/study/steps/traced_lines.py", "measure/code/lines.py", "measure/code/sources.py")
    unread = (*sources, "lab/study/steps/unread_values.py")
    forecast = (*sources, "lab/study/steps/demand_forecast.py")
    alone = (*sources, "lab/study/steps/without_history.py")
    sweep = (*sources, "lab/study/steps/refresh_sweep.py", "lab/study/refresh_arms.py", "measure/cost/reuse.py")
    return [
        Step(f"train-{name}", "train", f"{name}: train on January to September", sources, name),
        Step(f"serve-{name}", "serve", f"{name}: serve October to December", sources, name, (f"train-{name}",)),
        Step(f"agree-{name}", "agree", f"{name}: 1,000 answers against the oracle", checks, name,
             served),
        Step(f"gate-{name}", gate, f"{name}: the gate's fixture", checks, name),
        Step(f"mutants-{name}", "mutate", f"{name}: every place changed once", mutants, name),
        Step(f"lines-{name}", "trace", f"{name}: lines by job", lines, name),
        *([ablation] if of.ablated else []),
        Step(f"worlds-{name}", "worlds", f"{name}: nine worlds", worlds, name, served),
        *([Step(f"refresh-{name}", "sweep", f"{name}: refresh intervals", sweep, name, trained),
           Step(f"unread-{name}", "unread", f"{name}: values nobody reads", unread, name, trained),
           Step(f"demand-{name}", "demand", f"{name}: the nightly demand forecast", forecast, name,
                (*trained, *served)),
           Step(f"request_only-{name}", "request_only", f"{name}: the request alone", alone, name,
                (*trained, *served))]
          if of.has_store else []),
    ]  # fmt: skip
