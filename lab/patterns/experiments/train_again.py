"""Train again: when, and who lets it out? What every policy loses through a year with broken extracts in it."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.weekly_models import measure_models
from lab.patterns.weekly_policies import replay_policies, sum_up
from lab.patterns.weekly_turns import PAIRS, compare_pairs, find_turn


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Losses of a year by schedule, by who lets a model out, and by the share of broken extracts."""
    models = measure_models()
    trainers = {card: import_module(f"{of.__name__}.trainer").Trainer(folder / card) for card, of in sides.items()}
    years = replay_policies(models, trainers)
    compared = compare_pairs(years)
    turns = {pair: find_turn(compared, pair) for pair in PAIRS}
    return {
        "headline": tell(compared, turns),
        "policies": sum_up(years),
        "compared": compared,
        "turns": turns,
        "seconds_a_fit": models.seconds_a_fit,
    }


def tell(compared: list[dict[str, Any]], turns: Mapping[str, float | None]) -> str:
    """The result in one line."""
    season = {row["pair"]: row["value"] for row in compared if not row["rate"]}
    person, gate = (turns[f"{who} against straight out"] for who in ("person", "gate"))
    return (
        f"training every week saves {-season['weekly against never']:.3f} nats a flight against never; "
        f"a person pays from {_tell_rate(person)} broken extracts on, a gate {_tell_rate(gate)}"
    )


def _tell_rate(rate: float | None) -> str:
    return "nowhere up to 40 %" if rate is None else f"{rate:.0%}"
