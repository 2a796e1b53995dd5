"""The ledger of claims, docs/ledger.md: those against FTI first."""

import re
from pathlib import Path

from lab.changes import change_records, debt_records
from lab.engine.workspace import REPOSITORY, results_folder
from lab.faults import fault_records as struck
from lab.study.claims import DEPENDS, NOT_SUPPORTED, SUPPORTED, UNTESTED, Judged, find_timed_claims, judge_claims
from lab.study.evidence import Evidence
from lab.study.scorecard import read_rows
from publish.markdown_table import write_table

PAGE = REPOSITORY / "docs" / "ledger.md"
AGAINST = {"FTI": NOT_SUPPORTED, "rivals": SUPPORTED}
"""By whom a claim favours, the verdict that speaks against FTI."""
HEAD = """# The ledger of claims

What is said about these architectures, and what the recorded results say to it. Claims, tests and thresholds stand in
[claims.toml](../claims.toml); `make derived` computes the verdicts and writes this page. Numbers are those
of the machine that wrote it. *Open*: the threshold lies within the interval.

"""


def order(judged: list[Judged]) -> list[Judged]:
    """Those that speak against FTI first, then those that depend, then the others, at last the untested."""
    ranks = {DEPENDS: 1, UNTESTED: 3}
    return sorted(judged, key=lambda c: 0 if c.verdict == AGAINST.get(c.favours) else ranks.get(c.verdict, 2))


def page(judged: list[Judged]) -> str:
    """The ledger as Markdown, a row a claim."""
    counts = {word: sum(c.verdict == word for c in judged) for word in (SUPPORTED, NOT_SUPPORTED, DEPENDS, UNTESTED)}
    said = ", ".join(f"{count} {word}" for word, count in counts.items())
    table = write_table(["id", "source", "favours", "claim", "verdict", "by"], map(_row, order(judged)))
    return f"{HEAD}Of {len(judged)} claims: {said}.\n\n{table}\n"


def _row(claim: Judged) -> list[str]:
    by = claim.untested or "\n".join(map(str, claim.tests))
    return [claim.id, claim.source, claim.favours, claim.claim, f"**{claim.verdict}**", by]


def evidence() -> Evidence:
    """All recorded results; raises ``StudyError`` if there is no study yet."""
    debt = debt_records.read_recorded()
    rows, cells = read_rows(results_folder()), change_records.read_recorded()
    return Evidence(rows, cells, struck.read_recorded(), debt.rolled_back, debt)


def render_page() -> dict[Path, str]:
    """The page by its path; raises ``StudyError`` if there is no study yet."""
    return {PAGE: page(judge_claims(evidence()))}


def keep_comparable(text: str) -> str:
    """The page without what another machine may see otherwise: claims about CPU, memory and time, and the counts."""
    timed = "|".join(map(re.escape, sorted(find_timed_claims())))
    return re.sub(rf"^(?:\| (?:{timed}) \||Of \d).*\n", "", text, flags=re.MULTILINE)
