"""C11: visibility is gone from vectors, code and what is kept."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq

from lab.sandbox.installations import databases, text_columns
from lab.systems import find_system
from problem.contract import requests
from problem.world import World

GONE = "visib"


def test_no_vector_carries_it(operation):
    assert len(operation.log)
    for mode in operation.modes:
        asked = operation.asked(mode)
        world = World(operation.ground.facts, operation.log["asked_at"].max())
        asked = asked.tail(1).assign(asked_at=world.now)
        system = operation.opened()
        system.wake(world)
        assert GONE not in system.look_up(world, requests(asked))[0]


def test_no_code_mentions_it(operation):
    folder = Path(find_system(operation.name).folder)
    assert [file for file in folder.rglob("*") if file.is_file() and GONE in file.read_text(errors="ignore")] == []


def test_nothing_kept_holds_a_column_of_it(operation):
    assert len(operation.log)
    tables = [file for file in operation.home.rglob("*.parquet") if GONE in pq.read_schema(file).names]
    assert tables == []
    for file in databases(operation.home / "features") if (operation.home / "features").exists() else []:
        with closing(sqlite3.connect(file)) as database:
            for table, column in text_columns(database):
                query = f'SELECT count(*) FROM "{table}" WHERE "{column}" = ?'
                assert database.execute(query, (GONE,)).fetchone() == (0,), (file, table, column)
