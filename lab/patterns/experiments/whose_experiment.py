"""Whose experiment is it? Twenty-four training runs made again, from what each way to keep them still knows."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.rerun_curve import LEVELS, PAIRS, Outcome, compare_keepers, find_turn, sum_up
from lab.patterns.rerun_plan import Planned, Warehouse, plan_runs
from lab.patterns.reruns import (
    ALIKE,
    Extracts,
    Ingredients,
    Made,
    Maker,
    compare,
    describe_run,
    fill_in,
    omit_one,
    remember,
    use_all,
)
from problem.reruns import Keeper, Run

DATA = ("lab/patterns/locks", "lab/patterns/rerun_commits.txt")
AGES = (0, 1, 3, 6, 12)
"""How many runs later somebody comes back."""
EVERY_OTHER = 3
"""One run in so many loses one ingredient at a time."""


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Shares of runs that are equal by keeper and age, each ingredient left out, and what moves along the path lose."""
    plan, extracts, maker = plan_runs(), Extracts(Warehouse(), folder), Maker(folder)
    used = [use_all(each, extracts) for each in plan]
    first = maker.make(used)
    again = maker.make(used, anew=True)
    runs = [describe_run(each, of, first[of]) for each, of in zip(plan, used, strict=True)]
    keepers = open_keepers(folder, sides)
    outcomes = follow(keepers, plan, runs, extracts, maker)
    compared = {level: compare_keepers(outcomes, level) for level in LEVELS[:2]}
    whole = {level: sum(compare(again[of], first[of])[level] for of in used) for level in LEVELS}
    return {
        "headline": tell(outcomes, whole["model"], len(runs)),
        "runs": [list_run(*each, first) for each in zip(plan, used, strict=True)],
        "everything_recorded": whole,
        "curve": sum_up(outcomes),
        "compared": [row for rows in compared.values() for row in rows],
        "turns": {
            level: {f"{own} against {rival}": find_turn(rows, f"{own} against {rival}") for own, rival in PAIRS}
            for level, rows in compared.items()
        },
        "omitted": omit(plan, used, first, extracts, maker),
        "moves": move_along(folder, sides, keepers, runs),
        "bytes_a_run": {name: measure_bytes(folder / name) // len(runs) for name in keepers},
    }


def open_keepers(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """By name, each with an empty folder; the page keeps what the table keeps."""
    exhibit, path = (sides[name].__name__ for name in ("only_me", "experiment_tracking"))
    modules = {"only me": f"{exhibit}.keeper", **{name: f"{path}.{name}" for name in ("sheet", "table", "tool")}}
    return {name: import_module(module).Keeper(folder / name) for name, module in modules.items()}


def follow(
    keepers: Mapping[str, Keeper], plan: Sequence[Planned], runs: Sequence[Run], extracts: Extracts, maker: Maker
) -> list[Outcome]:
    """Make every run again from every keeper's recipe, at each age."""
    recipes = remember(keepers, runs, AGES)
    wanted = {key: fill_in(recipe, plan[key[1] + key[2]], extracts) for key, recipe in recipes.items()}
    made = maker.make(wanted.values())
    first = [made_of(each, extracts, maker) for each in plan]
    return [
        Outcome(*key, compare(made[of], first[key[1]]), abs(made[of].metric - first[key[1]].metric))
        for key, of in wanted.items()
    ]


def made_of(planned: Planned, extracts: Extracts, maker: Maker) -> Made:
    """What came out of a run on its own day."""
    return maker.made[use_all(planned, extracts)]


def omit(
    plan: Sequence[Planned],
    used: Sequence[Ingredients],
    first: Mapping[Ingredients, Made],
    extracts: Extracts,
    maker: Maker,
) -> list[dict[str, Any]]:
    """By ingredient: of some runs, how many are equal when it alone is as it is in the end; those are really made."""
    chosen = range(0, len(plan) - 1, EVERY_OTHER)
    without = {at: omit_one(used[at], used[-1], extracts.of(plan[at].day, plan[-1].day)) for at in chosen}
    made = maker.make(of for each in without.values() for of in each.values())
    rows = []
    for name in next(iter(without.values())):
        moved = [at for at in chosen if without[at][name] != used[at]]
        equal = [compare(made[without[at][name]], first[used[at]]) for at in moved]
        apart = [abs(made[without[at][name]].metric - first[used[at]].metric) for at in moved]
        counts = {level: sum(each[level] for each in equal) for level in LEVELS}
        rows.append({"omitted": name, "runs": len(moved), "largest": max(apart, default=0.0), **counts})
    return rows


def move_along(
    folder: Path, sides: Mapping[str, ModuleType], keepers: Mapping[str, Any], runs: Sequence[Run]
) -> list[dict[str, Any]]:
    """From sheet to table, and from table to tool: rows carried over, and what the new one says of run 0's data."""
    later = open_keepers(folder / "moved", sides)
    table, tool = later["table"], later["tool"]
    rows = [{"move": "sheet to table", "rows": table.take_over(keepers["sheet"].read_rows())}]
    rows[0]["lost"] = _ask(lambda: table.check_data(0, runs[0].data))
    return [*rows, {"move": "table to tool", "rows": tool.take_over(table), "lost": _ask(lambda: tool.find(0))}]


def _ask(question: Any) -> str:
    try:
        return str(question())
    except (LookupError, ValueError) as error:
        return str(error)


def list_run(planned: Planned, used: Ingredients, first: Mapping[Ingredients, Made]) -> dict[str, Any]:
    """One run as the lesson lists it."""
    told = {"day": planned.day, "commit": planned.commit[:7], "environment": planned.environment.name}
    return told | {"seed": planned.seed, "split": planned.split, "metric": first[used].metric, "data": used.data.stem}


def measure_bytes(folder: Path) -> int:
    """Of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def tell(outcomes: Sequence[Outcome], whole: int, count: int) -> str:
    """The result in one line."""
    shares = {
        name: sum(each.equal["alike"] for each in of) / len(of)
        for name in dict.fromkeys(each.keeper for each in outcomes)
        if (of := [each for each in outcomes if each.keeper == name and each.age == AGES[1]])
    }
    said = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    return f"everything recorded: {whole} of {count} runs equal to the byte; one run later, within {ALIKE} nats: {said}"
