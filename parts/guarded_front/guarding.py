"""Guards around a call of a model: each is a function that makes a guarded call of a call."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from circuitbreaker import CircuitBreaker
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from parts.model_service.refusals import NotAnswered
from problem.rush import Guards

Ask = Callable[[Mapping[str, Any]], dict[str, Any]]
"""From a question to its answer; raises ``NotAnswered``, or ``Refused`` for a question that no model can answer."""
PAUSE, LONGEST = 0.1, 1.0
"""Seconds: before a second try up to so many, drawn by chance; twice as many before each further one, up to that."""


def guard(ask: Ask, guards: Guards) -> Ask:
    """The call behind these guards but for the limit, which is the call's own, and the table. For many threads."""
    if guards.tries > 1:
        ask = try_again(ask, guards.tries)
    if guards.failures:
        ask = break_circuit(ask, guards.failures, guards.rest)
    return let_in(ask, guards.at_once) if guards.at_once else ask


def try_again(ask: Ask, tries: int) -> Ask:
    """Ask up to so many times, until there is an answer."""
    retrying = Retrying(
        stop=stop_after_attempt(tries),
        wait=wait_random_exponential(multiplier=PAUSE, max=LONGEST),
        retry=retry_if_exception_type(NotAnswered),
        reraise=True,
    )
    return retrying.wraps(ask)


def break_circuit(ask: Ask, failures: int, rest: float) -> Ask:
    """Ask until so many calls in a row had no answer, and then not for ``rest`` seconds after the last of these.

    Then all may ask again; one answer closes the circuit, one failure opens it anew. The breaker has to wrap the call:
    as a context manager it counts, and lets everything through.
    """

    def leave_alone(_: Mapping[str, Any]) -> NoReturn:
        raise NotAnswered(f"{failures} calls of the model in a row had no answer: it is left alone for {rest:g} s")

    breaker = CircuitBreaker(
        failures, rest, expected_exception=NotAnswered, name="model", fallback_function=leave_alone
    )
    decorated: Ask = breaker.decorate(ask)
    return decorated


def let_in(ask: Ask, at_once: int) -> Ask:
    """Ask if fewer than so many do."""
    places = threading.Semaphore(at_once)

    def ask_if_there_is_room(body: Mapping[str, Any]) -> dict[str, Any]:
        if not places.acquire(blocking=False):
            raise NotAnswered(f"{at_once} questions are in hand: ask again later")
        try:
            return ask(body)
        finally:
            places.release()

    return ask_if_there_is_room
