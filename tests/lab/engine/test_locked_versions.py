"""Which pins of a lock a piece of code depends on."""

import pytest
from packaging.utils import canonicalize_name

from lab.engine.locked_versions import ENTRY, Locks, find_locks, read_locks
from lab.engine.workspace import REPOSITORY

LOCK = """\
both==1 \\
    --hash=sha256:00
    # via
    #   checker
    #   needed
checker==2 \\
    --hash=sha256:01
    # via project (pyproject.toml)
needed==3 ; sys_platform != 'win32' \\
    --hash=sha256:02
    # via systems
Systems[fast]==4 \\
    --hash=sha256:03
    # via project (pyproject.toml)
tool==5 \\
    --hash=sha256:04
    # via checker"""


def test_what_is_imported_and_all_that_it_needs_counts():
    assert Locks(LOCK).find_versions(["systems", "json"]) == ["both==1", "needed==3", "systems==4"]
    assert Locks(LOCK).find_versions(["tool"]) == ["tool==5"]
    assert Locks(LOCK).find_versions(["json", "unlocked"]) == []


def test_several_locks_count_together():
    locks = Locks(LOCK, "extra==6\n    # via both\nboth==1.1\n    # via needed\n")
    assert locks.find_versions(["needed"]) == ["both==1", "both==1.1", "extra==6", "needed==3"]


def test_a_package_with_one_version_for_each_system_counts_with_all_of_them():
    locks = Locks("a==1 ; python_version < '3.12'\n    # via b\na==2 ; python_version >= '3.12'\n    # via c\n")
    assert locks.find_versions(["a"]) == ["a==1", "a==2"]


def test_the_standard_library_is_never_taken_for_a_package_of_the_same_name():
    assert Locks("dataclasses==1\n    # via x\n").find_versions(["dataclasses"]) == []


@pytest.mark.parametrize(("module", "package"), [("rich", "rich"), ("yaml", "pyyaml"), ("sklearn", "scikit-learn")])
def test_a_module_is_traced_to_the_package_that_holds_it(module, package):
    versions = read_locks(find_locks(REPOSITORY)).find_versions([module])
    assert package in {version.split("==")[0] for version in versions}


def test_locks_lie_at_the_top_and_in_their_folder(tmp_path):
    (tmp_path / "locks").mkdir()
    for name in ("requirements.lock", "requirements-x.lock", "other.lock", "locks/test.lock", "locks/README.md"):
        (tmp_path / name).write_text("")
    names = [str(file.relative_to(tmp_path)) for file in find_locks(tmp_path)]
    assert names == ["locks/test.lock", "requirements-x.lock", "requirements.lock"]


def test_every_entry_of_our_own_lock_is_read():
    for file in find_locks(REPOSITORY):
        text = file.read_text()
        entries = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
        assert [canonicalize_name(line.split("==")[0]) for line in entries] == [m["name"] for m in ENTRY.finditer(text)]
        assert entries
