"""Links in the pages lead somewhere, and the README stays short enough to be read."""

import re
from pathlib import Path

import pytest

from publish.languages.readme_translation import list_anchors

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.joinpath("docs").glob("*.md"), *ROOT.joinpath("slides").glob("*.md")])
LONGEST_README = 130
"""Lines."""


def dead_links(page: Path, text: str) -> list[str]:
    """Links of a page to files that do not exist, or to headings that their page does not have."""
    return [link for link in LINK.findall(CODE.sub("", text)) if "://" not in link and not _leads(page, text, link)]


def _leads(page: Path, text: str, link: str) -> bool:
    file, _, heading = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    if not target.exists():
        return False
    return not heading or heading in list_anchors(text if not file else target.read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    assert dead_links(page, page.read_text()) == []


@pytest.mark.parametrize("link", ["gone.md", "limits.md#gone", "#gone"])
def test_a_dead_link_is_found(link: str) -> None:
    page = ROOT / "docs" / "scorecard.md"
    assert dead_links(page, f"{page.read_text()}\n[here]({link}) and [there](limits.md)\n") == [link]


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= LONGEST_README
