"""Exercise 2: a dozen mutants of two systems, each run in a small world to see which side it moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lab.engine.isolation import run_isolated
from lab.engine.workspace import REPOSITORY
from lab.exercises.answers import Answers, Note, NotYet, Parts
from lab.study.steps.mutant_outcomes import PATIENCE
from lab.study.steps.small_world import SmallWorld, make_small_world
from lab.study.steps.system_run import Life
from lab.systems import find_system
from measure.code.effect import Sides, effect, verdict
from measure.code.mutants import Mutant, mutants
from problem.contract import FEATURES, KEYS
from problem.facts import load_facts

SIDES = ("training", "serving", "both", "neither")
SAID = {"training only": "training", "serving only": "serving", "both": "both", "no effect": "neither"}
MODE = "real_time"


@dataclass(frozen=True)
class Chosen:
    """A mutant by its place: in ``file`` of ``system``, on the one line with ``text``, ``before`` becomes ``after``."""

    system: str
    file: str
    text: str
    before: str
    after: str
    look: str
    """What to look at if the answer was wrong."""

    @property
    def source(self) -> str:
        """The text of the file as it is."""
        return (REPOSITORY / find_system(self.system).folder / self.file).read_text()

    @property
    def mutant(self) -> Mutant:
        """Raises ``ValueError`` if the code has moved on, and no longer holds it exactly once."""
        lines = self.source.splitlines()
        wanted = (self.before, self.after)
        (found,) = [m for m in mutants(self.source) if self.text in lines[m.line - 1] and (m.before, m.after) == wanted]
        return found


CHOSEN = {
    "A": Chosen("split", "offline.py", 'table["origin_dep_delay_2h"]', "2h", "3h", "who imports offline.py?"),
    "B": Chosen("split", "online.py", "self.departures = _windows", "2", "3", "who reads this window?"),
    "C": Chosen("split", "offline.py", 'late = (legs["arr_delay"]', ">=", ">", "where does serving decide it?"),
    "D": Chosen("split", "offline.py", ".rolling(window", "left", "right", "does an event at that instant count?"),
    "E": Chosen("split", "online.py", "while self.values[0][0]", "<=", "<", "what does a reader leave out?"),
    "F": Chosen("split", "online.py", "fresh = seen is not None", "<=", "<", "is anything just six hours old?"),
    "G": Chosen("fti", "features.py", 'trailing(departures, ["origin"]', "2h", "3h", "who computes this view besides?"),
    "H": Chosen("fti", "features.py", "landings.assign(late=", ">=", ">", "compare C: how many places are there?"),
    "I": Chosen("fti", "on_demand.py", '"aircraft_hours_since_landing": (', "3600", "3601", "who calls `complete`?"),
    "J": Chosen("fti", "asof_search.py", "np.searchsorted(", "right", "left", "who reads the history?"),
    "K": Chosen("fti", "stores.py", "latest = rows.drop_duplicates", "last", "first", "where do these rows go?"),
    "L": Chosen("fti", "inference.py", "minutes = {view:", "60", "61", "is an age a feature?"),
}  # fmt: skip


def list_mutants() -> str:
    """The mutants, as the learner sees them."""
    shown = []
    for letter, chosen in CHOSEN.items():
        text = chosen.source.splitlines()[chosen.mutant.line - 1].strip()
        where = f"{find_system(chosen.system).folder}/{chosen.file}, line {chosen.mutant.line}"
        shown.append(f"{letter}  {where}: {chosen.before} becomes {chosen.after}\n     {text}\n")
    return "\n".join(shown)


def choose_of(system: str) -> dict[str, Chosen]:
    """The mutants of one system, by letter."""
    return {letter: chosen for letter, chosen in CHOSEN.items() if chosen.system == system}


@cache
def run_chosen(system: str) -> dict[str, tuple[str, str]]:
    """Which side each of a system's mutants moves (one of ``SIDES``, or ``loud``), and the features that changed."""
    chosen, studied = choose_of(system), find_system(system)
    with TemporaryDirectory() as homes:
        studied.open(Path(homes) / "first")  # so that no child has to import the libraries
        life = Life(REPOSITORY / studied.folder, studied.package, studied.open, _world(), Path(homes))
        tasks = [life.live, *(life.with_change(c.file, c.mutant.applied(c.source)) for c in chosen.values())]
        ends = sorted(run_isolated(tasks, PATIENCE, at_once=1), key=lambda end: end[0])
    before, *after = [dict(said) for _, said, _ in ends]
    return {letter: _find_moved(before, told) for letter, told in zip(chosen, after, strict=True)}


@cache
def _world() -> SmallWorld:
    facts, asked = make_small_world(load_facts())
    return SmallWorld(facts, asked[asked["mode"] == MODE].reset_index(drop=True))


def _find_moved(*told: dict[str, Any]) -> tuple[str, str]:
    """What a mutant moves, from what the unchanged code told and what the mutant told."""
    before, after = (Sides(of["training"][MODE], of["serving"][MODE]) for of in told)
    found = effect(before, after, KEYS, FEATURES)
    names = [str(found[name]) for name in ("features_training", "features_serving")]
    kind = verdict(str(found["training_failure"]), str(found["serving_failure"]), *names)
    return SAID.get(kind, kind), " ".join(sorted({*" ".join(names).split()}))


def _predicted(answers: Answers) -> dict[str, str]:
    """The twelve answers; raises ``NotYet`` while one is missing or no side, before any mutant is run."""
    sides: dict[str, str] = answers.take("sides", dict, "a dictionary: letter -> side")
    if empty := [letter for letter in CHOSEN if sides.get(letter) not in SIDES]:
        raise NotYet(f"`sides` has no answer for {', '.join(empty)}; write one of {', '.join(SIDES)}")
    return sides


def _of(system: str, answers: Answers) -> Iterator[str]:
    sides, truth = _predicted(answers), run_chosen(system)
    for letter, chosen in choose_of(system).items():
        side, features = truth[letter]
        if side == sides[letter]:
            yield Note(f"{letter} {side}: {features or 'no feature changed'}")
        else:
            change = f"{chosen.file}, {chosen.before} becomes {chosen.after}"
            yield f"{letter} ({change}): not {sides[letter]}; {chosen.look}"


PARTS: Parts = {
    "mutants of the split": lambda answers: _of("split", answers),
    "mutants of FTI": lambda answers: _of("fti", answers),
}
