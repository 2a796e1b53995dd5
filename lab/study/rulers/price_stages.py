"""A part of the price panel: what the stages took that ran in processes of their own."""

from collections.abc import Iterator

import pandas as pd

from lab.study.results import Results
from lab.study.scorecard_rows import EVERY, Row, make_absent, make_spread
from lab.study.steps.stage_work import ANSWERING, ANSWERS
from lab.study.study_steps import name_together
from lab.systems import find_system
from measure.cost import footprint

MB = 1e6
RESOLUTION = 0.1
"""Memory is had in large pieces, and the same stage run again has peaked a tenth higher: no peak is known better."""


def _stages(results: Results, name: str) -> pd.DataFrame:
    table = results.table(name_together("weigh", results.systems), "stages")
    return table[table["system"] == name]


def memory(results: Results, name: str) -> Iterator[Row]:
    """The peak of every stage, and what a program reserves for its hungriest one."""
    stages = _stages(results, name)
    if stages["memory"].isna().any():
        reason = "this machine tells no process its peak of memory: measured on Linux only"
        yield from (make_absent(key, name, EVERY, reason) for key in ("memory", "over_provisioning"))
        return
    for (stage, mode), of in _by_stage(stages):
        low, high = of["memory"].min() * (1 - RESOLUTION), of["memory"].max() * (1 + RESOLUTION)
        note = f"above libraries, facts and questions; {_runs(of)}, and {RESOLUTION:.0%} less and more"
        yield Row("memory", name, mode, of["memory"].median() / MB, low / MB, high / MB, note, stage)
    yield _over_provisioning(name, stages)


def _by_stage(stages: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    for (stage, mode), of in stages.groupby(["stage", "mode"], sort=False):
        yield (str(stage), str(mode)), of


def _runs(of: pd.DataFrame) -> str:
    return f"extremes of {len(of)} runs" if len(of) > 1 else "one run"


def _over_provisioning(name: str, stages: pd.DataFrame) -> Row:
    needed = {f"{stage} {mode}": float(of["memory"].median()) for (stage, mode), of in _by_stage(stages)}
    programs = find_system(name).programs
    hosted = {of: [stage for stage in needed if stage.split()[0] in programs[of].stages] for of in programs}
    factor = footprint.over_provisioning(needed, hosted)
    return Row("over_provisioning", name, EVERY, factor, note=f"of peaks of memory: {', '.join(programs)}")


def cpu(results: Results, name: str) -> Iterator[Row]:
    """CPU seconds of every stage."""
    for (stage, mode), of in _by_stage(_stages(results, name)):
        answers = f"; state rebuilt and {ANSWERS[mode]} answers" if stage == ANSWERING else ""
        note = f"{_runs(of)}, libraries loaded before{answers}"
        yield make_spread("cpu", name, mode, of["cpu"], note, stage)


def latency(results: Results, name: str) -> Iterator[Row]:
    """How long a caller waits, from a cold start and then for one answer after the other."""
    table = results.table(name_together("price", results.systems), "answers")
    for mode, of in table[table["system"] == name].groupby("mode", sort=False):
        for quantile in ("p50", "p95", "p99"):
            note = f"in process, one after the other; extremes of {len(of)} rounds"
            yield make_spread("latency", name, str(mode), of[quantile], note, quantile)
        note = "from the start of the process, libraries and data loaded and state rebuilt"
        yield make_spread("first_answer", name, str(mode), of["first"], note)
        note = f"the median prediction; extremes of {len(of)} rounds"
        yield make_spread("outside_models", name, str(mode), of["outside_models"], note)
