"""The settings of files that declare a service: all of them, one by one, and with one changed."""

import configparser
import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Documents = dict[str, Any]
"""By name of a file, what it holds: dictionaries, lists and plain values."""
PAIR = re.compile(r'(\w+)="([^"]*)"')


class Setting(NamedTuple):
    """A plain value by its file and the keys that lead to it."""

    file: str
    keys: tuple[str | int, ...]

    @property
    def place(self) -> str:
        """File and keys as ``operation.toml`` writes them."""
        return f"{self.file}:{'/'.join(str(key).replace('/', '~1') for key in self.keys)}"


def _read_ini(text: str) -> dict[str, Any]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    sections: dict[str, Any] = {name: dict(parser[name]) for name in parser.sections()}
    for section in sections.values():
        if "environment" in section:
            section["environment"] = dict(PAIR.findall(section["environment"]))
    return sections


READERS: Mapping[str, Callable[[str], Any]] = {".conf": _read_ini, ".yaml": yaml.safe_load, ".json": json.loads}


def read_documents(folder: Path) -> Documents:
    """What the files of a rung hold; raises ``ValueError`` with the file that cannot be read."""
    documents = {}
    for file in sorted(folder.iterdir()):
        if file.suffix in READERS:
            try:
                documents[file.name] = READERS[file.suffix](file.read_text())
            except (ValueError, yaml.YAMLError, configparser.Error) as error:
                raise ValueError(f"{file.name} cannot be read: {str(error).splitlines()[0]}") from error
    return documents


def list_settings(documents: Documents) -> list[Setting]:
    """All plain values, in the order of the files."""
    return [Setting(file, keys) for file, held in documents.items() for keys in _walk(held, ())]


def read_setting(documents: Documents, setting: Setting) -> Any:
    """Its value; raises ``LookupError`` if there is none."""
    held = documents[setting.file]
    for key in setting.keys:
        held = held[key]
    return held


def change_setting(documents: Documents, setting: Setting) -> Documents:
    """The same with that value changed: a number by one, a switch turned, a text by a letter at its end."""
    changed = copy.deepcopy(documents)
    holder = read_setting(changed, Setting(setting.file, setting.keys[:-1]))
    holder[setting.keys[-1]] = _change(holder[setting.keys[-1]])
    return changed


def _change(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    text = str(value)
    if text in ("true", "false"):
        return "false" if text == "true" else "true"
    return str(int(text) + 1) if text.isdecimal() else f"{text}x"


def _walk(held: Any, keys: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    inner = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else None
    if inner is None:
        yield keys
        return
    for key, value in inner:
        yield from _walk(value, (*keys, key))
