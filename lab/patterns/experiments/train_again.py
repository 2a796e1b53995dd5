"""Train again: when, and who lets it out? What every policy loses through a year with broken extracts in it."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.weekly_models import FIRST, make_year, measure_ages, measure_beside, measure_models
from lab.patterns.weekly_policies import RATES, count_released, replay_policies, sum_up
from lab.patterns.weekly_turns import PAIRS, Turn, compare_pairs, find_turn
from measure.data.comparison import Word
from measure.data.days import Estimate


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Losses of a year by schedule, by who lets a model out, and by the share of broken extracts."""
    year = make_year()
    models = measure_models(year)
    trainers = {card: import_module(f"{of.__name__}.trainer").Trainer(folder / card) for card, of in sides.items()}
    years = replay_policies(models, trainers)
    compared = compare_pairs(years, models.flights[FIRST:])
    turns = {pair: find_turn(compared, pair) for pair in PAIRS}
    return {
        "headline": tell(compared, turns),
        "policies": sum_up(years),
        "compared": compared,
        "turns": {pair: turn._asdict() for pair, turn in turns.items()},
        "ages": measure_ages(models),
        "beside": measure_beside(models, year),
        "released": count_released(models, {name: trainers[name] for name in ("batch_training", "train_then_serve")}),
        "seconds_a_fit": models.seconds_a_fit,
    }


def tell(compared: list[dict[str, Any]], turns: Mapping[str, Turn]) -> str:
    """The result in one line."""
    never = next(row for row in compared if row["pair"] == "never against weekly" and not row["rate"])
    said = [f"{who} pays {_tell_turn(turns[f'{who} against straight out'])}" for who in ("person", "gate")]
    saved = Estimate(never["value"], never["low"], never["high"])
    return f"training every week saves {saved} nats a flight against never; a {said[0]}; a {said[1]}"


def _tell_turn(turn: Turn) -> str:
    return f"from {turn.at:.0%} broken extracts on" if turn.last == Word.BETTER else f"nowhere up to {max(RATES):.0%}"
