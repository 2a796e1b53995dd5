"""Whether a step has loaded or read what its key does not cover: a change there would go unnoticed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lab.engine.observation import Observation

ENGINE = __name__.rpartition(".")[0]
NAMED = 3
"""How many names are told; more would not fit a line."""


@dataclass(frozen=True)
class Covered:
    """What a step's key covers: modules and data below ``root``. ``packages``: those at the top of the repository."""

    root: Path
    packages: tuple[str, ...]
    modules: frozenset[str]
    data: tuple[str, ...]

    def describe_gaps(self, seen: Observation, output: Path) -> str:
        """What is not covered, in words; "" if all is. ``output``: a folder in which steps read one another's files."""
        if modules := [name for name in seen.modules if self._misses_module(name)]:
            return f"loaded {_enumerate(modules)}, which its key does not cover: name it in loads"
        if files := [name for name in seen.files if self._misses_file(Path(name), output)]:
            return f"read {_enumerate(files)}, which its key does not cover: name it in data"
        return ""

    def _misses_module(self, name: str) -> bool:
        is_engine = f"{name}.".startswith(f"{ENGINE}.")
        if name.partition(".")[0] not in self.packages or name in self.modules or is_engine:
            return False
        file = Path(*name.split(".")).with_suffix(".py")  # pytest names its test files like modules
        is_data = any(file.is_relative_to(data) for data in self.data)
        is_folder = (self.root / file.with_suffix("")).is_dir() and not (
            self.root / file.with_suffix("") / "__init__.py"
        ).exists()
        return not (is_data or is_folder)

    def _misses_file(self, file: Path, output: Path) -> bool:
        """Hidden and compiled files, locks, what is installed and what steps have made do not count."""
        if any(part.startswith((".", "__pycache__")) or part.endswith((".egg-info", ".lock")) for part in file.parts):
            return False
        if not (self.root / file).is_file():  # libraries look for files of theirs in every folder above
            return False
        module = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
        is_code = file.suffix == ".py" and (module in self.modules or module.startswith(f"{ENGINE}."))
        is_data = any(file.is_relative_to(name) for name in self.data)
        return not (is_code or is_data or (self.root / file).is_relative_to(output))


def _enumerate(names: Iterable[str]) -> str:
    found = sorted(names)
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return ", ".join(found[:NAMED]) + more
