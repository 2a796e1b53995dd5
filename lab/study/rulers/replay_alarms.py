"""Whether the alarms of a replay test are true: what it says of a change, beside what the contract's replay says."""

from collections.abc import Iterator, Set

import pandas as pd

from lab.study.scorecard_rows import EVERY, Row

NOTHING: Set[str] = frozenset()


def pick(caught: pd.DataFrame, kind: str, change: str) -> pd.Series:
    """The one row of a change."""
    return caught[(caught["kind"] == kind) & (caught["name"] == change)].iloc[0]


def list_found(caught: pd.DataFrame, hours: Set[int], allowed: Set[str] = NOTHING) -> pd.Series:
    """By change, whether a test is red that sees these hours only, and excepts the allowed features."""
    seen = [bool(hours & {int(number) for number in of.split()}) for of in caught["hours"]]
    beyond = [bool(set(of.split()) - allowed) for of in caught["features"]]
    differing = [one and other for one, other in zip(seen, beyond, strict=True)]
    return pd.Series(differing, caught.index) | (caught["error"] != "")


def count_alarms(name: str, caught: pd.DataFrame) -> Iterator[Row]:
    """Requests and halves of requests by what came of them; a cause that cannot be cured any more is no alarm."""
    for kind, verdict in (("request", judge_request), ("half", judge_half)):
        changes = caught[caught["kind"] == kind]
        verdicts = pd.Series([verdict(change, caught) for _, change in changes.iterrows()], changes["name"])
        for word in dict.fromkeys(WORDS[kind]):
            told = verdicts.index[verdicts == word].tolist()
            note = f"of {len(changes)}: {'; '.join(told) or 'none'}"
            yield Row("replay_alarms", name, EVERY, float(len(told)), note=note, part=f"{kind}: {word}")


WORDS = {
    "request": ("green, no skew", "red, skew", "red, no skew", "red, by an error", "green, skew"),
    "half": ("red, by a difference", "red, by an error", "green", "hidden by a cause"),
}
"""What may come of a change."""


def judge_request(change: pd.Series, caught: pd.DataFrame) -> str:
    """One of ``WORDS``: what the test says, and whether the contract's replay finds skew."""
    if change["error"]:
        return "red, by an error"
    red, skew = (bool(find_beyond(change, caught, told)) for told in ("features", "skew"))
    return f"{'red' if red else 'green'}, {'skew' if skew else 'no skew'}"


def judge_half(change: pd.Series, caught: pd.DataFrame) -> str:
    """One of ``WORDS``."""
    if change["error"]:
        return "red, by an error"
    if find_beyond(change, caught, "features"):
        return "red, by a difference"
    return "hidden by a cause" if change["features"] else "green"


def find_beyond(change: pd.Series, caught: pd.DataFrame, told: str) -> set[str]:
    """The features that differ, by the test (``features``) or by the contract's replay (``skew``), and not because of
    a cause that could not be cured beside the change."""
    left = [set(pick(caught, "cause", cause)[told].split()) for cause in change["uncured"].split()]
    return set(change[told].split()) - set().union(*left)
