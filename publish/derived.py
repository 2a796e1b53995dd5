"""Every derived file that needs no notebook to be run: ``python -m publish.derived`` writes them all.

python -m publish.derived                    write what is not as it should be
python -m publish.derived ledger changes     only these parts
python -m publish.derived --check            write nothing, exit with 1 and name each file that differs

A check lets pass what differs from machine to machine: figures of the machine, and a font's outlines in a picture.
"""

import argparse
import io
import re
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from lab.engine.command import run_guarded
from lab.engine.workspace import REPOSITORY, StudyError
from publish import (
    beyond_page,
    blind_page,
    catalogue_page,
    changes_page,
    decisions_page,
    eight_part,
    exercises,
    ledger,
    scorecard_part,
    service_page,
)
from publish.languages import glossary, readme_translation
from publish.notebooks import build_notebooks, three_shapes

NUMBER = re.compile(r"-?\d[\d.,:]*(?:e[+-]?\d+)?|∞")
CLOSE = 1.0
"""Levels of grey, of 255, by which two drawings of one picture may differ in the mean."""
Content = str | bytes


@dataclass(frozen=True)
class Part:
    """Files that are made together. ``render`` gives what they should hold, by path; it may raise ``StudyError``.

    ``comparable``: of pages with figures of the machine, what is the same on every machine, numbers aside.
    """

    name: str
    render: Callable[[], Mapping[Path, Content]]
    comparable: Callable[[str], str] | None = None


PARTS = (
    Part("catalogue", catalogue_page.render_pages),
    Part("decisions", decisions_page.render_pages),
    Part("glossary", glossary.render_page),
    Part("shapes", three_shapes.render_picture),
    Part("changes", changes_page.render_page),
    Part("beyond", beyond_page.render_page),
    Part("ledger", ledger.render_page, ledger.keep_comparable),
    Part("scorecard", scorecard_part.render_page, str),
    Part("blind", blind_page.render_page),
    Part("eight", eight_part.render_page, str),
    Part("service", service_page.render_page, str),
    Part("readme", readme_translation.render_page, str),  # behind all that writes into the README
    Part("notebooks", build_notebooks.render_notebooks),
    Part("exercises", exercises.render_exercises),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0; 1 if a file differs from what it should be, or if a part cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m publish.derived", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="PART", help=f"of: {', '.join(part.name for part in PARTS)}")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on any difference")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - {part.name for part in PARTS}:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    warnings.simplefilter("ignore")  # what libraries warn one another of is not for the reader
    chosen = [part for part in PARTS if part.name in options.names or not options.names]
    return run_guarded("derived", lambda: int(any([not renew(part, options.check) for part in chosen])))


def renew(part: Part, check: bool) -> bool:
    """Write a part's files, or compare them; whether all went well. Prints a line for each file that is not fresh."""
    try:
        files = part.render()
    except StudyError as error:
        print(f"{part.name}: {error}", file=sys.stderr)
        return False
    stale = [path for path, content in files.items() if not is_fresh(path, content, part.comparable if check else None)]
    for path in stale:
        print(f"{path.relative_to(REPOSITORY)}: {'differs' if check else 'written'}")
        if not check:
            write(path, files[path])
    return not (check and stale)


def is_fresh(path: Path, content: Content, comparable: Callable[[str], str] | None = None) -> bool:
    """Whether a file holds this content; pictures may differ a little, and so may figures of the machine."""
    if not path.exists():
        return False
    if isinstance(content, bytes):
        return is_same_picture(path.read_bytes(), content)
    stored = path.read_text()
    if comparable is None or stored == content:
        return stored == content
    first, second = (NUMBER.sub("#", comparable(text)).split() for text in (stored, content))
    return first == second


def is_same_picture(first: bytes, second: bytes) -> bool:
    """Whether two PNG files look the same."""
    grey = [np.asarray(Image.open(io.BytesIO(content)).convert("L"), dtype=float) for content in (first, second)]
    return grey[0].shape == grey[1].shape and bool(np.abs(grey[0] - grey[1]).mean() < CLOSE)


def write(path: Path, content: Content) -> None:
    """Write a file, and make its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


if __name__ == "__main__":
    sys.exit(main())
