"""Three files name the packages; they must agree: pyproject.toml, environment.yml, requirements.lock."""

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
BOUNDS = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
LOCK = (ROOT / "requirements.lock").read_text()
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


def out_of_bounds(lock: str) -> list[str]:
    """Bounds of pyproject.toml that a lock misses, or breaks for some platform."""
    versions: dict[str, list[str]] = {}
    for name, version, _ in pins(lock):
        versions.setdefault(name, []).append(version)
    found = [versions.get(canonicalize_name(r.name), ["none"]) for r in map(Requirement, BOUNDS)]
    pairs = zip(map(Requirement, BOUNDS), found, strict=True)
    return [str(r) for r, vs in pairs if not all(v != "none" and r.specifier.contains(v) for v in vs)]


def without_hash(lock: str) -> list[str]:
    return [name for name, _, block in pins(lock) if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", block)]


def addresses(lock: str) -> list[str]:
    """Lines that name an index, a file or any other place to fetch from."""
    return [match[0] for match in ADDRESS.finditer(lock)]


def test_conda_users_get_the_same_names_extras_and_bounds() -> None:
    own = {"pip", "-e .", f"python{PROJECT['requires-python']}"}
    assert own <= set(conda_packages())
    assert sorted(set(conda_packages()) - own) == sorted(BOUNDS)


def test_conda_is_asked_for_no_extra() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert [entry for entry in listed if "[" in entry and isinstance(entry, str)] == []


def test_the_lock_keeps_every_bound() -> None:
    assert out_of_bounds(LOCK) == []


def test_the_lock_holds_what_the_extras_ask_for() -> None:
    wanted = [(r, extra) for r in map(Requirement, BOUNDS) for extra in r.extras]
    needs = [Requirement(line) for r, _ in wanted for line in requires(r.name) or []]
    by_extra = [n for n in needs for _, e in wanted if n.marker and f'extra == "{e}"' in str(n.marker)]
    locked = {name for name, _, _ in pins(LOCK)}
    assert by_extra
    assert {canonicalize_name(need.name) for need in by_extra} <= locked


def test_the_lock_holds_a_hash_for_every_pin() -> None:
    assert without_hash(LOCK) == []


def test_the_lock_names_no_index_and_no_file() -> None:
    assert addresses(LOCK) == []


@pytest.mark.parametrize(
    "line", ["-" + "-index-url https://x.example/simple", "a @ https://x.example/a-1" + ".whl", "-i x"]
)
def test_an_address_is_found(line: str) -> None:
    assert addresses(f"{LOCK}\n{line}\n") == [line]


def test_a_missing_hash_and_a_broken_bound_are_found() -> None:
    assert without_hash("numpy==2.1.0 \\\n    # via pandas\n") == ["numpy"]
    assert "numpy<3,>=2" in out_of_bounds(LOCK.replace("numpy==2.", "numpy==3."))
    assert "ruff>=0.9" in out_of_bounds(LOCK.replace("\nruff==", "\nruffian=="))
