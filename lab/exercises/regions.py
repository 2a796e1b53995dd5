"""What of a solution's text the learner is to write: regions, and the stubs that stand in their place.

    # <solution>
    answer = 3
    # </solution>
    # stub: answer = None

A region without a stub is for those who have solved the exercise: it leaves nothing. In Markdown cells too.
"""

import re
from collections.abc import Collection

REGION = re.compile(
    r"^[ \t]*# <solution>\n(?P<body>.*?)^[ \t]*# </solution>\n(?P<stub>(?:[ \t]*# stub:[^\n]*\n)*)",
    re.MULTILINE | re.DOTALL,
)
STUB = re.compile(r"^([ \t]*)# stub: ?(.*)$", re.MULTILINE)
MARK = re.compile(r"# (?:</?solution>|stub:).*")


def regions(text: str) -> list[str]:
    """What stands in the regions, in order; raises ``ValueError`` for a mark without its partner."""
    if stray := MARK.search(REGION.sub("", text)):
        raise ValueError(f"{stray[0]!r} belongs to no region")
    return [match["body"].strip("\n") for match in REGION.finditer(text)]


def exercise(text: str, solved: Collection[int] = ()) -> str:
    """The text with stubs in the place of its regions, but for the regions ``solved``, numbered from 1."""
    number = 0

    def part(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return match["body"].rstrip("\n") + "\n" if number in solved else STUB.sub(r"\1\2", match["stub"])

    regions(text)
    return REGION.sub(part, text)


def solution(text: str) -> str:
    """The text with every region as it is, without marks and stubs."""
    return exercise(text, range(1, len(regions(text)) + 1))
