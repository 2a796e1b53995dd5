"""What running a module loads, as its source tells."""

import pytest

from lab.engine.import_closure import find_packages, read_import_graph
from lab.engine.workspace import REPOSITORY, StudyError


def test_a_module_loads_what_it_imports_inside_functions_too_and_the_packages_around_it(tree):
    closure = read_import_graph(tree.root).find_closure("toylab.work")
    own = {"toylab", "toylab.work", "toyparts", "toyparts.table", "toyparts.clock"}
    assert closure.modules == own
    assert {"rich", "pathlib", "lab"} <= closure.external


def test_a_package_that_is_loaded_by_name_counts_with_all_below_it(tree):
    tree.write("toysystems/one_more.py", "")
    closure = read_import_graph(tree.root).find_closure("toylab.small", ("toysystems.one",))
    assert {"toysystems", "toysystems.one.door", "toysystems.one.hidden"} <= closure.modules
    assert not {"toysystems.two", "toysystems.one_more"} & closure.modules


def test_imports_for_type_checkers_load_nothing(tree):
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import toyparts.unused\n"
    tree.write("toylab/small.py", text)
    assert read_import_graph(tree.root).find_closure("toylab.small").modules == {"toylab", "toylab.small"}


def test_relative_imports_count(tree):
    tree.write("toylab/small.py", "from . import work\n")
    assert "toyparts.clock" in read_import_graph(tree.root).find_closure("toylab.small").modules


def test_modules_that_import_each_other_are_no_endless_loop(tree):
    tree.append("toyparts/clock.py", "import toyparts.table\n")
    assert "toyparts.table" in read_import_graph(tree.root).find_closure("toyparts.clock").modules


def test_content_and_hidden_folders_are_no_packages(tree):
    for name in ("tests", "notebooks", ".hidden"):
        tree.write(f"{name}/__init__.py", "")
    assert find_packages(tree.root) == ("toylab", "toyparts", "toysystems")


def test_what_is_no_python_is_named(tree):
    tree.write("toyparts/clock.py", "def :\n")
    with pytest.raises(StudyError, match=r"toyparts/clock\.py"):
        read_import_graph(tree.root)


def test_packages_that_python_finds_elsewhere_are_not_mistaken_for_these(tree, tmp_path):
    (tmp_path / "other/lab").mkdir(parents=True)
    (tmp_path / "other/lab/__init__.py").write_text("")
    with pytest.raises(StudyError, match="does not find the package lab in"):
        read_import_graph(tmp_path / "other")


def test_of_this_repository_the_executor_needs_rich_and_its_own_modules():
    closure = read_import_graph(REPOSITORY).find_closure("lab.engine.executor")
    assert {"lab", "lab.engine", "lab.engine.step", "lab.engine.step_worker"} <= closure.modules
    assert {"rich", "grimp", "packaging"} <= closure.external
    assert {name.partition(".")[0] for name in closure.modules} == {"lab"}
