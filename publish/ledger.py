"""The ledger of claims, docs/ledger.md: those against FTI first."""

import re
from pathlib import Path

from lab.changes import change_records, debt_records
from lab.engine.workspace import REPOSITORY, results_folder
from lab.faults import fault_records as struck
from lab.study.claims import (
    BY_CONSTRUCTION,
    COUNTED,
    DEPENDS,
    NOT_SUPPORTED,
    SUPPORTED,
    UNTESTED,
    Judged,
    find_timed_claims,
    judge_claims,
)
from lab.study.evidence import Evidence
from lab.study.expected_numbers import HEADINGS, list_numbers
from lab.study.scorecard import read_rows
from publish.markdown_table import write_table
from publish.marked_parts import find_page, replace_part

PAGE = REPOSITORY / "docs" / "ledger.md"
NAME = "claims"
"""The part of README that counts them."""
REFERENCE = {
    "en": "[What people claim](docs/ledger.md) about these shapes is held against them.",
    "ja": "[これらの構成についての主張](docs/ledger.md)を結果と突き合わせました。",
}
SENTENCE = {
    "en": "Of {} claims that could have failed: {} supported, {} not supported, {} depends on. "
    "Not counted: {} by construction, {} untested.",
    "ja": "反証されえた主張{}件のうち、支持{}件、不支持{}件、条件次第{}件。数えないもの：構成上自明{}件、未検証{}件。",
}
AGAINST = {"FTI": NOT_SUPPORTED, "rivals": SUPPORTED}
"""By whom a claim favours, the verdict that speaks against FTI."""
HEAD = """# The ledger of claims

What is said about these architectures, and what the recorded results say to it. Claims, tests and thresholds stand in
[claims.toml](../claims.toml); `make derived` computes the verdicts and writes this page. Numbers are those
of the machine that wrote it. *Open*: the threshold lies within the interval, or nobody can tell by the margins of
[PREDICTIONS.md](../PREDICTIONS.md). *By construction*: it could not have come out otherwise, and does not count.

"""
NUMBERS = """
## Numbers that were predicted

PREDICTIONS.md also states numbers. One is a hit if what came lies within the margin of it. They were no guesses from
nothing: a throw-away prototype on the same data preceded them, and some of what is right here is right for that reason.

"""


def order(judged: list[Judged]) -> list[Judged]:
    """Those that speak against FTI first, then those that depend, the others, and at last those that do not count."""
    ranks = {DEPENDS: 1, BY_CONSTRUCTION: 3, UNTESTED: 4}
    return sorted(judged, key=lambda c: 0 if c.verdict == AGAINST.get(c.favours) else ranks.get(c.verdict, 2))


def count_claims(judged: list[Judged], language: str = "en") -> str:
    """How many claims could have failed, and what came out of them; the others apart. In English or Japanese."""
    counts = [sum(claim.verdict == word for claim in judged) for word in (*COUNTED, BY_CONSTRUCTION, UNTESTED)]
    return SENTENCE[language].format(sum(claim.counts for claim in judged), *counts)


def page(judged: list[Judged], numbers: list[list[str]]) -> str:
    """The ledger as Markdown, a row a claim, and the numbers that were predicted."""
    table = write_table(["id", "source", "favours", "claim", "verdict", "by"], map(_row, order(judged)))
    return f"{HEAD}{count_claims(judged)}\n\n{table}\n{NUMBERS}{write_table(HEADINGS, numbers)}\n"


def _row(claim: Judged) -> list[str]:
    by = claim.untested or "\n".join(map(str, claim.tests))
    return [claim.id, claim.source, claim.favours, claim.claim, f"**{claim.verdict}**", by]


def evidence() -> Evidence:
    """All recorded results; raises ``StudyError`` if there is no study yet."""
    debt = debt_records.read_recorded()
    rows, cells = read_rows(results_folder()), change_records.read_recorded()
    return Evidence(rows, cells, struck.read_recorded(), debt.rolled_back, debt)


def render_page() -> dict[Path, str]:
    """The page by its path, and README's sentence on it; raises ``StudyError`` if there is no study yet."""
    found, readme = evidence(), find_page(NAME)
    judged = judge_claims(found)
    counted = replace_part(readme.read_text(), NAME, refer_to_page(judged))
    return {PAGE: page(judged, list_numbers(found)), readme: counted}


def refer_to_page(judged: list[Judged], language: str = "en") -> str:
    """What README says of the page."""
    return f"{REFERENCE[language]} {count_claims(judged, language)}"


def keep_comparable(text: str) -> str:
    """The page without what another machine may see otherwise: claims about CPU, memory and time, and the counts."""
    timed = "|".join(map(re.escape, sorted(find_timed_claims())))
    return re.sub(rf"^(?:\| (?:{timed}) \||Of \d).*\n", "", text, flags=re.MULTILINE)
