"""The import contracts hold, and every one of them finds a planted import, direct or by way of a third module."""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path

import grimp
import pytest
from importlinter import cli  # noqa: F401  # importing it sets import-linter up
from importlinter.application.use_cases import _register_contract_types, read_user_options
from importlinter.domain.contract import registry

from lab.cards import Card, read_cards

ROOT = Path(__file__).parents[2]
OPTIONS = read_user_options(str(ROOT / "pyproject.toml"))
PACKAGES: list[str] = OPTIONS.session_options["root_packages"]
CONTRACTS = {options["id"]: options for options in OPTIONS.contracts_options}
FTI = "reference.systems.fti"

# contract: (module that errs, what it must not import, a module in between that may import both)
PLANTED = [
    ("rooms", "problem.planted", "antipatterns.systems.split", "problem.between"),
    ("rooms", "problem.planted", "parts.service_shell.app", "problem.between"),
    ("rooms", "parts.service_shell.planted", FTI, "parts.between"),
    ("rooms", "parts.service_shell.planted", "lab.cards", "parts.between"),
    ("rooms", "antipatterns.systems.split.planted", FTI, "problem.between"),
    ("rooms", f"{FTI}.planted", "antipatterns.systems.split", "problem.between"),
    ("rooms", f"{FTI}.planted", "measure.data.skew", "problem.between"),
    ("rooms", "antipatterns.systems.split.planted", "measure.data.skew", "problem.between"),
    ("rooms", f"{FTI}.planted", "lab.cards", "parts.between"),
    ("rooms", "measure.data.planted", FTI, "problem.between"),
    ("rooms", "measure.data.planted", "lab.cards", "problem.between"),
    ("rooms", "lab.study.planted", "publish.ledger", "lab.between"),
    ("rulers-and-parts", "measure.data.planted", "parts.service_shell.app", "measure.between"),
    ("patterns-apart", "antipatterns.systems.monolith.planted", "antipatterns.systems.split", "problem.between"),
    ("patterns-apart", "reference.systems.shared_split.planted", FTI, "reference.between"),
    ("patterns-apart", "reference.caches.planted.app", "reference.serving.other.app", "reference.between"),
    ("three-pipelines", f"{FTI}.inference", f"{FTI}.training", f"{FTI}.between"),
    ("content", "lab.study.planted", "notebooks", "lab.between"),
    ("content", "publish.planted", "slides", "publish.between"),
    ("content", f"{FTI}.planted", "tests", f"{FTI}.between"),
]


@cache
def read_graph() -> grimp.ImportGraph:
    """Who imports what among all rooms."""
    _register_contract_types(OPTIONS)
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def with_imports(*imports: tuple[str, str]) -> grimp.ImportGraph:
    """A copy of the graph with imports planted; modules and packages that are not there are added."""
    graph = deepcopy(read_graph())
    for module in [name for pair in imports for name in pair]:
        for name in [*parents(module), module]:
            if name not in graph.modules:
                graph.add_module(name, is_squashed=name in ("notebooks", "slides", "tests"))
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    return graph


def parents(module: str) -> list[str]:
    """The packages that a module lies in, the outermost first."""
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def find_broken(graph: grimp.ImportGraph) -> set[str]:
    """The ids of the contracts that a graph breaks."""
    return {name for name in CONTRACTS if not holds(name, graph)}


def holds(contract: str, graph: grimp.ImportGraph) -> bool:
    """Whether import-linter finds one contract kept."""
    options = CONTRACTS[contract]
    checked = registry.get_contract_class(options["type"])(options["name"], OPTIONS.session_options, options)
    return bool(checked.check(deepcopy(graph), verbose=False).kept)


def find_unnamed_imports(card: Card, cards: dict[str, Card], graph: grimp.ImportGraph) -> Iterator[str]:
    """Patterns that a pattern imports though its card does not name them; itself aside."""
    modules = graph.find_descendants(card.package) | {card.package}
    imported = {name for module in modules for name in graph.find_modules_directly_imported_by(module)}
    for other in cards.values():
        if other.id not in (card.id, *card.uses) and any(
            f"{name}.".startswith(f"{other.package}.") for name in imported
        ):
            yield f"{card.id} imports {other.id}, which its card does not name"


def test_every_contract_holds() -> None:
    assert find_broken(read_graph()) == set()


def test_every_package_is_under_contract() -> None:
    assert sorted(PACKAGES) == sorted(file.parent.name for file in ROOT.glob("[a-z]*/__init__.py"))


def test_every_folder_with_code_is_a_package() -> None:
    """The contracts see packages only: a folder without __init__.py would stand outside."""
    folders = {file.parent for package in PACKAGES for file in (ROOT / package).rglob("*.py")}
    spared = ROOT / "lab" / "changes" / "requests"  # texts about code to come
    assert [f for f in sorted(folders) if not (f / "__init__.py").exists() and not f.is_relative_to(spared)] == []


def test_every_contract_is_tried_below() -> None:
    assert {contract for contract, *_ in PLANTED} == CONTRACTS.keys()


@pytest.mark.parametrize(("contract", "importer", "imported", "between"), PLANTED)
def test_a_planted_import_breaks_the_contract(contract: str, importer: str, imported: str, between: str) -> None:
    assert not holds(contract, with_imports((importer, imported)))


@pytest.mark.parametrize(("contract", "importer", "imported", "between"), PLANTED)
def test_an_import_by_way_of_a_third_module_breaks_it_too(
    contract: str, importer: str, imported: str, between: str
) -> None:
    assert not holds(contract, with_imports((importer, between), (between, imported)))


def test_a_new_pattern_that_harms_nobody_breaks_nothing() -> None:
    assert find_broken(with_imports(("reference.serving.new.app", "parts.service_shell.app"))) == set()


def test_an_end_to_end_system_may_import_patterns() -> None:
    graph = with_imports(("reference.end_to_end.shop.app", FTI))
    assert find_broken(graph) == set()
    assert "rooms" in find_broken(with_imports(("reference.end_to_end.shop.app", "antipatterns.systems.split")))


def test_patterns_import_only_patterns_that_their_cards_name() -> None:
    cards = {name: card for name, card in read_cards().items() if card.has_code}
    graph = read_graph()
    assert [line for card in cards.values() for line in find_unnamed_imports(card, cards, graph)] == []
    planted = with_imports((f"{FTI}.planted", "reference.systems.shared_split"))
    assert list(find_unnamed_imports(cards["fti"], cards, planted)) == [
        "fti imports shared_split, which its card does not name"
    ]


def test_lint_imports_reads_the_same_contracts() -> None:
    written = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert [contract["id"] for contract in written] == list(CONTRACTS)
