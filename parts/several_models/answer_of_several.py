"""The answer of several models, put together: what was told, and what is missing and why."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from parts.model_service.refusals import NotAnswered, Refused
from parts.several_models.predictors import Predictor
from problem.several_models import Row

Run = Callable[[Callable[[str], float], Iterable[str]], Iterator[float]]
"""How models are asked that do not wait for one another: ``map``, or that of a pool."""


class Told:
    """What has been told so far."""

    def __init__(self) -> None:
        self.prediction: dict[str, float] = {}
        self.missing: dict[str, str] = {}
        self._versions: list[str] = []

    def add(self, name: str, prediction: float, version: str) -> None:
        """What a model says."""
        self.prediction[name] = prediction
        self._versions.append(version)

    def add_all(self, answer: Mapping[str, Any]) -> None:
        """The answer of another part."""
        self.prediction |= answer["prediction"]
        self.missing |= answer["missing"]
        self._versions.append(answer["model_version"])

    def leave_out(self, name: str, why: str) -> None:
        """A model that says nothing."""
        self.missing[name] = why

    def is_enough(self, enough: float | None) -> bool:
        """Whether the last that was told is as sure as that, of either outcome."""
        if enough is None or not self.prediction:
            return False
        last = [*self.prediction.values()][-1]
        return max(last, 1 - last) >= enough

    def finish(self) -> dict[str, Any]:
        """The answer; raises ``NotAnswered`` if no model told anything."""
        if not self.prediction:
            raise NotAnswered("; ".join(f"{name}: {why}" for name, why in self.missing.items()))
        version = ", ".join(self._versions)
        return {"prediction": self.prediction, "missing": self.missing, "model_version": version}


NOT_NEEDED = "not asked: the one before was sure enough"


def answer_row(
    predictors: Mapping[str, Predictor], row: Row, wanted: Iterable[str], enough: float | None, run: Run = map
) -> dict[str, Any]:
    """What models of this process say of a row; raises ``Refused`` for one that is not here or wants another width.

    ``run``: how they are asked if all are to be asked; with ``enough``, it is one after the other.
    """
    names, told = demand_known(wanted, predictors), Told()
    for name in names:
        if len(row) != predictors[name].width:
            raise Refused(f"the row holds {len(row)} numbers, {name} wants {predictors[name].width}")
    if enough is None:
        for name, score in zip(names, run(lambda name: predictors[name].score(row), names), strict=True):
            told.add(name, score, predictors[name].version)
        return told.finish()
    for name in names:
        if told.is_enough(enough):
            told.leave_out(name, NOT_NEEDED)
        else:
            told.add(name, predictors[name].score(row), predictors[name].version)
    return told.finish()


def demand_known(wanted: Iterable[str], known: Iterable[str]) -> list[str]:
    """The models that are wanted, each once; raises ``Refused`` if one is not known."""
    names, known = list(dict.fromkeys(wanted)), list(known)
    if unknown := [name for name in names if name not in known]:
        raise Refused(f"there is no model {unknown[0]}; there are: {', '.join(known)}")
    return names
