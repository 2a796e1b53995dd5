"""Who reads what: places that read raw data, and jobs that cannot do without an artefact."""

import sys
from importlib import import_module
from typing import NamedTuple

import pytest

from measure.code.readers import FAILS, OTHER, SAME, Sites, delete_artefact, find_consumers, list_artefacts

TOY = """\
def direct(facts):
    return facts.weather


def by_name(facts):
    return [getattr(facts, name) for name in ("weather", "planes")]


def handed(table):
    return table


def outer(facts):
    return handed(direct(facts))
"""


class Facts(NamedTuple):
    """Raw tables."""

    weather: int = 1
    planes: int = 2


@pytest.fixture
def toy(tmp_path, monkeypatch):
    (tmp_path / "toy_of_readers.py").write_text(TOY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "toy_of_readers", raising=False)
    return import_module("toy_of_readers")


def test_a_site_is_the_function_that_reads_and_none_that_is_handed_the_table(toy, tmp_path):
    class Raw(Facts):
        pass

    sites = Sites(tmp_path)
    sites.watch(Raw, {"weather": "the weather", "planes": "planes"})
    assert toy.outer(Raw()) == 1
    assert sites.seen == {("toy_of_readers.py", "direct", "the weather")}
    assert toy.by_name(Raw()) == [1, 2]
    assert Raw().planes == 2  # read here, outside the watched code
    assert {(who, what) for _, who, what in sites.seen} == {
        ("direct", "the weather"),
        ("by_name", "the weather"),
        ("by_name", "planes"),
    }


def kept(home, *files):
    for file in files:
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        (home / file).write_text("x")
    return home


def test_an_artefact_is_a_file_or_the_folder_it_lies_deep_in(tmp_path):
    home = kept(tmp_path, "a.joblib", "s/online.db", "s/online.db-wal", "s/h/v/1.parquet", "s/h/v/2.parquet")
    assert list_artefacts(home) == ["a.joblib", "s/h/v", "s/online.db"]
    delete_artefact(home, "s/online.db")
    delete_artefact(home, "s/h/v")
    assert list_artefacts(home) == ["a.joblib"]
    with pytest.raises(FileNotFoundError, match="online"):
        delete_artefact(home, "s/online.db")


def test_a_neighbour_whose_name_begins_alike_is_not_deleted(tmp_path):
    home = kept(tmp_path, "late.db", "late.db.keep", "late.db-shm")
    delete_artefact(home, "late.db")
    assert list_artefacts(home) == ["late.db.keep"]


def test_readers_that_nobody_declared_and_declarations_that_nobody_reads():
    did = {("a", "train"): FAILS, ("a", "serve"): OTHER, ("b", "train"): SAME, ("b", "serve"): FAILS}
    found = find_consumers(did, {("a", "train"): "service", ("b", "train"): "service"})
    assert found.undeclared == [("a", "serve"), ("b", "serve")]
    assert found.unread == [("b", "train")]
    assert find_consumers(did, dict.fromkeys(did, "service")).undeclared == []
