"""make deep and make records: which parts run, in which order, and when they stop."""

from functools import partial

import pytest

from lab import deep

STATUS = {"changes": 3}


@pytest.fixture
def ran(monkeypatch):
    found: list[str] = []

    def run(name):
        found.append(name)
        return STATUS.get(name, 0)

    monkeypatch.setattr(deep, "PARTS", {name: partial(run, name) for name in deep.PARTS})
    return found


def test_one_part_is_run_alone(ran):
    assert deep.main(["--only", "study"]) == 0
    assert ran == ["study"]


def test_all_are_run_in_order_up_to_the_first_that_fails(ran):
    assert deep.main([]) == 3
    assert ran == ["study", "arms", "learner", "changes"]


def test_an_unknown_part_is_named(ran, capsys):
    with pytest.raises(SystemExit):
        deep.main(["--only", "cathedral"])
    assert "invalid choice: 'cathedral'" in capsys.readouterr().err
    assert ran == []
