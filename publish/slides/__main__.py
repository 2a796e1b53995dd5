"""Build all decks in English and Japanese from the study's results: ``python -m publish.slides``, or ``make slides``.

python -m publish.slides            build_decks, and say where to open them
python -m publish.slides --check    then walk through every slide in Chromium; pictures go to shots/ beside the decks
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from lab.engine.browser import open_browser
from lab.engine.command import run_guarded
from lab.engine.workspace import results_folder, study_folder
from publish.ledger import evidence
from publish.slides import build_decks
from publish.slides.slide_values import read_values


def main(arguments: list[str] | None = None) -> int:
    """Build, and walk if asked; exit status 1 if a walk finds a fault, 2 for what the reader can mend."""
    parser = argparse.ArgumentParser(prog="python -m publish.slides", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="walk through every slide in Chromium")
    options = parser.parse_args(arguments)
    return run_guarded("slides", lambda: _built(options.check, study_folder() / "slides", Console(highlight=False)))


def _built(check: bool, into: Path, console: Console) -> int:
    figures, told = results_folder() / "figures", read_values(evidence())
    faults = 0
    for language in build_decks.LANGUAGES:
        with console.status(f"building {len(build_decks.DECKS)} pages, {language}"):
            folder = build_decks.build(language, told, figures, into)
        console.print(f"{language}: open {folder / 'index.html'}", soft_wrap=True)
        if check:
            faults += _walked(folder, into / "shots" / language, console)
    return 1 if faults else 0


def _walked(folder: Path, shots: Path, console: Console) -> int:
    """Walk through all decks of a language; the number of faults, each printed."""
    from publish.slides import walk_slides  # here, so that building needs no browser

    found = []
    with open_browser() as opened:
        for deck in build_decks.DECKS:
            with console.status(f"walking through {deck}"):
                found += walk_slides.walk(opened, folder / f"{deck}.html", shots)
    for fault in found:
        console.print(fault, soft_wrap=True, markup=False)
    console.print(f"    {len(found)} faults; pictures of all slides in {shots}", soft_wrap=True)
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
