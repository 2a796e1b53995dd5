"""The price panel on the study's results: what a system weighs, keeps, and takes to run."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from measure import footprint, panel
from runner.catalogue import QUESTIONS
from runner.home import REPOSITORY
from runner.panel import EVERY, PANELS
from runner.refreshes import DEPLOYED
from runner.results import Results
from runner.rows import Row, absent
from runner.seals import DONE
from runner.steps import REFRESHED, SYSTEMS, together
from runner.verdicts import winners

MB = 1e6
RESOLUTION = 0.05
"""Memory is had in large pieces: peaks that are no further apart than this share are not told apart."""
TIMED = ("first_answer", "latency", "speed_up")
"""Figures of wall time: they move between runs, so no verdict rests on them."""


def rows(results: Results) -> Iterator[Row]:
    """Size, jobs, storage, refreshes, memory, latency, what a second worker brings, and who is cheapest how often."""
    found = [row for name in results.systems for row in _of(results, name)]
    yield from _cheapest(found, results.systems)
    yield from found


def _cheapest(found: list[Row], systems: list[str]) -> Iterator[Row]:
    """How many lines of the panel each system wins alone, among those that ask more than one system."""
    lines = dict.fromkeys((row.key, row.part) for row in found if row.key not in TIMED)
    won = [who for key, part in lines for who in winners(found, key, part).values()]
    for name in systems:
        yield Row(
            "cheapest",
            name,
            EVERY,
            float(won.count(name)),
            note=f"alone, of {sum(map(bool, won))} contested lines; without what a clock says",
        )


def _of(results: Results, name: str) -> Iterator[Row]:
    yield from _static(results, name)
    yield from _stored(results, name)
    yield from _memory(results, name)
    yield from _latency(results, name)
    yield from _speed_up(results, name)


def draw(results: Results, folder: Path) -> None:
    """Every figure of the whole system that all systems have, as a ratio to the first system."""
    shown: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows(results):
        if row.value and row.mode == EVERY and row.key not in ("cheapest", "speed_up"):
            shown.setdefault((row.key, row.part), {}).setdefault(row.system, row.value)
    full = {
        f"{QUESTIONS[key].measure} {part}".strip(): of
        for (key, part), of in shown.items()
        if set(of) == set(results.systems)
    }
    panel.draw(full, results.systems[0], folder / "price.png")


def _static(results: Results, name: str) -> Iterator[Row]:
    size, declared = footprint.size([REPOSITORY / SYSTEMS[name]]), PANELS[name]
    yield Row("files", name, EVERY, float(size.files))
    yield Row("nodes", name, EVERY, float(size.nodes))
    yield Row("jobs", name, EVERY, float(len(declared.jobs)), note=", ".join(declared.jobs))
    yield Row("schedules", name, EVERY, float(len(declared.schedules)), note=", ".join(declared.schedules))
    yield Row("stored", name, EVERY, sum(kept(results, name).values()) / MB, note="models and features after training")


def kept(results: Results, name: str) -> dict[str, int]:
    """Bytes of every file of an installation after training, by its path.

    Those that the step sealed, and no others: MLflow writes the models of a copied installation, which later steps
    train, where the original lies.
    """
    folder = results.steps / f"train-{name}"
    sealed = json.loads((folder / DONE).read_text())["files"]
    return {file: (folder / file).stat().st_size for file in sealed if Path(file).parts[0] == "home"}


def _stored(results: Results, name: str) -> Iterator[Row]:
    if name not in REFRESHED:
        yield Row("unread", name, EVERY, 0.0, note="it stores no feature values")
        yield Row("refresh", name, EVERY, 0.0, note="it refreshes nothing")
        return
    table = results.table(f"unread-{name}", "unread")
    values = (table["rows"] * table["values"]).sum()
    share = 1 - (table["read"] * table["values"]).sum() / values
    yield Row("unread", name, EVERY, float(share), note=f"of {values:,} values, by training on both kinds of question")
    cpu = results.table(f"refresh-{name}", "cpu").set_index("interval")["per_day"]
    yield Row("refresh", name, EVERY, float(cpu[DEPLOYED]), note="extrapolated from consecutive refreshes at noon")


def _stages(results: Results, name: str) -> pd.DataFrame:
    table = pd.concat(results.table(together(job, results.systems), "stages") for job in ("weigh", "price"))
    return table[table["system"] == name]


def _memory(results: Results, name: str) -> Iterator[Row]:
    if _stages(results, name)["memory"].isna().any():
        reason = "this machine tells no process its peak of memory: measured on Linux only"
        yield from (absent(key, name, EVERY, reason) for key in ("memory", "over_provisioning"))
        return
    peaks = _stages(results, name).groupby(["stage", "mode"], sort=False)["memory"]
    for (stage, mode), of in peaks:
        low, high = of.min() * (1 - RESOLUTION), of.max() * (1 + RESOLUTION)
        note = f"above imports and data; low and high are the extremes of {len(of)} rounds, and {RESOLUTION:.0%} more"
        yield Row("memory", name, mode, of.max() / MB, low / MB, high / MB, note, stage)
    needed = {" ".join(stage): float(of.max()) for stage, of in peaks}
    hosted = {
        program: [stage for stage in needed if stage.split()[0] in stages]
        for program, stages in PANELS[name].deployables.items()
    }
    factor = footprint.over_provisioning(needed, hosted)
    yield Row("over_provisioning", name, EVERY, factor, note=", ".join(PANELS[name].deployables))


def _latency(results: Results, name: str) -> Iterator[Row]:
    for mode, of in _stages(results, name).dropna(subset="p50").groupby("mode", sort=False):
        for quantile in ("p50", "p95", "p99"):
            spread = of[quantile]
            note = f"in process, one after the other; extremes of {len(of)} rounds"
            yield Row("latency", name, str(mode), spread.median(), spread.min(), spread.max(), note, quantile)
        note = "from the start of the process, data loaded and state rebuilt"
        yield Row("first_answer", name, str(mode), of["first"].median(), of["first"].min(), of["first"].max(), note)


def _speed_up(results: Results, name: str) -> Iterator[Row]:
    table = results.table(together("speed_up", results.systems), "speed_up")
    of = table[table["system"] == name]
    gained = (of["one"] + of["rest"]) / (of["two"] + of["rest"])
    law = [footprint.amdahl(one, rest, 2) for one, rest in zip(of["one"], of["rest"], strict=True)]
    note = f"Amdahl's law allows {pd.Series(law).median():.2f}; extremes of {len(of)} rounds"
    yield Row("speed_up", name, EVERY, gained.median(), gained.min(), gained.max(), note)
