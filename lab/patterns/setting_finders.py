"""Who finds it if one setting of a service's files is wrong: every setting is changed by itself, and all are asked."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from lab.patterns.declared_service import read_declared
from lab.patterns.declared_settings import Documents, change_setting, list_settings
from lab.patterns.declared_way import Broken, Declared
from lab.patterns.manifest_schemas import find_form_faults
from lab.patterns.service_conformance import conform, try_probes, wait_until_open
from lab.patterns.service_process import start

SCHEMA, WAY, SUITE, NOBODY = FINDERS = ("the schema", "a name that leads nowhere", "the suite", "nobody")


class Rung(NamedTuple):
    """One place to run: its files, and what ``operation.toml`` says of it."""

    name: str
    documents: Documents
    operation: Mapping[str, Any]


def find_finders(rung: Rung, folder: Path, pool: ThreadPoolExecutor) -> list[dict[str, Any]]:
    """Who finds it if a setting is changed, for every setting by itself."""
    declared = read_declared(rung.name, rung.documents)
    rows, to_start = [], []
    with start(declared, folder) as running:
        wait_until_open(running, declared.port)
        for setting in list_settings(rung.documents):
            changed = change_setting(rung.documents, setting)
            finder, said, told = look_at(rung.name, changed, declared)
            if told and (told.command, told.environment) == (declared.command, declared.environment):
                said = try_probes(told, running)
                finder, told = (SUITE if said else NOBODY), None
            rows.append({"place": setting.place, "finder": finder, "said": said})
            if told:
                to_start.append((rows[-1], told))
    for (row, _), said in zip(to_start, pool.map(lambda each: fail_first(each[1], folder), to_start), strict=True):
        row |= {"said": said, "finder": SUITE if said else NOBODY}
    return rows


def look_at(rung: str, changed: Documents, declared: Declared) -> tuple[str, str, Declared | None]:
    """Who finds a change without starting anything, what is said, and else what is to be started, if it differs."""
    if faults := find_form_faults(rung, changed):
        return SCHEMA, faults[0], None
    try:
        told = read_declared(rung, changed)
    except Broken as broken:
        return WAY, str(broken), None
    return NOBODY, "", None if told == declared else told


def fail_first(declared: Declared, folder: Path) -> str:
    """The first check of the suite that fails, "" if none does."""
    return next((f"{check}: {said}" for check, said in conform(declared, folder).items() if said), "")
