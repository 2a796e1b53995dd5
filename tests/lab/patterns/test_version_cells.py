"""The matrix of versions: what a cell is called, what cells add up to; two environments made here and asked again."""

import os
import signal
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lab.cards import read_cards
from lab.patterns.environments import ENVIRONMENTS, install
from lab.patterns.experiment_list import RESULT, record_of
from lab.patterns.version_cells import (
    count_outcomes,
    find_silent,
    find_turn,
    pack_cells,
    run_matrix,
    share_needless,
    unpack_cells,
    write_months,
)
from lab.patterns.version_pipelines import BARE, CODES
from lab.patterns.version_worker import DIFFERS, EQUAL, NOT_PACKED, REFUSED, WARNED, compare, name_outcome, run_together

OWN = np.array([0.1, 0.4, 0.6, 0.9])
SIDES = {card.id: card.package for card in read_cards().values() if card.experiment == "version_matrix"}


def ask(answer, own=OWN):
    """The cell of a hand-over whose load returns, raises or warns as ``answer`` does."""
    side: Any = SimpleNamespace(load=lambda place: lambda rows: answer())
    cell = compare(side, Path(), pd.DataFrame(), own)
    return cell | {"outcome": name_outcome(cell)}


def warn_and_answer():
    warnings.warn("made by 1.3\nand more", stacklevel=1)
    return OWN


def fail():
    raise KeyError("_preprocessor")


def test_a_cell_is_called_by_what_came_out():
    assert ask(lambda: OWN)["outcome"] == EQUAL
    assert ask(lambda: OWN + 1e-9)["outcome"] == EQUAL
    warned = ask(warn_and_answer)
    assert (warned["outcome"], warned["words"]) == (WARNED, "UserWarning: made by 1.3")
    moved = ask(lambda: OWN + np.array([0, 0.2, 0, -0.1]))
    assert moved["outcome"] == DIFFERS
    assert (moved["largest"], moved["moved"], moved["flips"]) == pytest.approx((0.2, 0.5, 0.25))
    refused = ask(fail)
    assert (refused["outcome"], refused["words"]) == (REFUSED, "KeyError: '_preprocessor'")


def test_a_crash_takes_only_its_own_cell_with_it():
    tasks: dict[str, Any] = {"fine": lambda: {"largest": 0.0}, "crashes": lambda: os.kill(os.getpid(), signal.SIGKILL)}
    assert run_together(tasks) == {
        "fine": {"largest": 0.0},
        "crashes": {"outcome": REFUSED, "words": "died with status -9"},
    }


def make_cells(*outcomes):
    """Cells of one side: distance and outcome, the rest of no matter."""
    rows = [
        {"trained": f"t{i}", "served": f"s{i}", "side": "x", "pipeline": "p", "words": "", "distance": d, "outcome": o}
        for i, (d, o) in enumerate(outcomes)
    ]
    return pd.DataFrame(rows).assign(largest=0.1, moved=0.5, flips=0.01)


def test_a_verdict_turns_at_the_least_distance_from_which_on_it_is_worse_for_good():
    same = [(0, EQUAL)] * 4
    assert find_turn(make_cells(*same, (1, WARNED), (-1, EQUAL), (2, WARNED), (3, EQUAL)), "x") is None
    assert find_turn(make_cells(*same, (1, WARNED), (-1, EQUAL), (2, REFUSED), (3, DIFFERS)), "x") == 2
    assert find_turn(make_cells(*same, (1, REFUSED), (2, EQUAL), (-3, DIFFERS)), "x") == 3


def test_shares_are_of_what_was_packed():
    cells = make_cells((1, EQUAL), (1, DIFFERS), (1, REFUSED), (1, REFUSED), (1, NOT_PACKED))
    (row,) = count_outcomes(cells, ["side"])
    assert row == {"side": "x", "cells": 4, EQUAL: 0.25, WARNED: 0.0, DIFFERS: 0.25, REFUSED: 0.5}


def test_a_refusal_is_needless_where_the_other_answers_equally():
    cautious = make_cells((1, REFUSED), (1, REFUSED), (1, REFUSED), (0, EQUAL))
    plain = make_cells((1, WARNED), (1, DIFFERS), (1, REFUSED), (0, EQUAL)).assign(side="y")
    assert share_needless(pd.concat([cautious, plain]), "x", "y") == pytest.approx(1 / 3)


def test_a_sample_shows_what_moves_in_half_of_the_rows_almost_surely():
    (silent,) = find_silent(make_cells((1, DIFFERS), (1, EQUAL)))
    assert silent["shown"] == pytest.approx({"1": 0.5, "5": 1 - 0.5**5, "20": 1 - 0.5**20, "100": 1.0})


def test_packed_cells_are_the_cells():
    cells = make_cells((1, EQUAL), (2, REFUSED))
    names = ["trained", "served", "side", "pipeline", "outcome", "words"]
    assert unpack_cells(pack_cells(cells)).equals(cells[names])


@pytest.mark.slow
def test_two_environments_made_here_give_the_recorded_cells_again(tmp_path):
    """One release apart, with the cell that differs without an error among them."""
    pair = ENVIRONMENTS[:2]
    for environment in pair:
        install(environment, tmp_path / "environments")
    (tmp_path / "cells").mkdir()
    write_months(tmp_path / "cells")
    cells = run_matrix(tmp_path / "cells", SIDES, pair, tmp_path / "environments")
    recorded = record_of("version_matrix").value(RESULT)
    key = ["trained", "served", "side", "pipeline", "outcome", "words"]
    names = {each.name for each in pair}
    known = unpack_cells(recorded["cells"])
    known = known[known["trained"].isin(names) & known["served"].isin({*names, ""})]
    assert sorted(map(tuple, cells[key].to_numpy())) == sorted(map(tuple, known[key].to_numpy()))
    back = cells[(cells["side"] == "version_mismatch") & (cells["distance"] == -1)].set_index("pipeline")
    assert back.loc[CODES, "outcome"] == REFUSED
    assert back.loc[BARE, "outcome"] == DIFFERS
