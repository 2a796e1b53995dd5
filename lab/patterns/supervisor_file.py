"""supervisord's file, written, and read as supervisord itself reads it."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from supervisor.options import ServerOptions

from lab.patterns.service_process import ANYWHERE, HOST, ROOT

Sections = Mapping[str, Mapping[str, Any]]


def tell_supervisor(sections: Sections) -> str:
    """The text of the file."""
    return "".join(f"[{name}]\n{_tell_section(keys)}\n" for name, keys in sections.items())


def find_supervisor_faults(sections: Sections, root: Path) -> list[str]:
    """What supervisord says of it, in one line; ``root`` stands for ``/srv``."""
    options = ServerOptions()
    options.configfile = io.StringIO(tell_supervisor(sections).replace(ROOT, str(root)))
    try:
        options.process_config_file(do_usage=False)
    except ValueError as error:
        return [str(error).splitlines()[0]]
    return []


def write_for_here(sections: Sections, root: Path, app: Path, python: str, port: int) -> Path:
    """The file for this machine: ``root`` for ``/srv``, ``app`` for the code, this Python, and a free port."""
    text = tell_supervisor(sections).replace(f"{ROOT}/app", str(app)).replace(ROOT, str(root)).replace(ANYWHERE, HOST)
    text = text.replace("command = python ", f"command = {python} ").replace('PORT="8080"', f'PORT="{port}"')
    file = root / "supervisord.conf"
    file.write_text(text)
    return file


def _tell_section(keys: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {_tell_value(value)}\n" for key, value in keys.items())


def _tell_value(value: Any) -> str:
    return ",".join(f'{name}="{held}"' for name, held in value.items()) if isinstance(value, Mapping) else str(value)
