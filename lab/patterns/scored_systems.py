"""Every system under every fault, and what each check says: each in a child process and an installation of its own."""

import pickle
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

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
)
from lab.patterns.scored_faults import HEALTHY, ScoredFault, join_wrongly
from lab.sandbox.installations import copy_installation
from lab.systems import find_system
from problem.good_enough import Check, look

PATIENCE = 120.0
"""CPU seconds of one system under one fault; most take five."""
Row = dict[str, Any]


def run_all(
    folder: Path, sites: Sequence[Site], faults: Sequence[ScoredFault], checks: Mapping[str, Check]
) -> list[Row]:
    """A row for each system and fault: ``says``, by check what is wrong; ``cpu``, seconds by part of the work."""
    for site in sites:  # here and not in each child
        find_system(site.system).import_door()
    _run([partial(_install, site, folder) for site in sites])
    cases = [(site, fault) for site in sites for fault in faults]
    said = _run([partial(_send, folder, *case, checks) for case in cases])
    return [{"system": site.system, "fault": fault.check, **of} for (site, fault), of in zip(cases, said, strict=True)]


def _run(tasks: list[Task]) -> list[Any]:
    """What each task sends, in their order; raises ``RuntimeError`` for one that sends nothing."""
    ended = {number: (said, why) for number, said, why in run_isolated(tasks, PATIENCE)}
    if failed := next((why for said, why in ended.values() if why or not said), None):
        raise RuntimeError(f"a candidate could not be made: {failed}")
    return [ended[number][0][0] for number in range(len(tasks))]


def _install(site: Site, folder: Path, send: Send) -> None:
    """Healthy, trained, and beside it what came of the training."""
    install(site, folder / site.system)
    (folder / f"{site.system}.pickle").write_bytes(pickle.dumps(learn(site, folder / site.system)))
    send(True)


def _send(folder: Path, site: Site, fault: ScoredFault, checks: Mapping[str, Check], send: Send) -> None:
    candidate, cpu = make_candidate(site, fault, folder / site.system, folder / f"{site.system}-{fault.check}")
    began = time.process_time()
    says: dict[str, str] = {}
    spent: dict[str, float] = {}
    for name, check in checks.items():
        says[name] = look(check, candidate)
        spent[name] = time.process_time() - began - sum(spent.values())
    send({"says": says, "cpu": cpu | {"checks": spent}})


def make_candidate(site: Site, fault: ScoredFault, base: Path, home: Path) -> tuple[Attempted, dict[str, float]]:
    """One run under a fault in a copy of the healthy installation ``base``; CPU seconds of learning and of the rest."""
    copy_installation(base, home)
    candidate = Attempted(site.week + LATER + fault.later)
    began = time.process_time()
    _learn(candidate, site, fault, base, home)
    learned = time.process_time()
    _answer(candidate, site, fault, home)
    return candidate, {"learning": learned - began, "answering": time.process_time() - learned}


def _learn(candidate: Attempted, site: Site, fault: ScoredFault, base: Path, home: Path) -> None:
    """Anew under a fault of training, and where nothing is wrong, for the CPU; else it is what it was."""
    struck = replace(site, facts=fault.learned(site.facts)) if fault.learned else site
    made = base.with_suffix(".pickle")
    anew = fault.learns_anew or fault is HEALTHY
    with fault.learning(site):
        learning = (lambda: learn(struck, home)) if anew else (lambda: pickle.loads(made.read_bytes()))
        candidate.attempt(("learned", "fitted", "again"), learning)


def _answer(candidate: Attempted, site: Site, fault: ScoredFault, home: Path) -> None:
    candidate.parts["late"] = find_late(site)
    seen = fault.seen(site.facts) if fault.seen else site.facts
    asked = fault.asked(site.asked) if fault.asked else site.asked
    apart = copy_installation(home, home.with_name(f"{home.name}-apart"))
    with fault.serving(site):
        candidate.attempt(("answers", "words"), lambda: answer(site, home, seen, asked))
        if fault.looking:
            _see(candidate, site, home)
    if not fault.looking:
        _see(candidate, site, apart)
    candidate.attempt(("right",), lambda: make_right(site, candidate.answers))
    if fault.replaced:
        learn(replace(site, facts=join_wrongly(site.facts)), home)
    candidate.attempt(("repeated",), lambda: [say(site, home, candidate.answers)])


def _see(candidate: Attempted, site: Site, home: Path) -> None:
    candidate.attempt(("as_trained", "said_as_trained"), lambda: see_as_trained(site, home))


__all__ = ["HEALTHY", "Row", "make_candidate", "run_all"]
