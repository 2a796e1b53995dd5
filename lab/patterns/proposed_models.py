"""Forty models that are proposed in the place of one: sixteen sound ones, and others that are not what they seem.

All are fitted; what is wrong with the others are features as of the wrong moment, answers that come too late, or other
features in service than in the test.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lab.patterns.proposed_flights import Flights, choose_questions
from lab.patterns.proposed_recipes import USUAL, fit, list_recipes
from lab.patterns.proposed_vectors import DAY_ITSELF, TOO_LATE, Rows, break_rows, read_as_of, read_days_mean
from measure.data.baselines import fit_rates
from problem.facts import Facts
from problem.which_is_better import LIMIT, Floats

GROUPS = ["carrier", "origin", "local_hour"]
"""The table's, as in the study."""
SOUND, LEAKY, SLOW, BROKEN = "sound", "leaky", "slow", "broken"
KINDS = (SOUND, LEAKY, SLOW, BROKEN)
LARGER, NEWER = "grown", "newer"
"""The recipes of the slow ones and of the broken ones."""
MEDIANS = (0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.18, 0.3)
"""Seconds that an answer of a slow model takes; at busy hours as much more as there are more flights."""
SPREAD = 0.5
CORES = 2


class Proposal(NamedTuple):
    """What a candidate says of the flights of the test month and of those in service (of these what the table says,
    where it was not in time), and in which share of them it was not in time."""

    name: str
    kind: str
    past: Floats
    served: Floats
    missing: float = 0.0


def propose(facts: Facts, rows: Rows, past: Flights, served: Flights, usual: int = USUAL) -> list[Proposal]:
    """The champion, and then the forty; ``usual``: one known flight in so many is learned from."""
    models = dict(_at_once(lambda of: (of[0], of[1](rows.known)), list_recipes(usual).items()))
    sound = _at_once(lambda of: Proposal(of[0], SOUND, of[1](rows.past), of[1](rows.served)), models.items())
    leaky = _at_once(lambda name: leak(name, facts, rows, past, usual), [*TOO_LATE, DAY_ITSELF])
    newer = next(each for each in sound if each.name == NEWER)
    changed = break_rows(facts, rows.served, served.asked).items()
    broken = _at_once(lambda of: newer._replace(name=of[0], kind=BROKEN, served=models[NEWER](of[1])), changed)
    larger = next(each for each in sound if each.name == LARGER)
    instead = propose_table(rows).served
    return [*sound, *leaky, *(slow_down(larger, served, instead, median) for median in MEDIANS), *broken]


def propose_table(rows: Rows) -> Proposal:
    """The table of rates, which answers where a model does not, and before there is one."""
    rates = fit_rates(rows.known[GROUPS], rows.known["late"])
    return Proposal("table", SOUND, rates.predict(rows.past[GROUPS]), rates.predict(rows.served[GROUPS]))


def leak(name: str, facts: Facts, rows: Rows, past: Flights, usual: int) -> Proposal:
    """A model that learns and is tested with features that nobody has when the question is asked."""
    asked = choose_questions(facts, *rows.period).iloc[::usual]
    after = TOO_LATE.get(name)
    learned, tested = (
        read_days_mean(facts, of) if after is None else read_as_of(facts, of, after) for of in (asked, past.asked)
    )
    model = fit(learned)
    return Proposal(name, LEAKY, model(tested), model(rows.served))


def slow_down(proposal: Proposal, served: Flights, instead: Floats, median: float) -> Proposal:
    """The same model where its answers take so long, and what it says where it has to be ``instead``."""
    hours = pd.factorize(served.asked["scheduled_at"].dt.floor("h"))[0]
    busy = np.bincount(hours)[hours]
    random = np.random.default_rng(round(median * 1000))
    seconds = median * busy / busy.mean() * random.lognormal(0.0, SPREAD, len(busy))
    late = seconds > LIMIT
    risk = np.where(late, instead, proposal.served)
    return Proposal(f"{median * 1000:.0f} ms", SLOW, proposal.past, risk, float(late.mean()))


def _at_once(make: Callable[[Any], Any], of: Iterable[Any]) -> list[Any]:
    with ThreadPoolExecutor(CORES) as pool:
        return list(pool.map(make, of))
