"""The locked versions that can change a result: those of what the systems run on, and of all that this needs.

Tools that check or show (the extras of pyproject.toml) come and go without making a result stale.
"""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = "requirements.lock"
ENTRY = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+).*\n(?P<below>(?:[ ]+.*\n)*)", re.MULTILINE)
ASKER = re.compile(r"^ +# +(?:via )?([\w.-]+)", re.MULTILINE)


def running(lock: str, project: str) -> list[str]:
    """``name==version`` of every package in the dependencies of a project and of what they need; sorted.

    ``lock``: text of a requirements.lock, which notes below each entry who asked for it. ``project``: pyproject.toml.
    """
    entries = [(canonicalize_name(found["name"]), found) for found in ENTRY.finditer(lock)]
    wanted = {canonicalize_name(Requirement(line).name) for line in tomllib.loads(project)["project"]["dependencies"]}
    askers = {name: {canonicalize_name(asker) for asker in ASKER.findall(found["below"])} for name, found in entries}
    while more := {name for name, by in askers.items() if by & wanted} - wanted:
        wanted |= more
    return sorted({f"{name}=={found['version']}" for name, found in entries if name in wanted})
