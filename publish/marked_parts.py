"""Pages of which a part is derived: it stands between two comments, and the rest is written by hand."""

import re
from pathlib import Path

from lab.engine.workspace import REPOSITORY, StudyError

BEGIN, END = "<!-- generated: {name} -->", "<!-- end of generated part -->"


def find_page(name: str, root: Path = REPOSITORY) -> Path:
    """The page with the marks of a part, README or one in docs; raises ``StudyError`` unless there is just one."""
    pages = [root / "README.md", *sorted((root / "docs").glob("*.md"))]
    marked = [page for page in pages if BEGIN.format(name=name) in page.read_text()]
    if len(marked) != 1:
        raise StudyError(f"{len(marked)} pages have the mark {BEGIN.format(name=name)}: there is to be one")
    return marked[0]


def read_part(text: str, name: str) -> str:
    """What stands between a page's marks; raises ``StudyError`` if they are missing."""
    found = re.search(_pattern(name), text, flags=re.DOTALL)
    if found is None:
        raise StudyError(f"no marks for a generated part: {BEGIN.format(name=name)} … {END}")
    return found[1]


def replace_part(text: str, name: str, part: str) -> str:
    """The page with another part between its marks; raises ``StudyError`` if they are missing."""
    read_part(text, name)
    renewed = f"{BEGIN.format(name=name)}\n{part}\n{END}"
    return re.sub(_pattern(name), lambda _: renewed, text, flags=re.DOTALL)


def _pattern(name: str) -> str:
    return f"{BEGIN.format(name=name)}\n(.*?)\n?{END}"
