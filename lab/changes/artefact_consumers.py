"""Who reads what an installation keeps: declared by whom, and observed by deleting it."""

import json
from fnmatch import fnmatch
from pathlib import Path

from lab.changes.patched_system import BEFORE, patch_system
from lab.changes.replay import import_libraries
from measure.code.readers import Pair

SERVICE = "feature service"
DECLARED = {"fti": {"features/history/*": SERVICE, "features/online.db": SERVICE}}
"""By system, the artefacts of which a catalogue says who reads them: the store's feature service names each column that
the flight models read. A model registry names models, and not who loads them; a path names nothing."""


def consume(folder: Path, steps: Path, system: str) -> None:
    """Delete each artefact of a system in turn; ``consumers.json`` holds artefact, job, and what the job then did."""
    import_libraries(steps / f"base-{system}" / "modules.json")
    with patch_system(BEFORE, system, steps) as found:
        rows = found.case.call("lab.changes.artefact_deletions:observe_deletions")
    (folder / "consumers.json").write_text(json.dumps(rows))


def find_declared(system: str, pairs: list[Pair]) -> dict[Pair, str]:
    """Of these pairs, those whose artefact is declared to be read, and by what."""
    said = DECLARED.get(system, {}).items()
    return {pair: by for pair in pairs for artefact, by in said if fnmatch(pair[0], artefact)}
