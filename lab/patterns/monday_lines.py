"""Lines that two teams have typed after n Mondays, and where the one begins to type less than the other."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.copied_fixes import FULL, MERGED, Carried
from measure.data.comparison import Margin, Word, judge_difference
from measure.data.days import Estimate, estimate

ORDERS, SEED = 200, 2013
MARGIN = Margin(1.25, as_ratio=True)
FIRST = "late"
ROUNDS = (1, 2, 3, 5, 10, 20)


class Typed(NamedTuple):
    """Lines by service: ``copies`` (the first one is no copy), what carrying the fixes to each took ``by_hand``, and
    ``template``; ``shared`` once, from the second Monday on."""

    copies: Mapping[str, int]
    by_hand: Mapping[str, int]
    template: Mapping[str, int]
    shared: int


def draw_orders(names: Sequence[str]) -> Iterator[list[str]]:
    """Orders in which services may come, the first one first."""
    random, others = np.random.default_rng(SEED), [name for name in names if name != FIRST]
    for _ in range(ORDERS):
        yield [FIRST, *(others[place] for place in random.permutation(len(others)))]


def add_copies(typed: Typed, built: Sequence[str]) -> int:
    """Lines after these Mondays where each further service is a copy."""
    return sum(typed.copies[name] for name in built) + sum(typed.by_hand[name] for name in built[1:])


def add_template(typed: Typed, built: Sequence[str]) -> int:
    """The same with the template: the first service was there before it, and moves onto it on the second Monday."""
    further = typed.shared + sum(typed.template[name] for name in built) if built[1:] else 0
    return typed.copies[FIRST] + further


def compare_mondays(typed: Typed) -> dict[int, Estimate]:
    """By number of services, the logarithm of copies' lines over the template's, over orders."""
    orders, found = list(draw_orders([*typed.copies])), {}
    for count in range(1, len(typed.copies) + 1):
        ratios = [np.log(add_copies(typed, order[:count]) / add_template(typed, order[:count])) for order in orders]
        found[count] = estimate(np.array([np.mean(ratios), *ratios]))
    return found


def find_turns(ratios: Mapping[int, Estimate]) -> dict[str, list[int]]:
    """By word for the copies, at which numbers of services it holds."""
    words = {count: judge_difference(ratio, MARGIN.width).value for count, ratio in ratios.items()}
    return {word: [count for count in words if words[count] == word] for word in dict.fromkeys(words.values())}


def turn_by_rounds(typed: Typed) -> dict[str, int]:
    """By how often the shell is mended as much again, the first service at which copies are worse; 0 for none.

    Arithmetic: each round costs each copy what the first one did, though copies drift further.
    """
    turns = {}
    for rounds in ROUNDS:
        by_hand = {name: rounds * lines for name, lines in typed.by_hand.items()}
        worse = find_turns(compare_mondays(typed._replace(by_hand=by_hand))).get(Word.WORSE.value, [])
        turns[str(rounds)] = min(worse, default=0)
    return turns


def count_new(files: Sequence[Path], first: str) -> int:
    """The lines of these files that the first service (a patch) does not hold as they are: what was not moved."""
    held = Counter(line[1:].strip() for line in first.splitlines())
    lines = [line.strip() for file in files for line in file.read_text().splitlines() if line.strip()]
    return sum((Counter(lines) - held).values())


def to_json(ratios: Mapping[int, Estimate]) -> dict[str, Any]:
    """As a record holds it."""
    return {str(count): [round(value, 4) for value in (e.value, e.low, e.high)] for count, e in ratios.items()}


def count_lines(
    copies: Any, template: Any, carried: Mapping[str, Mapping[str, Mapping[str, Carried]]]
) -> dict[str, Any]:
    """Lines typed by service, and in all after each Monday: all of the library, or what the first service had not."""
    mine, theirs = ({name: team.count_written(name) for name in team.MODELS} for team in (copies, template))
    shared, new = template.count_shared(), count_new(template.list_shared(), copies.read_edits(FIRST))
    lines = {}
    for told, drift, way, library in (
        ("as needed", "as needed", FULL, shared),
        ("tidied", "tidied", FULL, shared),
        ("as needed, merged", "as needed", MERGED, shared),
        ("as needed, moved lines free", "as needed", FULL, new),
    ):
        by_hand = {name: each.by_hand for name, each in carried[drift][way].items()}
        typed = Typed(mine, by_hand, theirs, library)
        ratios = compare_mondays(typed)
        lines[told] = {"ratios": to_json(ratios), "words": find_turns(ratios), "rounds": turn_by_rounds(typed)}
    return {"written": {"copies": mine, "template": theirs}, "shared": shared, "new": new, "lines": lines}
