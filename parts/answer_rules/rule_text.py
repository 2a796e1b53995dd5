"""Rules as JSON has them, with a version: written, and read with care.

A rule with a feature that is misspelt, or with a value of another type, would match nothing, and nobody would be told.
So a text is taken whole or not at all. A value that merely never comes is no fault of the text: only questions show it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from problem.behaviour import MODEL, TABLE, Rule, Treatment
from problem.contract import CATEGORIES, FEATURES


class BadRules(ValueError):
    """A text that is no list of rules: one line that says which rule, and why."""


class Rules(NamedTuple):
    """``version``: 1 or more."""

    version: int
    rules: tuple[Rule, ...]


def write_rules(version: int, rules: Sequence[Rule]) -> bytes:
    """As JSON. Raises ``BadRules`` for what could not be read again."""
    text = json.dumps({"version": version, "rules": [_tell(rule) for rule in rules]}).encode()
    read_rules(text)
    return text


def read_rules(text: bytes) -> Rules:
    """Raises ``BadRules``."""
    try:
        told = json.loads(text)
        version, listed = told["version"], told["rules"]
    except (ValueError, TypeError, KeyError) as error:
        raise BadRules(f"no version and rules in it ({type(error).__name__})") from error
    if type(version) is not int or version < 1 or not isinstance(listed, list):
        raise BadRules("the version is to be a number from 1 on, and the rules a list")
    rules = tuple(_read(place, each) for place, each in enumerate(listed, 1))
    if len({rule.name for rule in rules}) < len(rules):
        raise BadRules("two rules have one name")
    return Rules(version, rules)


def _tell(rule: Rule) -> dict[str, Any]:
    then = rule.then._asdict() | {"without": list(rule.then.without)}
    return {"name": rule.name, "when": {name: list(values) for name, values in rule.when.items()}, "then": then}


def _read(place: int, told: Any) -> Rule:
    try:
        rule = Rule(told["name"], told["when"], Treatment(**told["then"]))
        fault = _find_fault(rule)
    except (TypeError, KeyError, AttributeError) as error:
        raise BadRules(f"rule {place} is not name, when and then ({error})") from error
    if fault:
        raise BadRules(f"rule {place}: {fault}")
    return rule._replace(then=rule.then._replace(without=tuple(rule.then.without)))


def _find_fault(rule: Rule) -> str:
    then = rule.then
    features: Mapping[str, Any] = rule.when
    if not isinstance(rule.name, str) or not rule.name:
        return "it has no name"
    if unknown := [name for name in (*features, *then.without) if name not in FEATURES]:
        return f"{unknown[0]!r} is no feature"
    if empty := [name for name, values in features.items() if not isinstance(values, list) or not values]:
        return f"{empty[0]} is to have a list of values"
    if strange := [(name, value) for name in features for value in features[name] if not _can_be(name, value)]:
        return f"{strange[0][1]!r} is no {'text' if strange[0][0] in CATEGORIES else 'number'}, as {strange[0][0]} is"
    if then.by not in (MODEL, TABLE):
        return f"{then.by!r} answers nothing: it is {MODEL} or {TABLE}"
    if isinstance(then.odds, bool) or not (math.isfinite(then.odds) and then.odds > 0):
        return "odds are multiplied by a number above 0"
    return ""


def _can_be(feature: str, value: Any) -> bool:
    if feature in CATEGORIES:
        return isinstance(value, str)
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
