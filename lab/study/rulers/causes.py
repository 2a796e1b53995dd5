"""The cause ablation on the study's results."""

from collections.abc import Iterator
from pathlib import Path

from lab.sandbox.patched_copy import list_cures
from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_absent, make_row
from lab.study.steps.cause_arms import ALL, LEFT, NONE, list_arms
from lab.study.steps.cause_arms import CURED as ALONE
from lab.systems import find_system
from measure.data import ablation
from measure.data.ablation import FIGURES, Ablation, Effect


def rows(results: Results) -> Iterator[Row]:
    """Every arm's rows that differ, gap, flips and harm; and why there is nothing to ablate in the others."""
    for name in results.systems:
        if not find_system(name).ablated:
            modes, reason = find_system(name).modes, explain_no_ablation(name)
            yield from (make_absent(f"cause_{key}", name, mode, reason) for key in FIGURES for mode in modes)
            continue
        found = read_ablation(results, name)
        for part, effect in list_parts(name, found).items():
            for key in FIGURES:
                yield make_row(f"cause_{key}", name, find_system(name).modes[0], getattr(effect, key), part=part)


def explain_no_ablation(name: str) -> str:
    """Why a system has no causes to take away one by one."""
    if not list_cures(name):
        return "it has no marked cause: both sides call the same functions on the same rows"
    return "its one cause, the last refresh, makes features old, not different: see the refresh sweep"


def draw(results: Results, folder: Path) -> None:
    """A figure a system: every cause left alone, between all cures and none."""
    for name in (name for name in results.systems if find_system(name).ablated):
        found = list_parts(name, read_ablation(results, name))
        shown = {part: effect for part, effect in found.items() if not part.startswith(ALONE)}
        ablation.draw(shown, name, folder / f"causes_{name}.png", ("gap", "harm"))


def read_ablation(results: Results, name: str) -> Ablation:
    """The ablation of one system; its arms as ``lab.study.steps.cause_arms`` names them."""
    table = results.table(f"causes-{name}", "arms")
    tables = {str(arm): rows.reset_index(drop=True) for arm, rows in table.groupby("arm", sort=False)}
    return ablation.ablation(tables, NONE, ALL)


def list_parts(name: str, found: Ablation) -> dict[str, Effect]:
    """Arms as they are, and for every cure alone what it saved; of two names for one choice of cures both."""
    measured = {tuple(patches): arm for arm, patches in list_arms(name).items() if arm in found.arms}
    named = {arm: measured[tuple(patches)] for arm, patches in list_arms(name).items()}
    left = {arm: found.arms[named[arm]] for arm in named if arm.startswith(LEFT)}
    saved = {arm: found.saved[named[arm]] for arm in named if arm.startswith(ALONE)}
    return {NONE: found.arms[NONE], **left, ALL: found.arms[ALL], **saved}
