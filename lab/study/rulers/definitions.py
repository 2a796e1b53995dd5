"""Ruler 5 on the study's results."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lab.study.results import Results
from lab.study.scorecard_rows import Row, make_absent, make_row
from measure.code import cochange
from measure.code.cochange import CoChange
from problem.contract import FEATURES

PLUG_IN = "asof_", "latest_"
"""How the files of FTI's own offline and online store begin."""


def rows(results: Results) -> Iterator[Row]:
    """The ratio with its three weights, the features written twice, and the lines that the other side ignores."""
    for (name, mode), found in changes(results).items():
        counts = ", ".join(f"{count} {kind}" for kind, count in found.counts.items())
        yield make_row("cochange", name, mode, found.by_mutant, f"{counts}; on {found.lines} lines")
        yield make_row(
            "cochange_weighted", name, mode, found.by_effect, "every feature changed has a vote", "by effect"
        )
        yield make_row("cochange_weighted", name, mode, found.by_line, "every source line has a vote", "by line")
        without = _without_plug_in(found)
        note = "library code of other systems is not mutated either" if without is not found else "it has none"
        yield make_row("cochange_weighted", name, mode, without.by_mutant, note, "without the store's plug-in")
        twice = [feature for feature, count in found.definitions(FEATURES).items() if count == 2]
        yield Row("written_twice", name, mode, float(len(twice)), note=", ".join(twice) or "none")
        yield from _one_sided(name, mode, found)
        yield _compare_again(results, name, mode, found)


def _compare_again(results: Results, name: str, mode: str, recorded: CoChange) -> Row:
    """How many of the mutants that every study runs again come out as they were recorded."""
    again = cochange.judge(dict(results.by_mode(f"mutants_again-{name}", "mutants"))[mode])
    both = again.merge(recorded.mutants, on=[*cochange.PLACE, *cochange.CHANGE, "column"], suffixes=("", "_recorded"))
    same = (both["verdict"] == both["verdict_recorded"]).sum()
    note = f"{same} of {len(again)} mutants"
    return Row("cochange_again", name, mode, float(same / len(again)), note=note)


def _one_sided(name: str, mode: str, found: CoChange) -> Iterator[Row]:
    """A row a line: ``part`` says where it stands, ``note`` which side alone its mutants move, and its text."""
    if (table := found.one_sided()).empty:
        yield make_absent("one_sided", name, mode, "no mutant moves one side only")
    for (file, line), mutants in table.groupby(["file", "line"]):
        sides = ", ".join(f"{count} {side} only" for side, count in mutants["side"].value_counts().items())
        text = f"{sides}: {mutants['text'].iloc[0].strip()}"
        yield Row("one_sided", name, mode, float(len(mutants)), note=text, part=f"{file}:{line}")


def draw(results: Results, folder: Path) -> None:
    """A bar per system and mode."""
    cochange.draw(changes(results), folder / "definitions.png")


@lru_cache(maxsize=1)
def changes(results: Results) -> dict[tuple[str, str], CoChange]:
    """What the mutants of every system did, by (system, mode)."""
    return {
        (name, mode): cochange.co_change(mutants)
        for name in results.systems
        for mode, mutants in results.by_mode(f"mutants-{name}", "mutants")
    }


def _without_plug_in(found: CoChange) -> CoChange:
    """The same without mutants of FTI's own offline store, which elsewhere would be somebody else's library."""
    of_plug_in = found.mutants["file"].str.startswith(PLUG_IN)
    return cochange.co_change(found.mutants[~of_plug_in].drop(columns="verdict")) if of_plug_in.any() else found
