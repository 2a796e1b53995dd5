"""The import contracts hold, and every one of them finds a planted import."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
PACKAGES: list[str] = CONFIG["root_packages"]
NAMES = {contract["id"]: contract["name"] for contract in CONFIG["contracts"]}
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"

# contract: (module that errs, what it must not import, a module in between)
PLANTED = {
    "neutral-ground": ("problem.planted", "antipatterns.systems.split", "problem.between"),
    "blind-rulers": ("measure.data.planted_shift", "reference.systems.fti", "problem.between"),
    "unmeasured-systems": ("reference.systems.fti.planted", "measure", "problem.between"),
    "exhibits-and-references": ("antipatterns.systems.split.planted", "reference.systems.fti", "problem.between"),
    "exhibits-apart": ("antipatterns.systems.monolith.planted", "antipatterns.systems.split", "problem.between"),
    "references-apart": (
        "reference.systems.shared_split.planted",
        "reference.systems.modular_monolith",
        "problem.between",
    ),
    "one-shell": ("lab.load.planted_waits", "reference.systems.fti", "problem.between"),
    "in-operation": ("measure.data.planted_shift", "service", "problem.between"),
    "beyond-knows-no-exhibit": ("beyond.planted", "antipatterns.systems.split", "problem.between"),
    "three-pipelines": (
        "reference.systems.fti.inference",
        "reference.systems.fti.training",
        "reference.systems.fti.between",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, check=False)


def broken(folder: Path) -> set[str]:
    """The ids of the contracts that lint-imports reports as broken."""
    report = re.sub(r"\x1b\[[0-9;]*m", "", lint(folder).stdout)
    return {i for i, name in NAMES.items() if re.search(rf"^{re.escape(name)} BROKEN", report, re.MULTILINE)}


def add_import(folder: Path, module: str, imported: str) -> None:
    """Let a module of the copy, new or not, import another."""
    path = folder / f"{module.replace('.', '/')}.py"
    text = path.read_text() if path.exists() else ""
    path.write_text(f"{text}\nimport {imported}\n")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The contracts and the packages that they speak of."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_contract_holds() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


def test_every_contract_is_tried_below() -> None:
    assert PLANTED.keys() == NAMES.keys()


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_import_breaks_the_contract(contract: str, copy: Path) -> None:
    importer, imported, _ = PLANTED[contract]
    add_import(copy, importer, imported)
    assert contract in broken(copy)
    assert lint(copy).returncode == 1


@pytest.mark.parametrize("contract", PLANTED)
def test_an_import_by_way_of_a_third_module_breaks_it_too(contract: str, copy: Path) -> None:
    importer, imported, between = PLANTED[contract]
    add_import(copy, importer, between)
    add_import(copy, between, imported)
    assert contract in broken(copy)


def test_a_copy_with_nothing_planted_breaks_none(copy: Path) -> None:
    assert broken(copy) == set()
    assert lint(copy).returncode == 0
