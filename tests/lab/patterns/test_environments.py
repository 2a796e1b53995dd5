"""Environments by locks of their own: whole, hashed, without an address, and one clear line where one is missing."""

import re

import pytest
from packaging.requirements import Requirement

from lab.engine.workspace import StudyError
from lab.patterns import environments
from lab.patterns.environments import ENVIRONMENTS, LOCKS, Environment, install, run_in, run_uv

ADDRESS = re.compile(
    r"^[^#\n]*(?:://|--(?:extra-)?index|--find-links|--trusted-host|\.whl|\.tar\.gz| @ |^-i ).*$", re.M
)


@pytest.fixture(params=ENVIRONMENTS, ids=lambda each: each.name)
def environment(request) -> Environment:
    return request.param


def read_pins(environment):
    """By package the version that Python 3.11 gets, and its lines."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", environment.lock.read_text(), flags=re.M)[1:]
    heads = [Requirement(block.partition("\\")[0]) for block in blocks]
    here = {"python_full_version": f"{environments.PYTHON}.0", "python_version": environments.PYTHON}
    kept = [(h, b) for h, b in zip(heads, blocks, strict=True) if not h.marker or h.marker.evaluate(here)]
    return {head.name: (str(head.specifier).removeprefix("=="), block) for head, block in kept}


def test_a_lock_keeps_its_bounds_with_hashes_and_names_no_address(environment):
    pins = read_pins(environment)
    for bound in map(Requirement, environment.bounds()):
        assert bound.specifier.contains(pins[bound.name][0]), str(bound)
    assert [name for name, (_, block) in pins.items() if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", block)] == []
    assert ADDRESS.findall(environment.lock.read_text()) == []


def test_every_lock_is_of_an_environment():
    assert sorted(LOCKS.iterdir()) == sorted(each.lock for each in ENVIRONMENTS)


def test_a_changed_lock_makes_another_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(environments, "LOCKS", tmp_path)
    environment = Environment("1.9", 2)
    environment.lock.write_text("numpy==2.0.0\n")
    before = environment.folder(tmp_path)
    assert before == environment.folder(tmp_path)
    environment.lock.write_text("numpy==2.0.1\n")
    assert before != environment.folder(tmp_path)


def test_an_environment_that_is_not_there_is_named_with_what_to_do(tmp_path):
    with pytest.raises(StudyError, match=r"^no environment scikit-learn-1\.9-numpy-2: run `make environments`"):
        run_in(ENVIRONMENTS[-1], ["-c", "pass"], root=tmp_path)


def test_what_uv_says_is_passed_on_in_one_line():
    with pytest.raises(StudyError, match=r"^uv pip failed, run `make environments` again with a network: [^\n]+$"):
        run_uv(["pip", "no-such-command"])


def test_an_installation_that_fails_leaves_nothing_that_would_be_taken_for_one(tmp_path, monkeypatch):
    wanted = ENVIRONMENTS[0]

    def fail(arguments, told=""):
        (tmp_path / f"{wanted.folder(tmp_path).name}.part").mkdir(exist_ok=True)
        raise StudyError("no network")

    monkeypatch.setattr(environments, "run_uv", fail)
    for _ in range(2):
        with pytest.raises(StudyError, match="no network"):
            install(wanted, tmp_path)
        assert not wanted.folder(tmp_path).exists()
