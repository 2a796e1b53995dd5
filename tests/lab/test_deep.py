"""make deep and make records: which parts run, in which order, and when they stop."""

import pytest

from lab import deep


@pytest.fixture
def ran(monkeypatch):
    found: list[str] = []
    status = {"learner": 0, "changes": 3}
    parts = {name: lambda name=name: (found.append(name), status.get(name, 0))[1] for name in deep.PARTS}
    monkeypatch.setattr(deep, "PARTS", parts)
    return found


def test_one_part_is_run_alone(ran):
    assert deep.main(["--only", "study"]) == 0
    assert ran == ["study"]


def test_all_are_run_in_order_up_to_the_first_that_fails(ran):
    assert deep.main([]) == 3
    assert ran == ["study", "learner", "changes"]


def test_an_unknown_part_is_named(ran, capsys):
    with pytest.raises(SystemExit):
        deep.main(["--only", "cathedral"])
    assert "invalid choice: 'cathedral'" in capsys.readouterr().err
    assert ran == []
