"""Calls into a patched copy of the code: what comes back, what an error says, and that it is the copy that ran."""

import difflib
import sys
from pathlib import Path

import pandas as pd
import pytest

import lab.engine.observation
from lab.engine.workspace import REPOSITORY
from lab.sandbox.patched_copy import CODE, CURES, list_cures, patched_copy
from lab.sandbox.sandbox import Sandbox, SandboxError, enter
from lab.systems import read_systems
from problem.contract import Request

ASKED = pd.Timestamp("2013-07-01T12:00Z")
REQUEST = Request(1, ASKED, "batch", ASKED, "UA", "EWR", "ORD", None, 719)
HELPERS = """\
import sys
from pathlib import Path

import problem.contract
from lab.engine.observation import observe


def describe(request, more=0):
    return request.flight_id + more, type(request) is problem.contract.Request, request.asked_at


def request(number):
    return problem.contract.Request(number, None, "batch", None, "", "", "", None, 0)


def find_places():
    return Path(problem.contract.__file__), Path(__file__), Path.cwd(), problem.contract.KEYS


def fail():
    raise LookupError("no such flight")


def give_what_cannot_travel():
    return lambda: 1


def leave():
    sys.exit(3)


def spin():
    while True:
        pass


def count_observed():
    return len(observe().modules)
"""


def write_patch(folder: Path, name: str, file: str, before: str, after: str) -> Path:
    """A patch that turns one text of a file into another; an empty text before makes the file."""
    lines = difflib.unified_diff(
        before.splitlines(True), after.splitlines(True), f"a/{file}" if before else "/dev/null", f"b/{file}"
    )
    patch = folder / name
    patch.write_text("".join(lines))
    return patch


@pytest.fixture(scope="module")
def patches(tmp_path_factory):
    folder, keys = tmp_path_factory.mktemp("patches"), 'KEYS = ("flight_id", "asked_at")\n'
    contract = (REPOSITORY / "problem/contract.py").read_text()
    assert keys in contract
    return [
        write_patch(folder, "helpers.patch", "lab/sandbox_helpers.py", "", HELPERS),
        write_patch(
            folder, "keys.patch", "problem/contract.py", contract, contract.replace(keys, 'KEYS = ("patched",)\n')
        ),
    ]


@pytest.fixture(scope="module")
def sandbox(patches):
    with patched_copy(patches) as copy:
        yield Sandbox(copy)


def test_a_call_returns_what_the_function_returns(sandbox):
    assert sandbox.call("lab.sandbox_helpers:describe", request=REQUEST, more=4) == (5, True, ASKED)


def test_arguments_become_objects_of_the_copys_classes_and_results_objects_of_ours(sandbox):
    _, of_the_copys_class, _ = sandbox.call("lab.sandbox_helpers:describe", request=REQUEST)
    assert of_the_copys_class
    assert type(sandbox.call("lab.sandbox_helpers:request", number=7)) is Request


def test_code_comes_from_the_copy_even_if_it_was_imported_before(sandbox):
    contract, helpers, folder, keys = sandbox.call("lab.sandbox_helpers:find_places")
    assert (contract, helpers) == (sandbox.copy / "problem/contract.py", sandbox.copy / "lab/sandbox_helpers.py")
    assert folder == sandbox.copy
    assert keys == ("patched",)
    assert not [path for path in sandbox.copy.rglob("__pycache__")]


def test_entering_a_copy_forgets_our_modules_and_no_others(sandbox, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["elsewhere"])
    monkeypatch.setattr(sys, "modules", dict.fromkeys(["pandas", "problems", "problem", "lab.sandbox", "measure.data"]))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    enter(sandbox.copy)
    assert (Path.cwd(), sys.path) == (sandbox.copy.resolve(), [str(sandbox.copy), "elsewhere"])
    assert set(sys.modules) == {"pandas", "problems"}
    assert sys.dont_write_bytecode is True  # the copy stays as it is


def test_a_function_of_ours_can_be_run_there_with_what_it_imports_from_the_copy(sandbox):
    def read_keys():
        from problem.contract import KEYS

        return KEYS

    assert sandbox.run(read_keys) == ("patched",)


def test_a_call_may_import_the_engine_from_the_copy(sandbox):
    assert sandbox.call("lab.sandbox_helpers:count_observed") > 0
    assert lab.engine.observation.observe().modules >= {"lab.sandbox_helpers"}  # the child's modules count here


def test_an_error_comes_back_with_its_traceback(sandbox):
    with pytest.raises(SandboxError, match=r'(?s)File ".*sandbox_helpers\.py".*in fail.*LookupError: no such flight'):
        sandbox.call("lab.sandbox_helpers:fail")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("lab.sandbox_helpers:no_such_function", "no attribute 'no_such_function'"),
        ("lab.no_such_module:call", "No module named 'lab.no_such_module'"),
        ("lab.sandbox_helpers:give_what_cannot_travel", "(?i)can't pickle|can't get local object"),
        ("lab.sandbox_helpers:leave", "ended with status 3"),
    ],
)
def test_whatever_ends_a_call_is_said(sandbox, function, message):
    with pytest.raises(SandboxError, match=message):
        sandbox.call(function)


def test_a_call_that_uses_up_its_cpu_time_is_ended(sandbox):
    with pytest.raises(SandboxError, match=r"no answer within 0\.5 s"):
        sandbox.call("lab.sandbox_helpers:spin", cpu_seconds=0.5)


def test_the_repository_itself_is_never_changed(sandbox):
    assert not (REPOSITORY / "lab/sandbox_helpers.py").exists()
    assert "patched" not in (REPOSITORY / "problem/contract.py").read_text()
    assert {path.name for path in sandbox.copy.iterdir()} == set(CODE)


def test_a_patch_that_does_not_apply_is_named(patches):
    with (
        pytest.raises(ValueError, match=r"keys\.patch no longer applies: .*problem/contract\.py"),
        patched_copy([*patches, patches[1]]),
    ):
        pass


def test_cures_are_found_by_the_system_that_they_are_for():
    cures = {name: list_cures(name) for name in read_systems()}
    assert sorted(path for paths in cures.values() for path in paths) == sorted((REPOSITORY / CURES).iterdir())
    assert all(path.name.startswith(f"{name}-") for name, paths in cures.items() for path in paths)


@pytest.mark.parametrize("name", [name for name in read_systems() if list_cures(name)])
def test_all_cures_of_a_system_apply_together(name):
    with patched_copy(list_cures(name)) as copy:
        assert (copy / CURES).is_dir()
