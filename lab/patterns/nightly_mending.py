"""How many places mend a nightly job when a source changes a name or a credential: they are mended, and it is run."""

import shutil
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from lab.patterns.nightly_changes import list_changes
from lab.patterns.nightly_deaths import read_outputs
from lab.patterns.nightly_runs import run_child
from lab.patterns.source_server import Systems, serve
from lab.patterns.source_systems import CREDENTIALS, NEW, REFUSED, RENAMED, RENAMES, Change
from problem.nightly import Site


def mend_all(package: ModuleType, home: Path, systems: Systems, truth: Mapping[str, Any]) -> list[dict[str, Any]]:
    """By change, how many ``places`` were written anew, and whether all outputs were ``right`` then."""
    mended = [(change, *mend(package, home, systems, change)) for change in list_mendable()]
    return [
        {"source": change.source, "kind": change.kind, "places": places, "right": outputs == truth}
        for change, places, outputs in mended
    ]


def mend(package: ModuleType, home: Path, systems: Systems, change: Change) -> tuple[int, dict[str, Any]]:
    """Write the new name or credential wherever a form has the old one; how many places those are, and its outputs."""
    old, new = RENAMES[change.source] if change.kind == RENAMED else _renew(CREDENTIALS[change.source])
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    with serve(systems, change) as site:
        run_child(lambda: _mend_and_run(package, home, site, old, new))
    return int((home / "places").read_text()), read_outputs(home, systems.today)


def list_mendable() -> list[Change]:
    """The changes that a place in a form's folder knows of."""
    return [change for change in list_changes() if change.kind in (RENAMED, REFUSED)]


def _renew(credential: str) -> tuple[str, str]:
    return credential, credential + NEW


def _mend_and_run(package: ModuleType, home: Path, site: Site, old: str, new: str) -> None:
    """In a child: load the form from a mended copy of its folder."""
    folder = Path(str(package.__file__)).parent
    copy, places = home / "code" / folder.name, 0
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*copy.glob("*.py"), *copy.glob("*.toml")):
        places += file.read_text().count(old)
        file.write_text(file.read_text().replace(old, new))
    (home / "places").write_text(str(places))
    theme, name = package.__name__.rpartition(".")[::2]
    for loaded in [module for module in sys.modules if module.startswith(package.__name__)]:
        del sys.modules[loaded]
    delattr(import_module(theme), name)
    import_module(theme).__path__.insert(0, str(copy.parent))
    if said := import_module(f"{package.__name__}.job").Job(home, site).run():
        raise RuntimeError("; ".join(said))
