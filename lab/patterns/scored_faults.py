"""Fifteen faults, one for each check of the rubric: what goes wrong, where, and that it is really there."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline

from lab.faults.injectors import WithoutLandings, check_injected, plant_defect
from lab.patterns.scored_candidate import TRAINED, WEEKS, Site
from lab.systems import find_system
from problem.facts import Facts
from problem.questions import NEW_YORK

Around = Callable[[Site], AbstractContextManager[Any]]
AIRPORT = "LGA"
KILOMETRES = 1.609344
SENTINEL = -999.0
AT_ONCE = pd.Timedelta(0)


def _nothing(_: Site) -> AbstractContextManager[Any]:
    return nullcontext()


@dataclass(frozen=True)
class ScoredFault:
    """``check``: the name of the check that it is there for. What is as it should be is left out.

    ``learned``: the facts that training sees; ``learning``: around training. ``seen``: the facts that the service sees;
    ``asked``: what callers send; ``making``: around the making of vectors, ``looking``: of training's for the same
    questions too. ``serving``: around the model's answers; ``replaced``: whether another model is in force when they
    are asked for again; ``later``: how long after them somebody looks.
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

    @property
    def learns_anew(self) -> bool:
        """Whether it strikes training."""
        return self.learned is not None or self.learning is not _nothing

    @property
    def reaches_vectors(self) -> bool:
        """Whether it strikes what is served before a model sees it."""
        return bool(self.seen or self.asked or self.making is not _nothing)


def join_wrongly(facts: Facts) -> Facts:
    """The outcomes of other flights."""
    outcomes = facts.outcomes
    late = outcomes["late"].sample(frac=1, random_state=0).to_numpy()
    check_injected(bool((late != outcomes["late"]).mean() > 0.1), "the outcomes are those of the flights")
    return replace(facts, outcomes=outcomes.assign(late=late))


def turn_round(facts: Facts) -> Facts:
    """At one airport the sign of a delay has changed: who was late is on time."""
    turned = facts.outcomes["flight_id"].isin(facts.flights.loc[facts.flights["origin"] == AIRPORT, "flight_id"])
    check_injected(bool(turned.any()), "no flight leaves there")
    late = facts.outcomes["late"].where(~turned, 1 - facts.outcomes["late"])
    return replace(facts, outcomes=facts.outcomes.assign(late=late))


def send_sentinels(facts: Facts) -> Facts:
    """A weather station says -999 for wind that it did not measure."""
    struck = (facts.weather["origin"] == AIRPORT) & (
        facts.weather["known_at"] > pd.Timestamp(WEEKS[0], tz=NEW_YORK) + TRAINED
    )
    check_injected(bool(struck.any()), "no observation is left to strike")
    return replace(facts, weather=facts.weather.assign(wind_speed=facts.weather["wind_speed"].mask(struck, SENTINEL)))


def lose_landings(facts: Facts) -> Facts:
    """The table of landings cannot be read."""
    return WithoutLandings(**vars(facts))


def send_kilometres(asked: pd.DataFrame) -> pd.DataFrame:
    """Callers send kilometres for miles."""
    return asked.assign(distance=(asked["distance"] * KILOMETRES).round().astype(int))


def lose_tail_numbers(asked: pd.DataFrame) -> pd.DataFrame:
    """Callers have stopped sending tail numbers."""
    return asked.assign(tailnum=None)


@contextmanager
def draw_rows(_: Site) -> Iterator[None]:
    """Each fit takes nine rows of ten, drawn without a seed."""
    fit = Pipeline.fit

    def drawn(self: Pipeline, rows: pd.DataFrame, labels: Any, **more: Any) -> Pipeline:
        kept = np.sort(np.random.default_rng().permutation(len(rows))[: int(0.9 * len(rows))])
        return fit(self, rows.iloc[kept], np.asarray(labels)[kept], **more)

    with patch.object(Pipeline, "fit", drawn):
        yield


@contextmanager
def mistype_rate(_: Site) -> Iterator[None]:
    """A learning rate of 0.0001 where 0.1 was meant."""
    fit = HistGradientBoostingClassifier.fit

    def slowly(self: Any, *rows: Any, **more: Any) -> Any:
        return fit(self.set_params(learning_rate=0.0001), *rows, **more)

    with patch.object(HistGradientBoostingClassifier, "fit", slowly):
        yield


def _change_answers(change: Callable[[Any], Any]) -> Around:
    """The model's probabilities (rows, 2) pass through ``change``."""

    @contextmanager
    def around(_: Site) -> Iterator[None]:
        predict = HistGradientBoostingClassifier.predict_proba
        with patch.object(HistGradientBoostingClassifier, "predict_proba", lambda *given: change(predict(*given))):
            yield

    return around


def forget_some(said: Any) -> Any:
    """No number where lateness is likelier than it mostly is."""
    return np.where(said[:, 1:] > 0.25, np.nan, said)


@contextmanager
def install_another_library(_: Site) -> Iterator[None]:
    """The service has another release of scikit-learn than the training."""
    with patch("sklearn.__version__", "0.1"), patch("sklearn.base.__version__", "0.1"):
        yield


def _plant_nulls(site: Site) -> AbstractContextManager[Any]:
    class Struck:  # what the injector reads of a scene
        system = find_system(site.system)

    return plant_defect("nulls")(Struck())  # type: ignore[arg-type]


FAULTS = (
    ScoredFault("schema", "a weather station sends -999", seen=send_sentinels),
    ScoredFault("oracle", "the code of weather features gives nulls", making=_plant_nulls, looking=True),
    ScoredFault("offline_online", "the same in the service alone", making=_plant_nulls),
    ScoredFault("simpler", "outcomes joined to other flights", learned=join_wrongly),
    ScoredFault("slices", "one airport's outcomes turned round", learned=turn_round),
    ScoredFault("reproducible", "rows drawn without a seed", learning=draw_rows),
    ScoredFault("learns", "a learning rate mistyped", learning=mistype_rate),
    ScoredFault("whole_way", "landings cannot be read", seen=lose_landings),
    ScoredFault("remade", "another model put in force", replaced=True),
    ScoredFault("versions", "another release of the library", serving=install_another_library),
    ScoredFault("inputs", "kilometres for miles", asked=send_kilometres),
    ScoredFault("skew", "callers send no tail numbers", asked=lose_tail_numbers),
    ScoredFault("age", "nobody has trained for a hundred days", later=pd.Timedelta(days=100)),
    ScoredFault("numbers", "the model says NaN where the risk is high", serving=_change_answers(forget_some)),
    ScoredFault("served", "the two classes in the other order", serving=_change_answers(lambda said: said[:, ::-1])),
)
HEALTHY = ScoredFault("", "no fault")
