"""Answers to record that nobody asked for: alike but for their number, and with all features."""

from typing import Any

from parts.vector_models.vector_question import EXAMPLE
from problem.contract import FEATURES
from problem.recorded import Answered

VECTOR = {name: EXAMPLE[name] for name in FEATURES}
BEGINNING = 1370959200.0
"""In seconds of Unix time; the answers come a second apart."""


def make_answered(number: int = 0, **changed: Any) -> Answered:
    """The answer of that number; ``changed``: fields that are otherwise."""
    usual = Answered(
        answered_at=BEGINNING + number,
        flight_id=number,
        caller="app",
        instance="i1",
        release="r7",
        model_version="late/7",
        prediction=0.25,
        milliseconds={"": 1.5, "stored": 1.0, "model": 0.5},
        ages=dict.fromkeys(("airport", "carrier_airport", "route", "aircraft", "weather"), 7.5),
        features=VECTOR,
    )
    return usual._replace(**changed)
