"""Nightly jobs that die: what clean runs cost, what each step costs, and what 200 real kills cost."""

import json
import math
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lab.patterns.nightly_runs import Ended, MakesJobs, run_night
from measure.cost.rework import (
    Form,
    Part,
    cost_at,
    foresee_break_even,
    lose_a_step,
    lose_all,
    measure_break_even,
)
from measure.data.comparison import judge_difference
from measure.data.days import Estimate
from problem.nightly import NEEDS, Site, read_output

SCRIPT, BRANCHES, STEPS = "one_long_script", "too_many_pipes", "pipeline_training"
ROUNDS = 7
MARGIN = 1.1
"""Of CPU as a ratio, as in PREDICTIONS.md."""
RATES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
NEVER = 10.0
"""A break-even is recorded as at most so many deaths a run: it may be infinite, which JSON cannot hold."""
Forms = Mapping[str, MakesJobs]


def import_all(forms: Forms, folder: Path, site: Site) -> None:
    """Run each form once in this process: what it imports on the way its children have, and none pays for it."""
    for name, make in forms.items():
        make(folder / name, site).run()


def run_clean(forms: Forms, folder: Path, site: Site, rounds: int = ROUNDS) -> dict[str, list[Ended]]:
    """Each form in a home of its own, by turns, so many rounds; a first round is not counted."""
    ended: dict[str, list[Ended]] = {name: [] for name in forms}
    for _ in range(rounds + 1):
        for name, make in forms.items():
            ended[name].append(_run_afresh(make, folder / name, site))
    return {name: runs[1:] for name, runs in ended.items()}


def read_parts(folder: Path, site: Site) -> list[Part]:
    """What each step of the last run in that home took, as its own log has it; CPU seconds."""
    lines = (folder / "steps" / site.today / "took.jsonl").read_text().splitlines()
    steps = [json.loads(line) for line in lines]
    return [Part(step["wall"] + step["storing"], step["cpu"], step["storing"]) for step in steps]


def mean_parts(runs: list[list[Part]]) -> list[Part]:
    """Step by step the mean over runs."""
    return [Part(*np.mean(step, axis=0)) for step in zip(*runs, strict=True)]


def profile_steps(make: MakesJobs, folder: Path, site: Site, rounds: int) -> list[Part]:
    """The mean of so many runs; a first one is not counted."""
    runs = []
    for _ in range(rounds + 1):
        _run_afresh(make, folder, site)
        runs.append(read_parts(folder, site))
    return mean_parts(runs[1:])


def describe_parts(parts: list[Part]) -> dict[str, Any]:
    """Shares of what making all outputs costs, storing left out."""
    making = sum(part.cost for part in parts)
    return {
        "storing": sum(part.storing for part in parts) / making,
        "lost_without": lose_all(parts) / making,
        "lost_with": lose_a_step(parts) / making,
        "foreseen": min(foresee_break_even(parts), NEVER),
        "parts": [part._asdict() for part in parts],
    }


def describe_break_even(without: Form, stored: Form) -> dict[str, float]:
    """The share of dying runs from which on steps are cheaper, with the ends of its interval."""
    return {name: min(end, NEVER) for name, end in vars(measure_break_even(without, stored)).items()}


def kill_runs(
    forms: Forms, folder: Path, site: Site, lasting: Mapping[str, float], kills: Mapping[str, int], truth: Any
) -> dict[str, dict[str, Any]]:
    """Kill so many runs of each form, by turns, at moments spread evenly over how long one lasts, and start each again.

    ``died``: by run that was killed, CPU seconds of both; ``right``: how many made the ``truth`` in the end, of all.
    """
    found: dict[str, dict[str, Any]] = {name: {"died": [], "right": 0, "kills": kills[name]} for name in forms}
    for number in range(max(kills.values())):
        for name, make in forms.items():
            if number < kills[name]:
                cpu = _die_and_finish(make, folder / name, site, (number + 0.5) / kills[name] * lasting[name])
                found[name]["died"] += [cpu] if cpu else []
                found[name]["right"] += read_outputs(folder / name, site.today) == truth
    return found


def _die_and_finish(make: MakesJobs, home: Path, site: Site, after: float) -> float:
    """CPU seconds of a run that is killed after so many seconds and of the one that makes it good; 0 if it was done."""
    first = _run_afresh(make, home, site, after)
    return first.cpu + run_night(make, home, site).cpu if first.killed else 0.0


def read_outputs(home: Path, today: str) -> dict[str, Any]:
    """All outputs of a night by name, None for one that was not made."""
    return {name: read_output(home, name, today) for name in NEEDS}


def compare_rates(without: Form, stored: Form) -> list[dict[str, Any]]:
    """By rate, the CPU of steps over that of the script, with the interval of drawing the runs again, and the word."""
    random = np.random.default_rng(2013)
    drawn = [(without, stored), *((without.draw(random), stored.draw(random)) for _ in range(1_000))]
    rows = []
    for rate in RATES:
        ratios = [cost_at(steps, rate) / cost_at(script, rate) for script, steps in drawn]
        found = Estimate(ratios[0], *map(float, np.quantile(ratios[1:], [0.025, 0.975])))
        word = judge_difference(Estimate(*(math.log(ratio) for ratio in vars(found).values())), math.log(MARGIN))
        rows.append({"rate": rate, "word": word.value} | vars(found))
    return rows


def _run_afresh(make: MakesJobs, home: Path, site: Site, kill_after: float = float("inf")) -> Ended:
    shutil.rmtree(home, ignore_errors=True)
    return run_night(make, home, site, kill_after)
