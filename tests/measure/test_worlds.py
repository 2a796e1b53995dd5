"""The spread over worlds, on figures anybody can check."""

import pytest

from measure.data.worlds import NoWorlds, Worlds, draw, over_worlds


def test_the_middle_world_and_the_extremes():
    worlds = over_worlds({"Apr": 0.03, "May": -0.01, "Jun": 0.0})
    assert (worlds.median, worlds.low, worlds.high) == (0.0, -0.01, 0.03)
    assert worlds.above_zero == 1
    assert str(worlds) == "0.000 [-0.010 to 0.030], above 0 in 1 of 3"
    assert list(worlds.by_world) == ["Apr", "May", "Jun"]


def test_of_an_even_number_of_worlds_the_median_is_half_way():
    assert over_worlds({"a": 1.0, "b": 3.0}).median == 2.0


def test_worlds_keep_their_own_copy():
    given = {"a": 1.0, "b": 2.0}
    worlds = over_worlds(given)
    given["a"] = 9.0
    assert worlds == Worlds({"a": 1.0, "b": 2.0})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, r"^a spread needs two worlds or more, got 0$"),
        ({"a": 1.0}, r"^a spread needs two worlds or more, got 1$"),
        ({"a": 1.0, "b": float("nan")}, r"^a figure is not finite$"),
    ],
)
def test_what_has_no_spread_is_refused(given, says):
    with pytest.raises(NoWorlds, match=says):
        over_worlds(given)


def test_the_figure_is_written(tmp_path):
    worlds = over_worlds({"Apr": 0.03, "May": -0.01})
    draw(
        {("split", "real_time"): worlds, ("fti", "real_time"): worlds, ("fti", "batch"): worlds},
        "nats",
        tmp_path / "w.png",
    )
    assert (tmp_path / "w.png").stat().st_size > 10_000
