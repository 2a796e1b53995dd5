"""Rulers 7 and 8 on the systems' source code."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lab.engine.workspace import REPOSITORY
from lab.study.results import Results
from lab.study.scorecard_rows import EVERY, Row, make_absent
from lab.systems import find_system
from measure.code import complexity, structure
from measure.code.complexity import Complexity
from measure.code.flags import flag_arguments
from measure.code.lines import LineShares, executable_lines, line_shares
from measure.code.structure import VIEWS, Structure


def rows(results: Results) -> Iterator[Row]:
    """Propagation cost in four ways, cycles, complexity, flags, and lines by mode."""
    for name in results.systems:
        yield from _structure(name, read_structure(name))
        yield from _complexity(name)
        yield from _lines(name, read_line_shares(results, name))


def draw(results: Results, folder: Path) -> None:
    """The four ways to see a structure; complexity beside lines by mode."""
    structure.draw({name: read_structure(name) for name in results.systems}, folder / "structure.png")
    read = {name: (read_complexity(name), read_line_shares(results, name)) for name in results.systems}
    complexity.draw(read, folder / "complexity.png")


@lru_cache
def read_structure(name: str) -> Structure:
    """A system's structure, with the data edges declared for it."""
    return structure.structure(find_system(name).code, find_system(name).data_edges)


@lru_cache
def read_complexity(name: str) -> Complexity:
    """A system's functions."""
    return complexity.complexity(find_system(name).code)


def read_line_shares(results: Results, name: str) -> LineShares:
    """A system's lines, divided by the jobs that ran them."""
    table = results.table(f"lines-{name}", "lines")
    executable = executable_lines(find_system(name).code)
    run = {
        str(job): {(REPOSITORY / file, line) for file, line in zip(of["file"], of["line"], strict=True)}
        for job, of in table.groupby("job")
    }
    return line_shares(run, executable)


def _structure(name: str, found: Structure) -> Iterator[Row]:
    table = found.table.set_index("view")
    for view, label in VIEWS.items():
        key, part = ("propagation", "") if view == "modules" else ("propagation_seen", label.replace("\n", " "))
        cost, n = table.loc[view, "propagation_cost"], table.loc[view, "n"]
        if n < 2:
            yield make_absent(key, name, EVERY, "one module: there is no pair", part)
        else:
            yield Row(key, name, EVERY, float(cost), note=f"n = {n}", part=part)
    yield Row("cycles", name, EVERY, float(table["cycles"].max()), note="in any of the four ways")


def _complexity(name: str) -> Iterator[Row]:
    for measure in ("cognitive", "mccabe"):
        function, most = read_complexity(name).maximum(measure)
        yield Row(measure, name, EVERY, float(most), note=f"{function} ({read_complexity(name).tools[measure]})")
    flags = flag_arguments(find_system(name).code)
    branching = [flag for flag in flags if flag.branches]
    note = f"of {len(flags)} boolean arguments: {'; '.join(map(str, flags)) or 'none'}"
    yield Row("flags", name, EVERY, float(len(branching)), note=note)


def _lines(name: str, found: LineShares) -> Iterator[Row]:
    only = ", ".join(f"{job} {share:.0%}" for job, share in found.only.items())
    yield Row("one_mode", name, EVERY, found.one_mode, note=f"of {found.lines} lines: {only}")
    yield Row("dead", name, EVERY, found.dead, note=f"{len(found.dead_lines)} lines that no job of the fixture ran")
