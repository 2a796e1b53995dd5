"""Rules around the model, from a flag store that every process follows.

One flag of OpenFeature, whose variant is chosen for each question from its features. What holds while nothing was ever
heard is in the code, as OpenFeature has it: the model's own answer. So a process that starts while the store is down
needs a copy of what it heard last, or it undoes what was switched.
"""

import os
from pathlib import Path
from typing import Any

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider

from parts.answer_rules.rule_text import Rules
from parts.flag_store.follower import Follower
from problem.behaviour import Rule, State, find_first
from problem.too_big import Row

FLAG, DOMAIN, AS_IT_IS = "treatment", "answers", "as it is"
URL, EVERY, COPY = "FLAG_STORE", "FLAG_SECONDS", "FLAG_COPY"
"""In the environment: where the store answers, seconds between two looks, and a file for a copy, if there is to be one.
"""


class Behaviour:
    """See ``problem.behaviour``. Raises ``KeyError`` for a setting that is missing, ``ValueError`` for no number."""

    def __init__(self) -> None:
        copy = os.environ.get(COPY)
        place = Path(copy) if copy else None
        self._follower = Follower(os.environ[URL], float(os.environ[EVERY]), self.take, place)
        self._rules: tuple[Rule, ...] = ()
        # One provider for good: until one that takes another's place is ready, questions get what the code has.
        flag: InMemoryFlag[Any] = InMemoryFlag(AS_IT_IS, {AS_IT_IS: {}}, context_evaluator=self._choose)
        api.set_provider_and_wait(InMemoryProvider({FLAG: flag}), DOMAIN)
        self._client = api.get_client(DOMAIN)

    def start(self) -> None:
        """See the contract."""
        self._follower.start()

    def close(self) -> None:
        """See the contract."""
        self._follower.close()

    def take(self, heard: Rules) -> None:
        """Follow these rules from now on."""
        self._rules = heard.rules

    def find_rule(self, row: Row) -> Rule | None:
        """See the contract."""
        found: Any = self._client.get_object_value(FLAG, {}, EvaluationContext(attributes=dict(row)))
        return found.get("rule")

    def tell(self) -> State:
        """See the contract."""
        return self._follower.tell()

    def _choose(self, flag: "InMemoryFlag[Any]", asked: EvaluationContext) -> "FlagResolutionDetails[Any]":
        if rule := find_first(self._rules, asked.attributes):
            return FlagResolutionDetails({"rule": rule}, variant=rule.name, reason=Reason.TARGETING_MATCH)
        return FlagResolutionDetails(flag.variants[AS_IT_IS], variant=AS_IT_IS, reason=Reason.DEFAULT)
