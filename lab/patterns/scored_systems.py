"""Every system under every fault, and what each check says: each in a child process and an installation of its own."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline

from lab.engine.isolation import Send, Task, run_isolated
from lab.faults.injectors import check_injected
from lab.patterns.scored_attempt import Attempted
from lab.patterns.scored_candidate import (
    LATER,
    Site,
    answer,
    find_late,
    learn,
    make_right,
    say,
    see_as_trained,
    serve,
    train,
)
from lab.patterns.scored_faults import ScoredFault
from lab.patterns.scored_healthy import Healthy, install, read_healthy, refresh
from lab.patterns.scored_strikes import join_wrongly
from lab.sandbox.installations import copy_installation
from lab.systems import find_system
from problem.contract import FEATURES
from problem.good_enough import Check, look
from problem.learner import new_learner

PATIENCE = 120.0
"""CPU seconds of one system under one fault; most take two."""
Row = dict[str, Any]


def run_all(
    folder: Path, sites: Sequence[Site], faults: Sequence[ScoredFault], checks: Mapping[str, Check]
) -> list[Row]:
    """A row for each site (``system``: its name) and fault. ``says``: by check what is wrong; ``cpu``: seconds."""
    for site in sites:  # here and not in each child
        find_system(site.system).import_door()
    folder.mkdir(exist_ok=True)
    first = {site.system: site for site in sites}
    _run([partial(refresh, site, folder / name) for name, site in first.items()])
    _run([partial(install, site, folder) for site in sites])
    cases = [(site, fault) for site in sites for fault in faults]
    said = _run([partial(_send, folder, *case, checks) for case in cases])
    return [{"system": site.name, "fault": fault.check, **of} for (site, fault), of in zip(cases, said, strict=True)]


def _run(tasks: list[Task]) -> list[Any]:
    """What each task sends, in their order; raises ``RuntimeError`` for one that sends nothing."""
    ended = {number: (said, why) for number, said, why in run_isolated(tasks, PATIENCE)}
    if failed := next((why for said, why in ended.values() if why or not said), None):
        raise RuntimeError(f"a candidate could not be made: {failed}")
    return [ended[number][0][0] for number in range(len(tasks))]


def _send(folder: Path, site: Site, fault: ScoredFault, checks: Mapping[str, Check], send: Send) -> None:
    base = folder / site.name
    healthy = read_healthy(base)
    candidate = make_candidate(site, fault, healthy, copy_installation(base, folder / f"{site.name}, {fault.check}"))
    began = time.process_time()
    says: dict[str, str] = {}
    spent: dict[str, float] = {}
    for name, check in checks.items():
        says[name] = look(check, candidate)
        spent[name] = time.process_time() - began - sum(spent.values())
    send({"says": says, "cpu": healthy.cpu | {"checks": spent}})


def make_candidate(site: Site, fault: ScoredFault, healthy: Healthy, home: Path) -> Attempted:
    """One run under a fault in a copy of the installation; what the fault cannot reach is what it was without it."""
    candidate = Attempted(site.week + LATER + fault.later)
    candidate.parts["late"] = find_late(site)
    _learn(candidate, site, fault, healthy, home)
    _answer(candidate, site, fault, healthy, home)
    return candidate


def _learn(candidate: Attempted, site: Site, fault: ScoredFault, healthy: Healthy, home: Path) -> None:
    """Once where only the facts are others: that training twice gives the same is known without the fault."""
    struck, twice = (replace(site, facts=fault.learned(site.facts)), False) if fault.learned else (site, True)
    candidate.parts["fit"] = lambda table: _fit(site, fault, table)
    with fault.learning(site):
        candidate.attempt(
            ("learned", "fitted", "again"),
            lambda: learn(struck, home, twice) if fault.learns_anew else healthy.learned,
        )


def _fit(site: Site, fault: ScoredFault, table: pd.DataFrame) -> Pipeline:
    with fault.learning(site):
        return new_learner("late").fit(table[list(FEATURES)], table["label"])


def _answer(candidate: Attempted, site: Site, fault: ScoredFault, healthy: Healthy, home: Path) -> None:
    _make_vectors(candidate, site, fault, healthy, home)
    with fault.serving(site):
        candidate.attempt(("answers", "words"), lambda: answer(site, home, candidate.vectors))
        candidate.attempt(("repeated",), lambda: [say(site, home, candidate.vectors)])
    candidate.attempt(("said_as_trained",), lambda: [say(site, home, candidate.as_trained)])
    if fault.replaced:
        train(replace(site, facts=join_wrongly(site.facts)), home)
        candidate.parts["repeated"] = say(site, home, candidate.vectors)
        check_injected(not candidate.repeated.equals(candidate.answers["prediction"]), "the model is the one before")


def _make_vectors(candidate: Attempted, site: Site, fault: ScoredFault, healthy: Healthy, home: Path) -> None:
    """What is served, what the oracle says of it, and what training sees."""
    candidate.parts |= {"vectors": healthy.vectors, "right": healthy.right, "as_trained": healthy.as_trained}
    if not fault.reaches_vectors:
        return
    seen = fault.seen(site.facts) if fault.seen else site.facts
    asked = fault.asked(site.asked) if fault.asked else site.asked
    with fault.making(site):
        candidate.attempt(("vectors",), lambda: [serve(site, home, seen, asked)])
        if fault.looking:
            candidate.attempt(("as_trained",), lambda: [see_as_trained(site, home)])
    candidate.attempt(("right",), lambda: [make_right(site, candidate.vectors)])
