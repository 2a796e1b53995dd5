"""The steps of the study: what each runs, which sources it depends on, and which steps come before it."""

from dataclasses import dataclass

SYSTEMS = {
    "monolith": "antipatterns/systems/monolith",
    "split": "antipatterns/systems/split",
    "fti": "reference/systems/fti",
}
CONTROLS = {
    "modular_monolith": "reference/systems/modular_monolith",
    "shared_split": "reference/systems/shared_split",
}
"""An exhibit each with one remedy and nothing else changed. The study measures what a further model costs them."""
REFRESHED = ("fti",)
"""Systems that answer from features refreshed on a schedule."""
COMPARED = (*REFRESHED, *CONTROLS)
"""FTI and the controls: held side by side in what a further model costs, measured by turns with all other systems."""
CURED = ("monolith", "split")
"""Systems whose training path sees other values than serving does, and has cures for it."""
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
    compared = CONTROLS if REFRESHED[0] in systems else {}
    cost = (*NEUTRAL, "lab/study/steps/model_costs.py", "measure/cost/reuse.py", *SYSTEMS.values(), *compared.values())
    steps = [step for system in reversed(SYSTEMS) if system in systems for step in _of_system(system)]
    turns = ",".join([*systems, *compared])
    steps.insert(2, Step(together("cost", systems), "cost", "the price of one more model", cost, turns))
    steps += _panel(systems)
    steps.append(Step("oracle", "oracle_on_fixture", "the oracle on the gate's fixture", CHECKS))
    return {step.name: step for step in sorted(steps, key=_place)}


def _place(step: Step) -> tuple[bool, bool, bool]:
    return step.alone, step.job in SHORT, step.job != "train"


def _panel(systems: list[str]) -> list[Step]:
    sources, after = (*NEUTRAL, *SYSTEMS.values()), tuple(f"train-{system}" for system in systems)
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


def _of_system(system: str) -> list[Step]:
    sources = (*NEUTRAL, SYSTEMS[system])
    checks, patched = (*CHECKS, SYSTEMS[system], *CURES), (*sources, *CURES)
    gate = "gate_cured" if system == "split" else "gate"
    trained, served = (f"train-{system}",), (f"serve-{system}",)
    causes = (
        *patched,
        *CHILDREN,
        "lab/study/steps/cause_arms.py",
        "measure/data/skew.py",
        "measure/data/table_compare.py",
    )
    ablation = Step(f"causes-{system}", "ablate", f"{system}: every cause by itself", causes, system, served)
    worlds = (*sources, "lab/study/steps/rolling_origins.py")
    mutants = (*sources, *MUTATION)
    lines = (*sources, "lab/study/steps/traced_lines.py", "measure/code/lines.py", "measure/code/sources.py")
    unread = (*sources, "lab/study/steps/unread_values.py")
    forecast = (*sources, "lab/study/steps/demand_forecast.py")
    alone = (*sources, "lab/study/steps/without_history.py")
    sweep = (*sources, "lab/study/steps/refresh_sweep.py", "lab/study/refresh_arms.py", "measure/cost/reuse.py")
    return [
        Step(f"train-{system}", "train", f"{system}: train on January to September", sources, system),
        Step(f"serve-{system}", "serve", f"{system}: serve October to December", sources, system, (f"train-{system}",)),
        Step(f"agree-{system}", "agree", f"{system}: 1,000 answers against the oracle", checks, system,
             served),
        Step(f"gate-{system}", gate, f"{system}: the gate's fixture", checks, system),
        Step(f"mutants-{system}", "mutate", f"{system}: every place changed once", mutants, system),
        Step(f"lines-{system}", "trace", f"{system}: lines by job", lines, system),
        *([ablation] if system in CURED else []),
        Step(f"worlds-{system}", "worlds", f"{system}: nine worlds", worlds, system, served),
        *([Step(f"refresh-{system}", "sweep", f"{system}: refresh intervals", sweep, system, trained),
           Step(f"unread-{system}", "unread", f"{system}: values nobody reads", unread, system, trained),
           Step(f"demand-{system}", "demand", f"{system}: the nightly demand forecast", forecast, system,
                (*trained, *served)),
           Step(f"request_only-{system}", "request_only", f"{system}: the request alone", alone, system,
                (*trained, *served))]
          if system in REFRESHED else []),
    ]  # fmt: skip
