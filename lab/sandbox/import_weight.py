"""What it takes to import a module: run as a program, from a cold start (``lab.sandbox.cold_start``)."""

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from sysconfig import get_paths


def weigh_import(module: str) -> dict[str, float]:
    """Import it; ``wall`` and ``cpu`` (seconds), and of what was loaded from installed libraries: ``packages`` (names
    at the top), ``modules``, and ``bytes`` of their files."""
    before, wall, cpu = set(sys.modules), time.perf_counter(), time.process_time()
    import_module(module)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    loaded = {name: Path(file) for name in set(sys.modules) - before if (file := find_file(name))}
    return {
        "wall": wall,
        "cpu": cpu,
        "packages": len({name.partition(".")[0] for name in loaded}),
        "modules": len(loaded),
        "bytes": sum(file.stat().st_size for file in set(loaded.values())),
    }


def find_file(name: str) -> str:
    """The file of a loaded module, if it stands among the installed libraries; else ""."""
    file = getattr(sys.modules[name], "__file__", None) or ""
    return file if file.startswith((get_paths()["purelib"], get_paths()["platlib"])) and Path(file).exists() else ""


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(weigh_import(sys.argv[1])))
