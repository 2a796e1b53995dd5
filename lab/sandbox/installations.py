"""Copies of an installation that know where they are: registries note absolute paths in their databases."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree

SQLITE = b"SQLite format 3\0"


def copy_installation(home: Path, to: Path) -> Path:
    """A copy of an installation in the empty folder ``to``, with the new place in its databases instead of the old."""
    copytree(home, to, dirs_exist_ok=True)
    for file in databases(to):
        with closing(sqlite3.connect(file)) as database, database:
            for table, column in list(text_columns(database)):
                database.execute(
                    f'UPDATE "{table}" SET "{column}" = replace("{column}", ?, ?) WHERE instr("{column}", ?)',
                    (str(home), str(to), str(home)),
                )
    return to


def databases(home: Path) -> list[Path]:
    """The SQLite files below a folder."""
    return [file for file in sorted(home.rglob("*")) if file.is_file() and file.open("rb").read(16) == SQLITE]


def text_columns(database: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Table and column of everything that holds text."""
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for _, column, kind, *_ in database.execute(f'PRAGMA table_info("{table}")'):
            if kind.upper().startswith(("VARCHAR", "TEXT", "CHAR")):
                yield table, column
