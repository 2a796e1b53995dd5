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
    for of in stages.itertuples():
        low, high = of.memory * (1 - RESOLUTION), of.memory * (1 + RESOLUTION)
        note = f"one run, above libraries, facts and questions; low and high are {RESOLUTION:.0%} less and more"
        yield Row("memory", name, of.mode, of.memory / MB, low / MB, high / MB, note, of.stage)
    yield _over_provisioning(name, stages)


def _over_provisioning(name: str, stages: pd.DataFrame) -> Row:
    needed = {f"{of.stage} {of.mode}": float(of.memory) for of in stages.itertuples()}
    programs = find_system(name).programs
    hosted = {of: [stage for stage in needed if stage.split()[0] in programs[of].stages] for of in programs}
    factor = footprint.over_provisioning(needed, hosted)
    return Row("over_provisioning", name, EVERY, factor, note=f"of one run: {', '.join(programs)}")


def cpu(results: Results, name: str) -> Iterator[Row]:
    """CPU seconds of every stage."""
    for of in _stages(results, name).itertuples():
        answers = f"; state rebuilt and {ANSWERS[of.mode]} answers" if of.stage == ANSWERING else ""
        yield Row("cpu", name, of.mode, of.cpu, note=f"one run, libraries loaded before{answers}", part=of.stage)


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
