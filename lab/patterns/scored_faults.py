"""Fifteen faults, one for each check of the rubric, and where each strikes."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lab.patterns import scored_strikes as strikes
from lab.patterns.scored_candidate import Site
from lab.patterns.scored_strikes import Around
from problem.facts import Facts

AT_ONCE = pd.Timedelta(0)


def _nothing(_: Site) -> AbstractContextManager[Any]:
    return nullcontext()


@dataclass(frozen=True)
class ScoredFault:
    """``check``: the name of the check that it is there for. What is as it should be is left out.

    ``learned``: the facts that training sees; ``learning``: around training. ``seen``: the facts that the service sees;
    ``asked``: what callers send; ``making``: around the making of vectors, ``looking``: of training's for the same
    questions too. ``serving``: around the model's answers; ``replaced``: whether another model is in force when they
    are asked for again; ``later``: how long after them somebody looks. ``stops``: whether a run is to stop by it.
    """

    check: str
    title: str
    learned: Callable[[Facts], Facts] | None = None
    learning: Around = _nothing
    seen: Callable[[Facts], Facts] | None = None
    asked: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    making: Around = _nothing
    looking: bool = False
    serving: Around = _nothing
    replaced: bool = False
    later: pd.Timedelta = AT_ONCE
    stops: bool = False

    @property
    def learns_anew(self) -> bool:
        """Whether it strikes training."""
        return self.learned is not None or self.learning is not _nothing

    @property
    def reaches_vectors(self) -> bool:
        """Whether it strikes what is served before a model sees it."""
        return bool(self.seen or self.asked or self.making is not _nothing)


FAULTS = (
    ScoredFault("schema", "a weather station sends -999", seen=strikes.send_sentinels),
    ScoredFault("oracle", "the code of weather features gives nulls", making=strikes.plant_nulls, looking=True),
    ScoredFault("offline_online", "the same in the service alone", making=strikes.plant_nulls),
    ScoredFault("simpler", "outcomes joined to other flights", learned=strikes.join_wrongly),
    ScoredFault("slices", "one airport's outcomes turned round", learned=strikes.turn_round),
    ScoredFault("reproducible", "rows drawn without a seed", learning=strikes.draw_rows),
    ScoredFault("learns", "a learning rate mistyped", learning=strikes.mistype_rate),
    ScoredFault("whole_way", "landings cannot be read", seen=strikes.lose_landings, stops=True),
    ScoredFault("remade", "another model put in force", replaced=True),
    ScoredFault("versions", "another release of the library", serving=strikes.install_another_library),
    ScoredFault("inputs", "kilometres for miles", asked=strikes.send_kilometres),
    ScoredFault("skew", "callers send no tail numbers", asked=strikes.lose_tail_numbers),
    ScoredFault("age", "nobody has trained for a hundred days", later=pd.Timedelta(days=100)),
    ScoredFault("numbers", "the model says NaN where the risk is high", serving=strikes.forget_some),
    ScoredFault("served", "the two classes in the other order", serving=strikes.swap_classes),
)
HEALTHY = ScoredFault("", "no fault")
STOPPING = frozenset(fault.check for fault in FAULTS if fault.stops)
OF_TRAINING = [fault.check for fault in FAULTS if fault.learns_anew]
"""The only ones that what a test set looks at can show."""
