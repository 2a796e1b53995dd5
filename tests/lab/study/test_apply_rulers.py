"""Rulers are applied in children: rows come back in the rulers' order, figures stay, and a failure says why."""

from types import SimpleNamespace

import pytest

from lab.study.results import Results
from lab.study.scorecard import apply_rulers
from lab.study.scorecard_rows import Row


def ruler(value, fails=""):
    def rows(results):
        if fails:
            raise ValueError(fails)
        yield Row("skew", "fti", "batch", value)

    return SimpleNamespace(
        __name__=f"rulers.of_{value:g}",
        rows=rows,
        draw=lambda results, folder: (folder / f"{value}.png").write_text("drawn"),
    )


@pytest.fixture
def results(tmp_path):
    return Results(tmp_path, ["fti"])


def test_rows_come_in_the_order_of_the_rulers_and_each_draws_its_figure(results, tmp_path):
    rows = apply_rulers(tuple(map(ruler, (3.0, 1.0, 2.0))), results, tmp_path)
    assert [row.value for row in rows] == [3.0, 1.0, 2.0]
    assert sorted(file.name for file in tmp_path.glob("*.png")) == ["1.0.png", "2.0.png", "3.0.png"]


def test_rows_that_are_there_already_are_not_measured_again(results, tmp_path):
    early = {"of_1": [Row("skew", "fti", "batch", 7.0)]}
    assert [row.value for row in apply_rulers((ruler(1.0, "measured again"),), results, tmp_path, early)] == [7.0]


def test_a_ruler_that_fails_ends_the_measuring_with_its_words(results, tmp_path):
    with pytest.raises(RuntimeError, match="ValueError: no such column"):
        apply_rulers((ruler(1.0), ruler(2.0, "no such column")), results, tmp_path)
