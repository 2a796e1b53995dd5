"""What each way to find out would see of a candidate, day by day, and what the candidate is worth."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lab.patterns.proposed_desk import Granted, Throw, pair_rivals, throw
from lab.patterns.proposed_flights import Flights
from lab.patterns.proposed_models import Proposal
from parts.model_trial.past_days import see_past
from problem.which_is_better import Flags, Floats, Past, Seen, give_out, price

SHARES = (0.0, 0.05, 0.1, 0.2, 0.3)
"""The dial: of the late flights that left, with a block, the share that is punctual by it."""


class Coins(NamedTuple):
    """An online test on all days, a row for each throw: by day, the sums of z and of z² in blocks."""

    totals: Floats
    squares: Floats

    def estimate(self) -> float:
        """Candidate less champion, in blocks a day."""
        return float(self.totals.mean())


class Evidence(NamedTuple):
    """Of one candidate at one share. ``past``: the test month. By day: ``full``, what flights cost in blocks if it
    answers all of them; ``shadow``, candidate less champion as a shadow prices both, a flight. Online: ``every``, all
    aircraft-days; ``differing``, those on which decisions differ; ``mixed``, what flights cost meanwhile, a row for
    each throw."""

    past: Seen
    full: Floats
    shadow: Floats
    every: Coins
    differing: Coins
    mixed: Floats
    missing: float


class Service:
    """The months in service at one share, with the champion in force. ``full``: by day, what flights cost in blocks."""

    def __init__(self, flights: Flights, champion: Granted, share: float) -> None:
        self.flights, self.share, self.given = flights, share, champion.given
        self.late = flights.live(self.given, share)
        self.cost = price(self.given, self.late)
        self.full = flights.sum_days(self.cost)
        self.counts = flights.sum_days(np.ones(len(flights.day)))

    def price_thrown(self, thrown: Throw) -> Floats:
        """What flights cost where coins decide who answers them."""
        return price(thrown.given, self.flights.live(thrown.given, self.share))

    def sum_coins(self, thrown: Throw, cost: Floats, differ: Flags | None = None) -> tuple[Floats, Floats]:
        """By day, the sums of z and z² over all units, or over those with a flight on which decisions differ."""
        unit, day, theirs, _ = thrown
        count = len(day)
        here = np.ones(len(cost)) if differ is None else 1.0 * (np.bincount(unit, differ, count) > 0)[unit]
        mean = self.flights.sum_days(cost * here) / np.maximum(self.flights.sum_days(here), 1)
        excess = (cost - mean[self.flights.day]) * here
        z = np.where(theirs, 2.0, -2.0) * np.bincount(unit, excess, count)
        totals, squares = (np.bincount(day, of, self.flights.days).astype(np.float64) for of in (z, z**2))
        return totals, squares

    def run_coins(self, thrown: Sequence[Throw], differ: Flags | None = None) -> Coins:
        """All throws."""
        sums = [self.sum_coins(each, self.price_thrown(each), differ) for each in thrown]
        return Coins(*(np.array(of) for of in zip(*sums, strict=True)))

    def gather(self, granted: Granted, past: Seen, missing: float) -> Evidence:
        """All that can be seen of a candidate."""
        flights, thrown = self.flights, granted.thrown
        full = flights.sum_days(price(granted.given, flights.live(granted.given, self.share)))
        shadow = flights.sum_days(price(granted.given, self.late) - self.cost) / self.counts
        mixed = np.array([flights.sum_days(self.price_thrown(each)) for each in thrown])
        every, differing = self.run_coins(thrown), self.run_coins(thrown, granted.differ)
        return Evidence(past, full, shadow, every, differing, mixed, missing)


class Gathered(NamedTuple):
    """At one share: the service with its champion, and by name what is seen of each candidate."""

    service: Service
    evidence: Mapping[str, Evidence]

    def find_worth(self, name: str) -> float:
        """What a candidate costs more than the champion in service, in blocks a day; below 0 it is better."""
        return float((self.evidence[name].full - self.service.full).mean())


def gather_all(
    proposals: Sequence[Proposal], granted: Mapping[str, Granted], past: Flights, served: Flights, share: float
) -> Gathered:
    """``proposals``: the champion first."""
    champion, *candidates = proposals
    service = Service(served, granted[champion.name], share)
    late = past.live(give_out(past.slot, champion.past), share)
    evidence = {}
    for each in candidates:
        seen = see_past(Past(past.day, late, champion.past, each.past))
        evidence[each.name] = service.gather(granted[each.name], seen, each.missing)
    return Gathered(service, evidence)


def describe(gathered: Gathered, proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """A row a candidate: what each way says of it (nats a flight in the test month, then candidate less champion in
    blocks a day), and what it is worth."""
    service = gathered.service
    return [
        {
            "share": service.share,
            "name": each.name,
            "kind": each.kind,
            "missing": each.missing,
            "offline": of.past.total / of.past.units,
            "worth": gathered.find_worth(each.name),
            "shadow": float((of.shadow * service.counts).mean()),
            "online": of.every.estimate(),
            "differing": of.differing.estimate(),
        }
        for each in proposals[1:]
        for of in (gathered.evidence[each.name],)
    ]


def compare_coins(
    gathered: Gathered, granted: Mapping[str, Granted], proposals: Sequence[Proposal]
) -> list[dict[str, Any]]:
    """A row a candidate: the error of an online estimate, from units with decisions that differ, in blocks a day, by
    what has a coin (an aircraft's day or a flight), and where both models' flights share one pool of seats."""
    service, flights = gathered.service, gathered.service.flights
    rows = []
    for name, rivals in [*pair_rivals(proposals).items()][1:]:
        of, worth = granted[name], gathered.find_worth(name)
        ways = {
            "by aircraft": of.thrown,
            "by request": [*throw(flights, rivals, np.arange(len(flights.day)), flights.day)],
            "one pool": [*throw(flights, rivals, flights.unit, flights.unit_day, apart=False)],
        }
        found = {way: service.run_coins(thrown, of.differ).estimate() - worth for way, thrown in ways.items()}
        more = float(of.given.sum() / service.given.sum())
        rows.append({"name": name, "given": more, "worth": worth, **found})
    return rows
