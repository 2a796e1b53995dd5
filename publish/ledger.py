"""The ledger of claims: ``python -m publish.ledger`` prints it and writes docs/ledger.md, those against FTI first."""

import sys
from pathlib import Path

from lab.changes import change_records, debt_records
from lab.engine.workspace import REPOSITORY, StudyError, results_folder
from lab.faults import fault_records as struck
from lab.study.claims import DEPENDS, NOT_SUPPORTED, SUPPORTED, UNTESTED, Judged, judge_claims
from lab.study.evidence import Evidence
from lab.study.scorecard import read_rows

PAGE = REPOSITORY / "docs" / "ledger.md"
AGAINST = {"FTI": NOT_SUPPORTED, "rivals": SUPPORTED}
"""By whom a claim favours, the verdict that speaks against FTI."""
HEAD = """# The ledger of claims

What is said about these architectures, and what the recorded results say to it. Claims, tests and thresholds stand in
[claims.toml](../claims.toml); `python -m publish.ledger` computes the verdicts and writes this page. Numbers are those
of the machine that wrote it. *Open*: the threshold lies within the interval.

"""


def order(judged: list[Judged]) -> list[Judged]:
    """Those that speak against FTI first, then those that depend, then the others, at last the untested."""
    return sorted(judged, key=_rank)


def _rank(claim: Judged) -> int:
    ranks = {AGAINST.get(claim.favours): 0, DEPENDS: 1, UNTESTED: 3}
    return ranks.get(claim.verdict, 2)


def page(judged: list[Judged]) -> str:
    """The ledger as Markdown, a row a claim."""
    lines = ["| id | source | favours | claim | verdict | by |", "| --- | --- | --- | --- | --- | --- |"]
    for claim in order(judged):
        by = claim.untested or "<br>".join(map(str, claim.tests))
        lines.append(f"| {claim.id} | {claim.source} | {claim.favours} | {claim.claim} | **{claim.verdict}** | {by} |")
    counts = {word: sum(c.verdict == word for c in judged) for word in (SUPPORTED, NOT_SUPPORTED, DEPENDS, UNTESTED)}
    said = ", ".join(f"{count} {word}" for word, count in counts.items())
    return f"{HEAD}Of {len(judged)} claims: {said}.\n\n" + "\n".join(lines) + "\n"


def evidence() -> Evidence:
    """All recorded results; raises ``StudyError`` if there is no study yet."""
    debt = debt_records.read_recorded()
    return Evidence(
        read_rows(results_folder()), change_records.read_recorded(), struck.read_recorded(), debt.rolled_back, debt
    )


def main(path: Path = PAGE) -> int:
    """Write the page; exit status 2 if there are no results yet."""
    try:
        judged = judge_claims(evidence())
    except StudyError as error:
        print(f"ledger: {error}", file=sys.stderr)
        return 2
    path.write_text(page(judged))
    for claim in order(judged):
        print(f"{claim.id:4} {claim.verdict:14} {claim.claim}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
