"""Figures of one system on its libraries and on plain files, round by round, and their ratios."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from lab.study.arm_steps import BESIDE
from lab.study.scorecard_rows import EVERY, Row, make_spread
from lab.study.steps.model_costs import PIPELINE
from lab.study.steps.plain_arms import FILES, LIBRARIES, LIVE

MB = 1e6
FIRST, FURTHER = "first model", "further model"
Costs = Mapping[tuple[str, str], pd.DataFrame]
"""By (arm, mode), a row a round: CPU seconds of the first model, with all that is paid before it, and of a further."""


class Figure(NamedTuple):
    """A ``column`` of a ``table`` of the step, in so many (``unit``) of what the scorecard's ``key`` is in."""

    key: str
    part: str
    table: str
    column: str
    mode: str = EVERY
    unit: float = 1.0


FIGURES = (
    Figure("plain_start", "first answer", "answers", "first"),
    Figure("plain_start", "CPU of imports", "imports", "cpu"),
    Figure("plain_latency", "p50", "answers", "p50", LIVE),
    Figure("plain_latency", "p99", "answers", "p99", LIVE),
    Figure("plain_packages", "packages", "imports", "packages"),
    Figure("plain_loaded", "bytes of libraries", "imports", "bytes", EVERY, MB),
)
"""What is measured from cold starts, in both arms."""


def list_figures(name: str, tables: Mapping[str, pd.DataFrame]) -> Iterator[Row]:
    """``FIGURES`` of both arms, and their ratios."""
    for figure in FIGURES:
        rounds = tables[figure.table].pivot(index="round", columns="arm", values=figure.column) / figure.unit
        for arm in (LIBRARIES, FILES):
            part = f"{arm}, {figure.part}"
            yield make_spread(figure.key, name, figure.mode, rounds[arm], _note(rounds[arm]), part)
        yield make_ratio(name, figure.mode, rounds[FILES] / rounds[LIBRARIES], figure.part)


def list_model_costs(table: pd.DataFrame) -> Costs:
    """CPU seconds of models from the step's ``cost`` table."""
    table = table.assign(kind=[FIRST if number < 2 else FURTHER for number in table["number"]])
    assert (table.loc[table["number"] == 0, "stage"] == PIPELINE).all()
    stages = table.groupby(["arm", "mode", "round", "kind"])["seconds"]
    # All that comes before the second model is the first one's; of further ones, what each costs.
    costs = pd.DataFrame({"sum": stages.sum(), "mean": stages.mean()}).unstack("kind")
    both = pd.DataFrame({FIRST: costs["sum", FIRST], FURTHER: costs["mean", FURTHER]})
    return {(str(arm), str(mode)): of.droplevel(["arm", "mode"]) for (arm, mode), of in both.groupby(["arm", "mode"])}


def compare_models(name: str, costs: Costs) -> Iterator[Row]:
    """Ratios of models' CPU: between arms, beside the control, and of a further model to the first."""
    for (arm, mode), own in costs.items():
        yield make_ratio(name, mode, own[FURTHER] / own[FIRST], f"further over first, {arm}")
        for rival in (LIBRARIES, BESIDE):
            if arm not in (rival, BESIDE) and (rival, mode) in costs:
                for kind in (FIRST, FURTHER):
                    yield make_ratio(name, mode, own[kind] / costs[rival, mode][kind], f"{kind}, {arm} over {rival}")


def make_ratio(name: str, mode: str, rounds: pd.Series, part: str) -> Row:
    """The line of a ratio taken within each round."""
    return make_spread("plain_ratio", name, mode, rounds, _note(rounds), part)


def _note(rounds: pd.Series) -> str:
    return f"low and high are the extremes of {len(rounds)} rounds"
