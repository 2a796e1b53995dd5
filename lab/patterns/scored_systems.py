"""Every system under every fault, and what each check says: each in a child process and an installation of its own."""

import pickle
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from lab.engine.isolation import Send, Task, run_isolated
from lab.patterns.scored_candidate import (
    LATER,
    Attempted,
    Site,
    answer,
    find_late,
    install,
    learn,
    make_right,
    say,
    see_as_trained,
    serve,
)
from lab.patterns.scored_faults import HEALTHY, ScoredFault, join_wrongly
from lab.sandbox.installations import copy_installation
from lab.systems import find_system
from problem.good_enough import Check, look

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
    _run([partial(_install, site, folder) for site in sites])
    cases = [(site, fault) for site in sites for fault in faults]
    said = _run([partial(_send, folder, *case, checks) for case in cases])
    return [{"system": site.name, "fault": fault.check, **of} for (site, fault), of in zip(cases, said, strict=True)]


def _run(tasks: list[Task]) -> list[Any]:
    """What each task sends, in their order; raises ``RuntimeError`` for one that sends nothing."""
    ended = {number: (said, why) for number, said, why in run_isolated(tasks, PATIENCE)}
    if failed := next((why for said, why in ended.values() if why or not said), None):
        raise RuntimeError(f"a candidate could not be made: {failed}")
    return [ended[number][0][0] for number in range(len(tasks))]


class Healthy(NamedTuple):
    """What came of a run without a fault: ``learn``'s parts, the ``vectors`` served, what the oracle says of some, and
    the features that training sees for the same questions."""

    learned: list[Any]
    vectors: pd.DataFrame
    right: pd.DataFrame
    as_trained: pd.DataFrame


def _install(site: Site, folder: Path, send: Send) -> None:
    """An installation with models, and beside it what came of it."""
    home = folder / site.name
    install(site, home)
    learned = learn(site, home)
    later = copy_installation(home, folder / f"{site.name}, later")
    vectors = serve(site, later, site.facts, site.asked)
    healthy = Healthy(learned, vectors, make_right(site, vectors), see_as_trained(site, later))
    _beside(home).write_bytes(pickle.dumps(healthy))
    send(True)


def _beside(home: Path) -> Path:
    return home.with_name(f"{home.name}.pickle")


def _send(folder: Path, site: Site, fault: ScoredFault, checks: Mapping[str, Check], send: Send) -> None:
    candidate, cpu = make_candidate(site, fault, folder / site.name, folder / f"{site.name}, {fault.check}")
    began = time.process_time()
    says: dict[str, str] = {}
    spent: dict[str, float] = {}
    for name, check in checks.items():
        says[name] = look(check, candidate)
        spent[name] = time.process_time() - began - sum(spent.values())
    send({"says": says, "cpu": cpu | {"checks": spent}})


def make_candidate(site: Site, fault: ScoredFault, base: Path, home: Path) -> tuple[Attempted, dict[str, float]]:
    """One run under a fault in a copy of the installation ``base``; CPU seconds of learning and of all else.

    What a fault cannot reach is what it was without it; where nothing is wrong all is made anew, for the CPU.
    """
    copy_installation(base, home)
    healthy: Healthy = pickle.loads(_beside(base).read_bytes())
    candidate = Attempted(site.week + LATER + fault.later)
    candidate.parts["late"] = find_late(site)
    began = time.process_time()
    _learn(candidate, site, fault, healthy, home)
    learned = time.process_time()
    _answer(candidate, site, fault, healthy, home)
    return candidate, {"learning": learned - began, "answering": time.process_time() - learned}


def _learn(candidate: Attempted, site: Site, fault: ScoredFault, healthy: Healthy, home: Path) -> None:
    struck = replace(site, facts=fault.learned(site.facts)) if fault.learned else site
    anew = fault.learns_anew or fault is HEALTHY
    with fault.learning(site):
        candidate.attempt(("learned", "fitted", "again"), lambda: learn(struck, home) if anew else healthy.learned)


def _answer(candidate: Attempted, site: Site, fault: ScoredFault, healthy: Healthy, home: Path) -> None:
    _make_vectors(candidate, site, fault, healthy, home)
    with fault.serving(site):
        candidate.attempt(("answers", "words"), lambda: answer(site, home, candidate.vectors))
    candidate.attempt(("said_as_trained",), lambda: [say(site, home, candidate.as_trained)])
    if fault.replaced:
        learn(replace(site, facts=join_wrongly(site.facts)), home)
    candidate.attempt(("repeated",), lambda: [say(site, home, candidate.vectors)])


def _make_vectors(candidate: Attempted, site: Site, fault: ScoredFault, healthy: Healthy, home: Path) -> None:
    """What is served, what the oracle says of it, and what training sees."""
    candidate.parts |= {"vectors": healthy.vectors, "right": healthy.right, "as_trained": healthy.as_trained}
    if not (fault.reaches_vectors or fault is HEALTHY):
        return
    seen = fault.seen(site.facts) if fault.seen else site.facts
    asked = fault.asked(site.asked) if fault.asked else site.asked
    with fault.making(site):
        candidate.attempt(("vectors",), lambda: [serve(site, home, seen, asked)])
        if fault.looking or fault is HEALTHY:
            candidate.attempt(("as_trained",), lambda: [see_as_trained(site, home)])
    candidate.attempt(("right",), lambda: [make_right(site, candidate.vectors)])
