"""What each cut costs: a hop, models as they are added, waits under load."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.parted_load import compare_loads, time_load
from lab.patterns.parted_models import LARGE, MANY, SMALL, VERSION
from lab.patterns.parted_site import RunningSite, open_site
from lab.patterns.parted_times import COUNTS, KINDS, compare_ways, find_turn, time_by_turns, write_kinds
from lab.patterns.parted_weight import add_up, count_bytes, find_size, read_held, take_first
from parts.several_models.models_service import BESIDE
from parts.several_models.site_settings import LIMIT
from problem.contract import FEATURES

BOX, PREPARED, CASCADE, BESIDES = "all_in_one", "prep_pred", "vertical", "horizontal"
THREADS, COPIES = "all_in_one, threads", "all_in_one, two copies"
UNHURRIED = {LIMIT: "60"}
"""Where times are taken, all answers are waited for."""
WAYS = {BOX: (BOX, {}), COPIES: (BOX, {}), THREADS: (BOX, {BESIDE: str(len(MANY))}), BESIDES: (BESIDES, {})}
"""By way, its side and what it is told."""
ENOUGH = 0.9
Question = dict[str, Any]


def measure_hops(sites: Mapping[str, RunningSite], questions: Sequence[Question], rounds: int) -> dict[str, Any]:
    """A question for one model, and a cascade, on every side; bytes of a hop that carries a question, or a row."""
    settings = {
        "one model": [body | {"models": [LARGE]} for body in questions],
        "cascade": [body | {"models": [SMALL, LARGE], "enough": ENOUGH} for body in questions],
    }
    hops = compare_ways(time_by_turns(sites, settings, rounds), BOX)
    row = {"preparation": VERSION, "row": [0.125] * len(FEATURES), "models": [LARGE], "enough": None}
    weighed = {
        "a question": count_bytes(sites[BESIDES].addresses[LARGE], questions[0] | {"models": [LARGE], "enough": None}),
        "a row": count_bytes(sites[PREPARED].addresses["predicting"], row),
    }
    return {"hops": hops, "bytes": weighed}


def measure_many(
    models: Path, sides: Mapping[str, ModuleType], question: Question, asked: int, rounds: int, load: float
) -> dict[str, Any]:
    """Time and memory as models are added: in one process, there in threads, and in one process each. And waits under
    load, ``load`` seconds a rate: in one box, in two copies of it, and in one process each.
    """
    with ExitStack() as stack:
        sites = {
            way: stack.enter_context(open_site(sides[side], models, MANY, UNHURRIED | settings))
            for way, (side, settings) in WAYS.items()
        }
        for site in sites.values():
            site.wait_until_whole(question | {"models": [*MANY]})
        memory = [weigh(models, sides, sites[BESIDES], question, count) for count in COUNTS]
        timed = {way: sites[way] for way in (BOX, THREADS, BESIDES)}
        many = compare_ways(time_by_turns(timed, write_kinds(question, MANY, asked), rounds), BOX)
        loaded = {BOX: [sites[BOX]], COPIES: [sites[BOX], sites[COPIES]], BESIDES: [sites[BESIDES]]}
        loads = time_load(loaded, question, MANY, load, rounds - 1)
    told: dict[str, Any] = {"many": many, "memory": memory, "size": find_size(memory), "loads": loads}
    told |= {"loaded": compare_loads(loads, BOX), "over_copies": compare_loads(loads, COPIES)}
    return told | {"turns": find_turns(many, told["loaded"])}


def find_turns(many: Sequence[Mapping[str, Any]], loaded: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By dial and way, from where on it is better than one box; None for nowhere."""
    turns = {}
    for kind in KINDS:
        own = [row for row in many if row["setting"].startswith(kind)]
        rows = [{**row, "setting": int(row["setting"].rpartition(": ")[2])} for row in own]
        turns[kind] = {way: find_turn(rows, way) for way in (THREADS, BESIDES)}
    return turns | {"questions a second": {way: find_turn(loaded, way) for way in (COPIES, BESIDES)}}


def weigh(
    models: Path, sides: Mapping[str, ModuleType], besides: RunningSite, question: Question, count: int
) -> dict[str, Any]:
    """MB of the first models in one process, and of those of a running site that are theirs."""
    names = MANY[:count]
    with open_site(sides[BOX], models, names) as box:
        box.wait_until_whole(question | {"models": [*names]})
        one, cut = add_up(read_held(box)), add_up(take_first(read_held(besides), names))
    return {"models": count, "one": one, "cut": cut, "ratio": cut / one}
