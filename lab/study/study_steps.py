"""The steps of the study: what each runs, and which steps come before it."""

from dataclasses import replace
from typing import Any

from lab.cards import FILE
from lab.engine.step import Step
from lab.sandbox.patched_copy import CURES, list_cures
from lab.study.arm_steps import PLAIN, PRICE, TEST, plan_arms
from lab.systems import StudiedSystem, find_system, read_systems

STEPS = "lab.study.steps"
TIMED = ("cost", PLAIN, "price", PRICE, "speed_up", "weigh")
OF_EACH = ("causes", "lines", "messy", "mutants", "refits", "worlds")
OF_A_STORE = ("demand", "misplaced", "refresh", "request_only", "store_reads", "unread")
DEEP = (*OF_EACH, *OF_A_STORE, TEST, *TIMED)
"""Steps that are recorded: ``make deep`` runs them, ``make records`` those of the small arms."""
RULERS_READ = ("lab/study/records", "lab/study/scorecard_questions.toml")
"""What steps that apply rulers read besides the output of other steps."""
OTHER_RECORDS = ("lab/changes/records", "lab/changes/requests", "lab/faults/records")
"""Records of runs that are no part of the study, and what they are about."""
LATER = ("cost_again", "measure_code", "mutants_again")
"""What is run again of records, and what rests on it: behind the steps that answer the first questions."""
SHORT = ("agree", "gate", "lines", "oracle", "unread")
"""Steps of half a minute at the most. They come last, so that neither core idles for long at the end."""


def is_deep(step: Step) -> bool:
    """Whether it takes too long for every study."""
    return step.name.partition("-")[0] in DEEP


def is_timed(step: Step) -> bool:
    """Whether what it measures is time, so that nothing else may use the machine."""
    return step.name.partition("-")[0] in TIMED


def plan_all(systems: list[str]) -> list[Step]:
    """All steps for these systems, in an order in which they can run: what others wait for first, short ones last."""
    studied = [find_system(name) for name in systems]
    by_length = sorted(reversed(studied), key=lambda system: system.has_store)  # the first answers come soon
    steps = [step for system in by_length for step in _plan_system(system)]
    steps += [
        _plan_turns("cost", "model_costs:measure_costs", "the price of one more model", systems, alone=True),
        _plan_turns("cost_again", "model_costs:measure_one_round", "one more model, one round", systems),
        _plan_code(systems),
        *_plan_prices(systems),
        Step("oracle", f"{STEPS}.gate_answers:ask_oracle", "the oracle on the gate's fixture"),
    ]
    return sorted(steps, key=_rank_step)


def name_together(job: str, systems: list[str]) -> str:
    """The name of a step that measures its systems by turns: each choice of them is a measurement of its own."""
    return "-".join([job, *systems])


def _plan_code(systems: list[str]) -> Step:
    """What is measured of code and its price, behind the mutants and the rounds that it rests on."""
    of_each = [f"{job}-{system}" for job in ("mutants", "mutants_again") for system in systems]
    after = (*of_each, *(name_together(job, systems) for job in ("cost", "cost_again")))
    step = _plan_turns("measure_code", "early_rows:measure_code", "figures of code", systems, after=after)
    text = [file for name in systems for file in find_system(name).text]
    cards = [f"{system.folder}/{FILE}" for system in read_systems().values()]  # who competes is looked up among all
    return replace(step, data=(*step.data, *text, *cards, *RULERS_READ, *OTHER_RECORDS))


def _rank_step(step: Step) -> tuple[bool, bool, bool]:
    kind = step.name.partition("-")[0]
    return step.alone, kind in SHORT, kind in LATER


def _plan_prices(systems: list[str]) -> list[Step]:
    after = tuple(f"train-{system}" for system in systems)
    return [
        _plan_turns(
            "weigh", "stage_prices:weigh_stages", "memory and CPU of every stage", systems, after=after, alone=True
        ),
        _plan_turns(
            "price", "stage_prices:time_answers", "first answers and latency", systems, after=after, alone=True
        ),
        _plan_turns("speed_up", "second_worker:speed_up", "a second worker for features", systems, alone=True),
    ]


def _plan_turns(job: str, call: str, title: str, systems: list[str], **more: Any) -> Step:
    studied = [find_system(name) for name in systems]
    loads = tuple(module for system in studied for module in system.modules)
    data = tuple(file for system in studied for file in system.data)
    names = {"names": ",".join(systems)}
    return Step(name_together(job, systems), f"{STEPS}.{call}", title, names, loads=loads, data=data, **more)


def _plan_system(system: StudiedSystem) -> list[Step]:
    name = system.name
    trained, served = (f"train-{name}",), (f"serve-{name}",)
    both = (*trained, *served)
    cures = tuple(f"{CURES}/{patch.name}" for patch in list_cures(name))
    text = {"data": system.text}
    """Steps that read the code as text depend on its comments too."""
    copied = {"data": (*system.data, *cures)}
    measured = (*both, f"simple-{name}", *([f"causes-{name}"] if system.ablated else []))
    read = (*system.data, *RULERS_READ)
    causes = _plan_step(system, "causes", "cause_arms:ablate_causes", "every cause by itself", after=served, **copied)
    messy = "messy_store" if system.has_store else "messy_world"
    gate = ("answer_fixture_cured", copied) if system.gate_cured else ("answer_fixture", {})
    return [
        _plan_step(system, "train", "full_year:train", "train on January to September"),
        _plan_step(system, "serve", "full_year:serve", "serve October to December", after=trained),
        _plan_step(
            system, "agree", "gate_answers:compare_with_oracle", "1,000 answers against the oracle", after=served
        ),
        _plan_step(system, "simple", "simple_answers:answer_simply", "constant, table, logistic", after=both),
        _plan_step(system, "gate", f"gate_answers:{gate[0]}", "the gate's fixture", **gate[1]),
        _plan_step(system, "mutants", "mutant_outcomes:run_all_mutants", "every place changed once", **text),
        _plan_step(system, "mutants_again", "mutant_outcomes:run_sample", "some places changed once", **text),
        _plan_step(system, "lines", "gate_answers:trace_lines", "lines by job", **text),
        _plan_step(system, "measure", "early_rows:measure_system", "first figures", after=measured, data=read),
        *([causes] if system.ablated else []),
        _plan_step(system, "messy", f"{messy}:live_in_messy_worlds", "a messy world", after=trained),
        _plan_step(system, "worlds", "rolling_origins:train_worlds", "nine worlds", after=served),
        _plan_step(system, "refits", "refits:fit_again", "models on other weeks", after=both),
        *(_plan_store(system, trained, both) if system.has_store else []),
        *plan_arms(system),
    ]


def _plan_store(system: StudiedSystem, trained: tuple[str, ...], both: tuple[str, ...]) -> list[Step]:
    agreed = (*trained, f"agree-{system.name}")
    return [
        _plan_step(system, "refresh", "refresh_sweep:sweep_intervals", "refresh intervals", after=agreed),
        _plan_step(system, "store_reads", "store_reads:read_in_five_ways", "five reads of the store", after=both),
        _plan_step(system, "unread", "unread_values:count_unread", "values nobody reads", after=trained),
        _plan_step(system, "demand", "demand_forecast:forecast_demand", "the nightly demand forecast", after=both),
        _plan_step(system, "request_only", "without_history:answer_without_history", "the request alone", after=both),
        _plan_step(system, "misplaced", "misplaced:misplace", "a transformation misplaced", after=both),
    ]


def _plan_step(system: StudiedSystem, job: str, call: str, title: str, **more: Any) -> Step:
    depends = {"loads": system.modules, "data": system.data}
    name = f"{job}-{system.name}"
    return Step(name, f"{STEPS}.{call}", f"{system.name}: {title}", {"name": system.name}, **depends | more)
