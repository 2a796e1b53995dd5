"""What models run on in a browser, and the usual converter in an environment of its own: ``make environments``.

The runtime comes from npm by ``device_locks/package-lock.json``, which names digests and no address; the converter
needs an older protobuf than the core has. ``python -m lab.patterns.device_runtimes --lock`` solves both anew.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.engine.command import run_guarded
from lab.engine.step_cache import digest
from lab.engine.workspace import REPOSITORY, StudyError
from lab.patterns.environments import FOLDER, Environment, install, solve

LOCKS = REPOSITORY / "lab" / "patterns" / "device_locks"
PACKAGES = ("package.json", "package-lock.json")
RUNTIME = "onnxruntime-web"
FILES = ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")
"""Of some two hundred in the package, those that answer on one thread of the CPU."""
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--omit-lockfile-registry-resolved")


@dataclass(frozen=True)
class Converter(Environment):
    """The converter beside the core's release of scikit-learn."""

    @property
    def name(self) -> str:
        return "skl2onnx"

    @property
    def lock(self) -> Path:
        return LOCKS / f"{self.name}.lock"

    def bounds(self) -> list[str]:
        return [*super().bounds(), "skl2onnx>=1.20", "protobuf<7"]


CONVERTER = Converter("1.9", 2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, 2 for what the reader can mend, 130 if stopped."""
    parser = argparse.ArgumentParser(prog="python -m lab.patterns.device_runtimes", description=__doc__)
    parser.add_argument("--lock", action="store_true", help="solve the locks anew instead")
    return run_guarded("environments", solve_all if parser.parse_args(arguments).lock else install_all)


def solve_all() -> int:
    """Write both locks anew; raises ``StudyError``."""
    run_npm("install", LOCKS, "--package-lock-only")
    return solve(CONVERTER)


def install_all() -> int:
    """Make both unless they are there; raises ``StudyError``."""
    install_runtime()
    return install(CONVERTER)


def find_runtime(root: Path = FOLDER) -> Path:
    """Where the browser's runtime lies once it is made."""
    return root / f"{RUNTIME}-{digest((LOCKS / PACKAGES[-1]).read_bytes())[:12]}"


def install_runtime(root: Path = FOLDER) -> Path:
    """Fetch the runtime unless it is there, whole or not at all; its folder."""
    folder = find_runtime(root)
    if not folder.exists():
        print(f"making {folder.name}", flush=True)
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for file in PACKAGES:
            shutil.copy(LOCKS / file, part)
        run_npm("ci", part)
        for file in FILES:
            shutil.copy(part / "node_modules" / RUNTIME / "dist" / file, part)
        shutil.rmtree(part / "node_modules")
        part.rename(folder)
    return folder


def run_npm(command: str, folder: Path, *options: str) -> None:
    """Raises ``StudyError`` with npm's last line if it fails, and if there is no npm."""
    if not (npm := shutil.which("npm")):
        raise StudyError("npm is not there: install Node.js 20, or Debian's package npm")
    done = subprocess.run([npm, command, *options, *QUIET], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
        raise StudyError(f"npm {command} failed, run `make environments` again with a network: {said[-1]}")


if __name__ == "__main__":
    sys.exit(main())
