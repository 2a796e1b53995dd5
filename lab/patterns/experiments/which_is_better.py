"""Which model is better? What four ways to find out lose where answers change what happens."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from scipy import stats

from lab.patterns.peeked_tests import TESTS, try_same_model
from lab.patterns.proposed_desk import grant_all
from lab.patterns.proposed_evidence import SHARES, compare_coins, describe, gather_all
from lab.patterns.proposed_flights import Flights, make_flights, measure_pull
from lab.patterns.proposed_futures import FUTURES, SHOWN
from lab.patterns.proposed_models import KINDS, Proposal, propose, propose_table
from lab.patterns.proposed_recipes import USUAL
from lab.patterns.proposed_vectors import make_rows
from lab.patterns.proposed_verdicts import find_turn, sum_up, sweep_seeming, try_all
from measure.data.comparison import Word
from parts.model_trial.model_trial import Stage
from problem.facts import load_facts

KNOWN, PAST, SERVED = ("2013-01-01", "2013-05-31"), ("2013-06-01", "2013-06-30"), ("2013-07-01", "2013-12-29")
"""What is learned from, the test month, and 26 weeks of service from a Monday on."""
USUAL_SHARE = 0.1
"""The share of changed outcomes at which the second dial is turned."""


class Season(NamedTuple):
    """What models say (the one in force first), and the flights of both periods."""

    proposals: Sequence[Proposal]
    past: Flights
    served: Flights


class Size(NamedTuple):
    """How much is simulated: shares of changed outcomes, futures, A/A tests."""

    shares: Sequence[float] = SHARES
    futures: int = FUTURES
    tests: int = TESTS


def measure(folder: Path, sides: Mapping[str, ModuleType]) -> dict[str, Any]:
    """Blocks lost by way over both dials; what each way says of each candidate; A/A tests."""
    facts = load_facts()
    pull = measure_pull(facts, *KNOWN)
    past, served = (make_flights(facts, *period, pull) for period in (PAST, SERVED))
    rows = make_rows(facts, KNOWN, past.asked, served.asked)
    proposals = propose(facts, rows, past, served, USUAL)
    return measure_all(Season(proposals, past, served), propose_table(rows), sides, Size()) | {"pull": pull}


def measure_all(season: Season, table: Proposal, sides: Mapping[str, ModuleType], size: Size) -> dict[str, Any]:
    """The figures; ``table``: what is in force before there is a model."""
    trials = {card: import_module(f"{of.__name__}.trial") for card, of in sides.items()}
    stages = {card: of.Trial.stages for card, of in trials.items()}
    first = season._replace(proposals=[table, *season.proposals[1:]])
    found = sweep_shares(season, stages, size)
    ways, seeming = found["ways"], found["seeming"]
    before = sweep_shares(first, stages, size._replace(shares=(USUAL_SHARE,), tests=0))
    return {
        "headline": tell(ways, seeming, before["seeming"]),
        "turns": {"changed": find_turns(ways, "share"), "seeming": find_turns(seeming, "seeming")},
        "first": {name: before[name] for name in ("ways", "seeming", "candidates")}
        | {"turns": find_turns(before["seeming"], "seeming")},
        **found,
    }


def sweep_shares(season: Season, stages: Mapping[str, Sequence[Stage]], size: Size) -> dict[str, Any]:
    """Everything with one model in force. The second dial and the A/A tests are at the usual share, the errors of
    coins at the highest."""
    proposals, past, served = season
    granted = grant_all(proposals, served)
    found: dict[str, Any] = {"ways": [], "candidates": [], "ranks": []}
    for share in size.shares:
        gathered = gather_all(proposals, granted, past, served, share)
        tried = try_all(gathered, stages, size.futures)
        found["ways"] += sum_up(tried, gathered, proposals)
        rows = describe(gathered, proposals)
        found["candidates"] += rows
        found["ranks"] += [rank(rows, kinds) for kinds in (KINDS, KINDS[:1])]
        if share == USUAL_SHARE:
            found["seeming"] = sweep_seeming(tried, proposals)
            found["same"] = try_same_model(gathered.service, size.tests) if size.tests else []
        if share == max(size.shares):
            found["errors"] = compare_coins(gathered, granted, proposals)
    return found


def rank(candidates: Sequence[Mapping[str, Any]], kinds: Sequence[str]) -> dict[str, Any]:
    """How well each way's estimate orders candidates by what they are worth (Spearman), 1 at best; null for one."""
    rows = [row for row in candidates if row["kind"] in kinds]
    worth = [row["worth"] for row in rows]
    by_way = ("offline", "shadow", "online", "differing")
    found = {
        way: float(stats.spearmanr([row[way] for row in rows], worth).statistic) if len(rows) > 1 else None
        for way in by_way
    }
    return {"share": rows[0]["share"], "kinds": " ".join(kinds), **found}


def find_turns(rows: Sequence[Mapping[str, Any]], dial: str) -> list[dict[str, Any]]:
    """A row a way: where its word against offline only turns for good (see ``find_turn``)."""
    ways = dict.fromkeys((row["side"], row["rule"]) for row in rows)
    words = {way: {row[dial]: row["word"] for row in rows if (row["side"], row["rule"]) == way} for way in ways}
    return [{"side": side, "rule": rule, **find_turn(words[side, rule])} for side, rule in ways]


def tell(
    ways: Sequence[Mapping[str, Any]], seeming: Sequence[Mapping[str, Any]], first: Sequence[Mapping[str, Any]]
) -> str:
    """The result in one line."""
    lost = {row["side"]: row["lost"]["value"] for row in ways if row["share"] == USUAL_SHARE and row["rule"] == SHOWN}
    told = ", ".join(f"{side.replace('_', ' ')} {lost[side]:.1f}" for side in sorted(lost, key=lambda of: -lost[of]))
    pays, early = (_tell_turn(rows, word) for rows, word in ((seeming, Word.BETTER), (first, Word.WORSE)))
    return f"blocks lost a day: {told}; shadow better than offline only {pays}, worse before a first model {early}"


def _tell_turn(rows: Sequence[Mapping[str, Any]], word: Word) -> str:
    """At which shares of candidates that are not what they seem the shadow has this word."""
    found = [
        row["seeming"] for row in rows if row["side"] == "shadow_ab" and row["rule"] == SHOWN and row["word"] == word
    ]
    return f"where {min(found):.0%} to {max(found):.0%} of candidates are not what they seem" if found else "nowhere"
