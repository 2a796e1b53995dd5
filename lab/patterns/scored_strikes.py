"""What goes wrong with a candidate, each with a look that it is really there."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import sklearn.base
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
    since = pd.Timestamp(WEEKS[0], tz=NEW_YORK) + TRAINED
    struck = (facts.weather["origin"] == AIRPORT) & (facts.weather["known_at"] > since)
    check_injected(bool(struck.any()), "no observation is left to strike")
    return replace(facts, weather=facts.weather.assign(wind_speed=facts.weather["wind_speed"].mask(struck, SENTINEL)))


def lose_landings(facts: Facts) -> Facts:
    """The table of landings cannot be read."""
    return WithoutLandings(**vars(facts))


def send_kilometres(asked: pd.DataFrame) -> pd.DataFrame:
    """Callers send kilometres for miles."""
    sent = (asked["distance"] * KILOMETRES).round().astype(int)
    check_injected(bool((sent != asked["distance"]).all()), "miles are sent")
    return asked.assign(distance=sent)


def lose_tail_numbers(asked: pd.DataFrame) -> pd.DataFrame:
    """Callers have stopped sending tail numbers."""
    check_injected(bool(asked["tailnum"].notna().mean() > 0.5), "hardly a tail number was sent before")
    return asked.assign(tailnum=None)


@contextmanager
def _replace_method(owner: type, name: str, other: Callable[..., tuple[Any, bool]]) -> Iterator[None]:
    """``other`` gets the method and its arguments; it gives the answer, and whether it is another one.

    Raises ``NotInjected`` at the end if it never was.
    """
    method, struck = getattr(owner, name), list[bool]()

    def replaced(*given: Any, **named: Any) -> Any:
        answer, is_other = other(method, *given, **named)
        struck.append(is_other)
        return answer

    with patch.object(owner, name, replaced):
        yield
    check_injected(any(struck), f"{owner.__name__}.{name} did what it always does")


def draw_rows(_: Site) -> AbstractContextManager[None]:
    """Each fit takes nine rows of ten, drawn without a seed."""

    def fit(method: Any, model: Any, rows: pd.DataFrame, labels: Any, **more: Any) -> tuple[Any, bool]:
        kept = np.sort(np.random.default_rng().permutation(len(rows))[: int(0.9 * len(rows))])
        return method(model, rows.iloc[kept], np.asarray(labels)[kept], **more), True

    return _replace_method(Pipeline, "fit", fit)


def mistype_rate(_: Site) -> AbstractContextManager[None]:
    """A learning rate of 0.0001 where 0.1 was meant."""

    def fit(method: Any, model: Any, *rows: Any, **more: Any) -> tuple[Any, bool]:
        return method(model.set_params(learning_rate=0.0001), *rows, **more), True

    return _replace_method(HistGradientBoostingClassifier, "fit", fit)


def forget_some(_: Site) -> AbstractContextManager[None]:
    """No number where lateness is likelier than it mostly is."""

    def predict(method: Any, *given: Any) -> tuple[Any, bool]:
        said = method(*given)
        high = said[:, 1:] > 0.25
        return np.where(high, np.nan, said), bool(high.any())

    return _replace_method(HistGradientBoostingClassifier, "predict_proba", predict)


def swap_classes(_: Site) -> AbstractContextManager[None]:
    """The probability of the other class."""
    return _replace_method(
        HistGradientBoostingClassifier, "predict_proba", lambda method, *given: (method(*given)[:, ::-1], True)
    )


@contextmanager
def install_another_library(_: Site) -> Iterator[None]:
    """The service has another release of scikit-learn than the training."""
    with patch("sklearn.__version__", "0.1"), patch("sklearn.base.__version__", "0.1"):
        check_injected(sklearn.base.__version__ == sklearn.__version__ == "0.1", "the release is the same")
        yield


def plant_nulls(site: Site) -> AbstractContextManager[Any]:
    """The code of weather features gives nulls."""

    class Struck:  # what the injector reads of a scene
        system = find_system(site.system)

    return plant_defect("nulls")(Struck())  # type: ignore[arg-type]
