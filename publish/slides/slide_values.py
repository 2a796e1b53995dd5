"""What slides say in numbers: the substitutions of the decks, read from results when a deck is built."""

import tomllib
from collections import Counter
from typing import Any

from lab.changes.change_table import find_winners
from lab.engine.workspace import REPOSITORY
from lab.study.cell_text import format_figure
from lab.study.claims import BY_CONSTRUCTION, DEPENDS, NOT_SUPPORTED, SUPPORTED, UNTESTED, judge_claims
from lab.study.evidence import Evidence, NoEvidence
from lab.systems import list_compared, list_core
from measure.code.cochange import co_change
from measure.figures import figure_style
from problem.contract import FEATURES
from problem.facts import load_facts
from publish.eight_part import render_table

NUMBERS = REPOSITORY / "slides" / "numbers.toml"
TIE = "tie"
LABELS = {name: look.label for name, look in figure_style.looks().items()}
WORDS = {
    "supported": SUPPORTED,
    "not_supported": NOT_SUPPORTED,
    "depends": DEPENDS,
    "by_construction": BY_CONSTRUCTION,
    "untested": UNTESTED,
}
"""By the name that a deck uses, a verdict on claims."""
WORDS_OF_RESULTS = (*WORDS.values(), TIE, *(LABELS[name] for name in list_core()))
"""Results that are words, not numbers; a deck says them in its language."""


def read_values(evidence: Evidence) -> dict[str, str]:
    """By the name that a deck uses, the text to put there; raises ``NoEvidence`` if a result is not there.

    A text in Japanese of its own stands under the name with ``_ja`` behind it.
    """
    asked = tomllib.loads(NUMBERS.read_text())
    told = {name: _read_value(evidence, what) for name, what in asked.items()}
    sizes = {"flights": f"{len(load_facts().flights):,}", "features": str(len(FEATURES))}
    tables = {"eight_questions": render_table(evidence.rows, "en", brief=True)}
    tables["eight_questions_ja"] = render_table(evidence.rows, "ja", brief=True)
    return told | sizes | tables | _read_requests(evidence) | _read_claims(evidence) | _read_readers(evidence)


def _read_value(evidence: Evidence, asked: dict[str, Any]) -> str:
    if "score" in asked:
        return _read_score(evidence, asked)
    if "touched" in asked and evidence.debt is not None:
        mutants = evidence.debt.mutants
        ratio = co_change(mutants[mutants["system"] == asked["touched"]]).by_mutant
        return str(asked["as"].format(ratio.value))
    return str(asked["as"].format(evidence.find(asked).value))


def _read_score(evidence: Evidence, asked: dict[str, Any]) -> str:
    """A figure of the scorecard, in the precision that the scorecard gives it."""
    wanted = asked["score"], asked["system"], asked["mode"], asked.get("part", "")
    for row in evidence.rows:
        if (row.key, row.system, row.mode, row.part) == wanted and row.value is not None:
            return format_figure(row.key, row.value)
    raise NoEvidence(f"the scorecard has no {' '.join(filter(None, wanted))}")


def _read_requests(evidence: Evidence) -> dict[str, str]:
    """How many change requests there are, how many each system won, and who won each."""
    won = find_winners(list(evidence.cells))
    counts = Counter(won.values())
    by_winner = {f"won_{who}": str(counts[who]) for who in (*list_compared(), TIE)}
    by_request = {f"won_{request.lower()}": LABELS.get(who, who) for request, who in won.items()}
    return {"requests": str(len(won)), **by_winner, **by_request}


def _read_claims(evidence: Evidence) -> dict[str, str]:
    """How many claims could have failed and were tested, how many of each verdict, and the verdict on each."""
    judged = judge_claims(evidence)
    counts = Counter(claim.verdict for claim in judged)
    verdicts = {f"verdict_{claim.id.lower()}": claim.verdict for claim in judged}
    counted = sum(claim.counts for claim in judged)
    return {"claims": str(counted), **{name: str(counts[word]) for name, word in WORDS.items()}, **verdicts}


def _read_readers(evidence: Evidence) -> dict[str, str]:
    """Readers of what an installation keeps, by system: all that were seen, and those that nothing declares."""
    told: dict[str, str] = {}
    for system, found in (evidence.debt.readers if evidence.debt else {}).items():
        told |= {f"readers_{system}": str(len(found.observed)), f"undeclared_{system}": str(len(found.undeclared))}
    return told
