"""C10: wind in knots, on both sides, also in what was stored before."""

from lab.changes.operation import count_unequal, measure_distance
from problem.oracle import KNOTS

NAME = "wind_speed"


def test_it_is_served_in_knots(operation):
    for mode in operation.modes:
        assert NAME not in operation.wrong(mode)
        assert operation.answers(mode)[NAME].notna().any()


def test_training_is_in_knots(operation):
    for mode in operation.modes:
        asked = operation.asked(mode)
        seen, truth = operation.training(asked)[NAME], operation.truth(asked)[NAME]
        assert measure_distance(seen, truth) < measure_distance(seen, truth / KNOTS)


def test_the_past_is_told_as_by_a_system_installed_today(operation):
    anew = operation.anew()
    for mode in operation.modes:
        past = operation.past(mode)
        assert count_unequal(operation.training(past), anew.training(past)) == {}
