"""Search for settings: what each way finds for its work, and what looks at the test rows do to the report."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lab.patterns.search_looks import WINDOWS, compare_guides, replay_looks, sum_up_looks
from lab.patterns.search_table import Table, measure_beside, measure_table
from lab.patterns.search_turns import compare_ways, estimate_difference
from lab.patterns.search_ways import BUDGETS, RANDOM, TPE, Trail, choose_all, list_ways, replay_ways
from lab.patterns.weekly_models import make_year
from measure.data.comparison import Word
from measure.data.days import Estimate
from problem.search import GRID, STUDY


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Losses of all settings, ways through them by work, optimism by looks; ``folder`` is not used."""
    year = make_year()
    table = measure_table(year)
    ways = list_ways({card: import_module(f"{side.__name__}.searcher").Searcher for card, side in sides.items()})
    trails = replay_ways(table, ways)
    chosen = choose_all(table, trails)
    compared, replayed = compare_ways(table, chosen), replay_looks(table, ways)
    guides = compare_guides(table, replayed)
    return {
        "headline": tell(compared, guides),
        "table": table.to_json(),
        "beside": measure_beside(table, year),
        "found": {way: {budget: _mean_fresh(table, chosen[way, budget]) for budget in BUDGETS} for way in trails},
        "hindsight": vars(estimate_difference(table, [int(table.fresh.argmin())], [GRID.index(STUDY)])),
        "compared": compared,
        "reports": sum_up_looks(table, replayed),
        "guides": guides,
        "thinking": _measure_thinking(table, trails),
    }


def tell(compared: list[dict[str, Any]], guides: list[dict[str, Any]]) -> str:
    """The result in one line."""
    apart = [row["budget"] for row in compared if row["pair"] == f"{TPE} against {RANDOM}" and _differ(row)]
    said = f"TPE and random differ after {apart} fits" if apart else "TPE and random differ nowhere"
    last = {(row["what"], row["days"]): row for row in guides if row["tries"] == len(GRID)}
    looks = [f"{_estimate(last['optimism', days])} nats on {days} days" for days in WINDOWS]
    choice = last["choice", WINDOWS[-1]]
    worse = f"settings chosen by {WINDOWS[-1]} of them lose {_estimate(choice)} ({choice['word']})"
    return f"{said}; {len(GRID)} looks at the test rows make a report too good by {', '.join(looks)}; {worse}"


def _differ(row: Mapping[str, Any]) -> bool:
    return row["word"] in (Word.BETTER, Word.WORSE)


def _estimate(row: Mapping[str, Any]) -> Estimate:
    return Estimate(row["value"], row["low"], row["high"])


def _mean_fresh(table: Table, chosen: list[int]) -> float:
    return float(table.fresh[chosen].mean())


def _measure_thinking(table: Table, trails: Mapping[str, list[Trail]]) -> dict[str, Any]:
    """By way, CPU seconds that proposing takes over those of all fits; and how well work stands for CPU."""
    fits = float(table.seconds.sum())
    shares = {way: float(np.mean([trail.seconds for trail in of])) / fits for way, of in trails.items()}
    return {"share": shares, "correlation": float(np.corrcoef(table.work, table.seconds)[0, 1])}
