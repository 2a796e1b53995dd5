"""Bring the catalogues up to date with their sources, and say what is left to translate.

    python -m publish.languages                  extract all messages, merge them into the catalogues, report
    python -m publish.languages --no-obsolete    the same, and drop translations whose message is gone
    python -m publish.languages --check          write nothing, report

The report has a line a catalogue; the exit code is 1 unless every message of every source is translated and nothing is
fuzzy (a guess that somebody has to look at; then remove its flag) or obsolete.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from publish.languages import message_catalogue, readme_translation, summary_messages
from publish.languages.message_catalogue import LANGUAGE, LOCALE, State
from publish.slides.deck_messages import write_deck_messages, write_word_messages

Source = Callable[[Path], None]
"""Writes its messages to a folder, as ``.pot`` files; the file's path in there names the catalogue."""


def write_readme_messages(folder: Path) -> None:
    remarks = dict.fromkeys(readme_translation.list_messages(readme_translation.read_page()), "")
    message_catalogue.write_catalogue(
        message_catalogue.make_template(remarks), folder / f"{readme_translation.NAME}.pot"
    )


def write_notebook_messages(folder: Path) -> None:
    message_catalogue.write_catalogue(
        message_catalogue.make_template(summary_messages.list_messages()), folder / f"{summary_messages.NAME}.pot"
    )


SOURCES: list[Source] = [write_readme_messages, write_notebook_messages, write_deck_messages, write_word_messages]
"""All that is translated. A Sphinx project comes in as a source that runs its gettext builder into the folder."""


def extract(folder: Path) -> None:
    """Write the templates of all sources to an empty folder."""
    for write_messages in SOURCES:
        write_messages(folder)


def merge(folder: Path, locale: Path = LOCALE, *, drop_obsolete: bool = False) -> None:
    """Merge templates into the catalogues: new messages come in, changed ones become fuzzy, gone ones obsolete."""
    from sphinx_intl.basic import update  # here, so that checking needs no Sphinx

    update(str(locale), str(folder), [LANGUAGE], jobs=1)
    for name in message_catalogue.list_names(locale):
        path = message_catalogue.find_path(name, locale)
        merged = message_catalogue.read_catalogue(path)
        if drop_obsolete:
            merged.obsolete.clear()
        message_catalogue.write_catalogue(merged, path)


def find_states(folder: Path, locale: Path = LOCALE) -> dict[str, State]:
    """The state of each catalogue, compared with the templates in a folder; without a template it is all obsolete."""
    templates = {path.relative_to(folder).with_suffix("").as_posix(): path for path in folder.rglob("*.pot")}
    found = {}
    for name in sorted({*templates, *message_catalogue.list_names(locale)}):
        messages = (
            [str(m.id) for m in message_catalogue.read_catalogue(templates[name]) if m.id] if name in templates else []
        )
        found[name] = message_catalogue.find_state(
            message_catalogue.read_catalogue(message_catalogue.find_path(name, locale)), messages
        )
    return found


def report(found: dict[str, State]) -> None:
    """Print a line for each catalogue, and below it the messages that are not in order."""
    for name, state in found.items():
        print(f"{name}: {state}")
        for what in ("untranslated", "fuzzy", "obsolete"):
            for message in getattr(state, what):
                print(f"    {what}: {message[:100]}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m publish.languages", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, report")
    parser.add_argument("--no-obsolete", action="store_true", help="drop translations whose message is gone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        extract(Path(folder))
        if not options.check:
            merge(Path(folder), drop_obsolete=options.no_obsolete)
        found = find_states(Path(folder))
    report(found)
    return 0 if all(state.in_order for state in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
