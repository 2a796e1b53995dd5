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

from publish.languages import readme_translation, summary_messages
from publish.languages.message_catalogue import (
    LANGUAGE,
    LOCALE,
    State,
    find_path,
    find_state,
    list_names,
    make_template,
    read_catalogue,
    write_catalogue,
)
from publish.slides import build_decks

SOURCES: dict[str, Callable[[], Mapping[str, str]]] = {
    readme_translation.NAME: lambda: dict.fromkeys(
        readme_translation.list_messages(readme_translation.read_page()), ""
    ),
    summary_messages.NAME: summary_messages.list_messages,
    build_decks.NAME: build_decks.list_messages,
    build_decks.WORDS: build_decks.list_words,
}
"""All that is translated: by catalogue, what gives its messages, each with a remark for translators."""


def extract(folder: Path) -> None:
    """Write the templates of all sources to an empty folder."""
    for name, list_messages in SOURCES.items():
        write_catalogue(make_template(list_messages()), folder / f"{name}.pot")


def merge(folder: Path, locale: Path = LOCALE, *, drop_obsolete: bool = False) -> None:
    """Merge templates into the catalogues: new messages come in, changed ones become fuzzy, gone ones obsolete."""
    from sphinx_intl.basic import update  # here, so that checking needs no Sphinx

    update(str(locale), str(folder), [LANGUAGE], jobs=1)
    for path in (find_path(name, locale) for name in list_names(locale)):
        merged = read_catalogue(path)
        if drop_obsolete:
            merged.obsolete.clear()
        write_catalogue(merged, path)


def find_states(folder: Path, locale: Path = LOCALE) -> dict[str, State]:
    """The state of each catalogue, compared with the templates in a folder; without a template it is all obsolete."""
    sources = [path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.pot")]
    return {
        name: find_state(read_catalogue(find_path(name, locale)), read_catalogue(folder / f"{name}.pot"))
        for name in sorted({*sources, *list_names(locale)})
    }


def report(found: dict[str, State]) -> None:
    """Print a line for each catalogue, and below it the messages that are not in order."""
    for name, state in found.items():
        print(f"{name}: {state}")
        for what in State._fields[1:]:
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
