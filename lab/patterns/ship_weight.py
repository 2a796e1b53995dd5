"""What has to be installed for a program: the distributions that its modules come from, and all that these need."""

from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


class Weight(NamedTuple):
    """``packages`` to install, and the ``megabytes`` of their files."""

    packages: int
    megabytes: float


def weigh(modules: Iterable[str]) -> Weight:
    """What these modules (full names) and their requirements weigh, as installed here."""
    needed = find_needed(find_distributions(modules))
    return Weight(len(needed), sum(map(count_bytes, needed.values())) / 1e6)


def find_distributions(modules: Iterable[str]) -> set[str]:
    """The distributions that the modules come from; those of Python and of this repository have none."""
    known = packages_distributions()
    tops = {name.partition(".")[0] for name in modules}
    return {str(canonicalize_name(name)) for top in tops for name in known.get(top, ())} - {
        "ml-system-patterns-measured"
    }


def find_needed(names: Iterable[str]) -> dict[str, Distribution]:
    """By name, these distributions and all that they ask for on this machine, extras aside."""
    todo, needed = list(names), dict[str, Distribution]()
    while todo:
        name = str(canonicalize_name(todo.pop()))
        if name not in needed:
            try:
                needed[name] = distribution(name)
            except PackageNotFoundError:
                continue  # asked for by a package that does without here
            wanted = [Requirement(line) for line in needed[name].requires or ()]
            todo += [each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]
    return needed


def count_bytes(installed: Distribution) -> int:
    """Of all files that came with it, compiled code that Python added aside."""
    files = [file.locate() for file in installed.files or () if file.suffix != ".pyc"]
    return sum(file.stat().st_size for file in files if file.is_file())  # type: ignore[attr-defined]
