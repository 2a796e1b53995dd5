"""The price of a system's libraries: the same pipelines on plain files beside them (claim H25)."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.study.arm_steps import PLAIN, has_adapter
from lab.study.results import Results
from lab.study.rulers.definitions import PLUG_IN
from lab.study.rulers.library_ratios import (
    FIGURES,
    MB,
    compare_models,
    list_figures,
    list_model_costs,
    make_ratio,
)
from lab.study.scorecard_rows import EVERY, Row, make_absent, make_spread
from lab.study.steps.plain_arms import FILES, LIBRARIES, LIVE, list_plain, list_replaced
from lab.systems import StudiedSystem, find_system
from measure.cost import footprint

KEYS = (
    *("plain_nodes", "plain_stored", "plain_model", "plain_register", "plain_ratio"),
    *dict.fromkeys(figure.key for figure in FIGURES),
)
NONE = "it has no second arm: it keeps models in files and stores no features"
REPO = "feature_repo"
"""The folder with what a library wants to be told of the features."""
TOGETHER = ("answers", "imports")


def rows(results: Results) -> Iterator[Row]:
    """Of the system that has both arms: code, starts, latency, libraries, bytes, CPU seconds of models, and ratios.

    What the control without a store pays for its models, in the same run, stands in a row of the control's own.
    """
    beside = [name for name in results.systems if has_adapter(find_system(name), PLAIN)]
    for name in results.systems:
        found = [row for other in beside for row in _list_models(results, other, name)]
        if name in beside:
            found += [*_compare_code(name), *_compare_stored(results, name), *_compare_runs(results, name)]
        yield from found
        yield from (make_absent(key, name, EVERY, NONE) for key in KEYS if key not in {row.key for row in found})


def draw(results: Results, folder: Path) -> None:
    """Nothing: a handful of ratios is a table."""


def _compare_code(name: str) -> Iterator[Row]:
    for part, files in list_code_of_arms(find_system(name)).items():
        nodes = {arm: float(footprint.size(of).nodes) for arm, of in files.items()}
        yield from (Row("plain_nodes", name, EVERY, nodes[arm], part=f"{arm}, {part}") for arm in nodes)
        yield make_ratio(name, EVERY, pd.Series([nodes[FILES] / nodes[LIBRARIES]]), f"nodes, {part}")


def list_code_of_arms(system: StudiedSystem) -> dict[str, dict[str, list[Path]]]:
    """The code of both arms: of the ``whole``, and of what is ``facing the libraries`` or stands in its place."""
    plain, replaced = list_plain(system), {file.name for file in list_replaced(system)}
    told = "".join(file.read_text() for file in plain)
    facing = [path for path in system.code if path.name in {*replaced, REPO} or path.name.startswith(PLUG_IN)]
    kept = [path for path in facing if f"{system.package}.{path.stem} import" in told]
    shared = [path for path in system.code if path not in facing]
    return {
        "whole": {LIBRARIES: system.code, FILES: [*shared, *plain, *kept]},
        "facing the libraries": {LIBRARIES: facing, FILES: [*plain, *kept]},
    }


def _compare_stored(results: Results, name: str) -> Iterator[Row]:
    kept = results.table(f"{PLAIN}-{name}", "kept")
    total = kept.groupby("arm")["bytes"].sum()
    for arm, of in kept.groupby("arm"):
        place = of["file"].str.split("/").str[:2].str.join("/").str.replace(r"-(wal|shm)$", "", regex=True)
        largest = of.groupby(place)["bytes"].sum().sort_values(ascending=False)
        note = ", ".join(f"{where} {size / MB:.2f}" for where, size in largest.items())
        yield Row("plain_stored", name, LIVE, total[arm] / MB, note=note, part=str(arm))
    yield make_ratio(name, LIVE, pd.Series([total[FILES] / total[LIBRARIES]]), "bytes stored")


def _compare_runs(results: Results, name: str) -> Iterator[Row]:
    step = f"{PLAIN}-{name}"
    yield from list_figures(name, {table: results.table(step, table) for table in TOGETHER})
    yield from compare_models(name, list_model_costs(results.table(step, "cost")))
    registering = results.table(step, "registering")
    for part in registering:
        note = f"of {len(registering)} by turns"
        yield make_spread("plain_register", name, EVERY, registering[part], note, str(part))


def _list_models(results: Results, name: str, own: str) -> Iterator[Row]:
    """What models cost: both arms of the system (``name``) in its own row, the control in its own."""
    for (arm, mode), costs in list_model_costs(results.table(f"{PLAIN}-{name}", "cost")).items():
        if own == (name if arm in (LIBRARIES, FILES) else arm):
            note = f"low and high are the extremes of {len(costs)} rounds"
            for kind in costs:
                yield make_spread("plain_model", own, mode, costs[kind], note, f"{arm}, {kind}")
