"""Would you have noticed? Which watch finds which fault, how soon, and how often each rings for nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lab.patterns.watched_alarms import Alarms, Who, find_alarms
from lab.patterns.watched_arms import BAND, CUSUM, DRIFT, FLOOR, KS, PSI
from lab.patterns.watched_faults import DATA, FAULTS, Fault
from lab.patterns.watched_replays import Replay, Setting
from lab.patterns.watched_verdicts import (
    MISSED,
    compare,
    compare_limits,
    find_turn,
    judge_harm,
    judge_rules,
    make_matrix,
)
from lab.patterns.watched_year import make_year
from measure.data.comparison import Word
from problem.facts import load_facts

USUAL = Setting(300)
VOLUMES = (30, 100, 300, 900)
SHARES = (0.1, 0.33, 1.0)
EXHIBIT, WATCH, SOFTWARE = Who("set_and_forget"), Who("prediction_monitoring"), Who("normality_metrics")
SIMPLEST = Who(f"{BAND}, set")
SETS = [Who(f"{rule}, set") for rule in (PSI, KS, FLOOR, CUSUM)]
COPIES = [Who(f"{rule}, customary") for rule in (PSI, KS, FLOOR, CUSUM, DRIFT)]
FAMILIES = [Who(WATCH.name, family) for family in ("inputs", "answers", "age", "outcomes")]
FAMILIES_OF_SOFTWARE = [Who(SOFTWARE.name, family) for family in ("availability", "errors", "latency")]


DIALS = (*(Setting(each) for each in VOLUMES), *(Setting(USUAL.requests, each) for each in SHARES))


class Plan(NamedTuple):
    """``every``: of the requests, one in so many is there at all; ``settings``: the usual one first; ``faults``: those
    that are tried."""

    every: int = 1
    settings: Sequence[Setting] = tuple(dict.fromkeys((USUAL, *DIALS)))
    faults: Sequence[Fault] = FAULTS


FULL = Plan()


def measure(folder: Path, sides: Mapping[str, ModuleType], plan: Plan = FULL) -> dict[str, Any]:
    """False alarms, faults found and days until then: by rule, by kind of fault, and over the dials."""
    year = make_year(load_facts(), plan.every)
    replay = Replay(year, sides, plan.settings)
    alarms = Alarms(find_alarms(folder, replay.run(plan.faults), sides))
    usual, of_data = plan.settings[0], [fault for fault in plan.faults if fault.kind == DATA]
    rules = [EXHIBIT, SIMPLEST, *COPIES, *SETS, *FAMILIES, WATCH, SOFTWARE]
    seeing = [EXHIBIT, SIMPLEST, *FAMILIES, *FAMILIES_OF_SOFTWARE]
    compared = compare(alarms, WATCH, [EXHIBIT, SIMPLEST], plan.settings, of_data)
    found = {
        "rules": judge_rules(alarms, rules, usual, of_data),
        "matrix": make_matrix(alarms, seeing, usual, plan.faults),
        "compared": compared,
        "limits": compare_limits(alarms, [EXHIBIT, SIMPLEST, *SETS, *FAMILIES, WATCH], usual),
        "harm": judge_harm(replay.harm),
        "turns": find_turns(compared, usual),
    }
    return {"headline": tell(found), **found}


def find_turns(compared: Sequence[Mapping[str, Any]], usual: Setting) -> dict[str, dict[str, float | None]]:
    """By rival and dial, from where on all of monitoring misses less by the margin; None for nowhere."""
    missed = [row for row in compared if row["figure"] == MISSED]
    dials = {
        "requests": [row for row in missed if row["hit"] == usual.hit],
        "hit": [row for row in missed if row["requests"] == usual.requests],
    }
    return {
        rival.name: {
            dial: find_turn([row for row in rows if row["rival"] == rival.name], dial, Word.BETTER)
            for dial, rows in dials.items()
        }
        for rival in (EXHIBIT, SIMPLEST)
    }


def tell(found: Mapping[str, Any]) -> str:
    """The result in one line."""
    rows = {Who(row["who"], row["family"]): row for row in found["rules"]}
    said = [
        f"{name} {rows[who]['found']['value']:.2f} at {rows[who]['false']['value']:.1f}"
        for name, who in (("a copied band", EXHIBIT), ("a band set", SIMPLEST), ("all of monitoring", WATCH))
    ]
    turn = found["turns"][SIMPLEST.name]["requests"]
    from_on = f"from {turn} requests a day on" if turn else f"nowhere up to {max(VOLUMES)} requests a day"
    return (
        f"faults of data found beyond chance within a week, at false alarms in 30 days: {', '.join(said)}; "
        f"monitoring finds more than the band by the margin {from_on}"
    )
