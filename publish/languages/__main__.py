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
from collections.abc import Callable, Mapping
from pathlib import Path

from publish.languages import message_catalogue, summary_messages, text_blocks
from publish.languages import readme_translation as readme
from publish.slides import build_decks

SOURCES: dict[str, Callable[[], Mapping[str, str]]] = {
    readme.NAME: lambda: dict.fromkeys(text_blocks.list_messages(readme.read_page()), ""),
    summary_messages.NAME: summary_messages.list_messages,
    build_decks.NAME: build_decks.list_messages,
    build_decks.WORDS: build_decks.list_words,
}
"""All that is translated: by catalogue, what gives its messages, each with a remark for translators."""


def extract(folder: Path) -> None:
    """Write the templates of all sources to an empty folder."""
    for name, list_messages in SOURCES.items():
        message_catalogue.write_catalogue(message_catalogue.make_template(list_messages()), folder / f"{name}.pot")


def merge(folder: Path, locale: Path = message_catalogue.LOCALE, *, drop_obsolete: bool = False) -> None:
    """Merge templates into the catalogues: new messages come in, changed ones become fuzzy, gone ones obsolete."""
    from sphinx_intl.basic import update  # here, so that checking needs no Sphinx

    update(str(locale), str(folder), [message_catalogue.LANGUAGE], jobs=1)
    for path in (message_catalogue.find_path(name, locale) for name in message_catalogue.list_names(locale)):
        merged = message_catalogue.read_catalogue(path)
        if drop_obsolete:
            merged.obsolete.clear()
        message_catalogue.write_catalogue(merged, path)


def find_states(folder: Path, locale: Path = message_catalogue.LOCALE) -> dict[str, message_catalogue.State]:
    """The state of each catalogue, compared with the templates in a folder; without a template it is all obsolete."""
    sources = [path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.pot")]
    return {
        name: message_catalogue.find_state(message_catalogue.find_path(name, locale), folder / f"{name}.pot")
        for name in sorted({*sources, *message_catalogue.list_names(locale)})
    }


def report(found: dict[str, message_catalogue.State]) -> None:
    """Print a line for each catalogue, and below it the messages that are not in order."""
    for name, state in found.items():
        print(f"{name}: {state}")
        for what in message_catalogue.State._fields[1:]:
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
