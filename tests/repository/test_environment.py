"""pyproject.toml, environment.yml and the locks name the packages; they must agree.

requirements.lock holds the core, locks/NAME.lock what the extra NAME needs besides. Installed one on top of the other
they must not undo one another.
"""

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CORE: list[str] = PROJECT["dependencies"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
BOUNDS = sorted({*CORE, *(bound for bounds in EXTRAS.values() for bound in bounds)})
CORE_LOCK = (ROOT / "requirements.lock").read_text()
EXTRA_LOCKS = {name: ROOT.joinpath("locks", f"{name}.lock").read_text() for name in EXTRAS}
LOCKS = {"core": CORE_LOCK, **EXTRA_LOCKS}
NOT_IN_THE_CORE = {"pyspark", "redis", "sphinx", "playwright", "jupyterlab", "pytest", "ruff", "polars"}
ADDRESS = re.compile(
    r"^[^#\n]*(?:://|--(?:extra-)?index|--find-links|--trusted-host|\.whl|\.tar\.gz| @ |^-i ).*$", re.M
)


def conda_packages() -> list[str]:
    """All that environment.yml asks for, its pip section included."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    (by_pip,) = (entry["pip"] for entry in listed if isinstance(entry, dict))
    return [entry for entry in listed if isinstance(entry, str)] + by_pip


def pins(lock: str) -> list[tuple[str, str, str]]:
    """Name, version and the lines below (hashes, origins) of every package in a lock."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
    heads = [re.match(r"([\w.-]+)==([^\s;\\]+)", block) for block in blocks]
    assert all(heads), "every entry of a lock is name==version"
    return [(canonicalize_name(m[1]), m[2], b) for m, b in zip(heads, blocks, strict=True) if m]


def versions(lock: str) -> dict[str, set[str]]:
    """The versions of every package in a lock; several if platforms differ."""
    by_name: dict[str, set[str]] = {}
    for name, version, _ in pins(lock):
        by_name.setdefault(name, set()).add(version)
    return by_name


def out_of_bounds(lock: str, bounds: list[str]) -> list[str]:
    """Bounds that a lock misses, or breaks for some platform."""
    locked = versions(lock)
    wanted = [(bound, locked.get(canonicalize_name(bound.name), set())) for bound in map(Requirement, bounds)]
    return [str(bound) for bound, held in wanted if not held or not all(map(bound.specifier.contains, held))]


def disagreements(locks: list[str]) -> set[str]:
    """Packages that two locks hold in different versions."""
    every = [versions(lock) for lock in locks]
    names = {name for lock in every for name in lock}
    return {name for name in names if len({frozenset(lock[name]) for lock in every if name in lock}) > 1}


def without_hash(lock: str) -> list[str]:
    return [name for name, _, block in pins(lock) if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", block)]


def addresses(lock: str) -> list[str]:
    """Lines that name an index, a file or any other place to fetch from."""
    return [match[0] for match in ADDRESS.finditer(lock)]


def test_conda_users_get_the_same_names_extras_and_bounds() -> None:
    own = {"pip", "-e .", f"python{PROJECT['requires-python']}"}
    assert own <= set(conda_packages())
    assert sorted(set(conda_packages()) - own) == BOUNDS


def test_conda_is_asked_for_no_extra() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert [entry for entry in listed if "[" in entry and isinstance(entry, str)] == []


def test_every_extra_has_a_lock_and_every_lock_an_extra() -> None:
    assert {path.stem for path in ROOT.joinpath("locks").iterdir()} == EXTRAS.keys()


def test_the_core_lock_keeps_the_bounds_of_the_core() -> None:
    assert out_of_bounds(CORE_LOCK, CORE) == []


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_core_lock_and_the_lock_of_an_extra_keep_its_bounds(extra: str) -> None:
    assert out_of_bounds(CORE_LOCK + EXTRA_LOCKS[extra], EXTRAS[extra]) == []


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_lock_of_an_extra_repeats_nothing_of_the_core(extra: str) -> None:
    assert versions(EXTRA_LOCKS[extra]).keys() & versions(CORE_LOCK).keys() == set()


def test_no_two_locks_hold_a_package_in_different_versions() -> None:
    assert disagreements(list(LOCKS.values())) == set()


def test_the_core_holds_no_spark_no_browser_and_no_tool() -> None:
    assert versions(CORE_LOCK).keys() & NOT_IN_THE_CORE == set()
    assert {name for lock in EXTRA_LOCKS.values() for name in versions(lock)} >= NOT_IN_THE_CORE


@pytest.mark.parametrize(("lock", "bounds"), [("core", CORE), *((name, EXTRAS[name]) for name in EXTRAS)])
def test_the_locks_hold_what_the_extras_of_packages_ask_for(lock: str, bounds: list[str]) -> None:
    wanted = [(r, extra) for r in map(Requirement, bounds) for extra in r.extras]
    needs = [Requirement(line) for r, _ in wanted for line in requires(r.name) or []]
    by_extra = [n for n in needs for _, e in wanted if n.marker and f'extra == "{e}"' in str(n.marker)]
    locked = versions(CORE_LOCK + LOCKS[lock]).keys()
    assert bool(by_extra) == bool(wanted)
    assert {canonicalize_name(need.name) for need in by_extra} <= locked


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_a_hash_for_every_pin(lock: str) -> None:
    assert without_hash(LOCKS[lock]) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_file(lock: str) -> None:
    assert addresses(LOCKS[lock]) == []


@pytest.mark.parametrize(
    "line", ["-" + "-index-url https://x.example/simple", "a @ https://x.example/a-1" + ".whl", "-i x"]
)
def test_an_address_is_found(line: str) -> None:
    assert addresses(f"{CORE_LOCK}\n{line}\n") == [line]


def test_a_missing_hash_and_a_broken_bound_are_found() -> None:
    assert without_hash("numpy==2.1.0 \\\n    # via pandas\n") == ["numpy"]
    assert "numpy<3,>=2" in out_of_bounds(CORE_LOCK.replace("numpy==2.", "numpy==3."), CORE)
    assert "ruff>=0.9" in out_of_bounds(EXTRA_LOCKS["test"].replace("\nruff==", "\nruffian=="), EXTRAS["test"])


def test_a_version_of_its_own_in_one_lock_is_found() -> None:
    moved = EXTRA_LOCKS["notebooks"].replace("\nipython==", "\nipython==1")
    assert disagreements([EXTRA_LOCKS["test"], moved]) == {"ipython"}
