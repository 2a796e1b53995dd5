"""C1: the worst departure delay of the last two hours reaches training and serving."""

from changes.operation import distance

NEW, OLD = "origin_dep_delay_max_2h", "origin_dep_delay_2h"


def test_it_is_served_as_the_oracle_says(operation):
    for mode in operation.modes:
        assert NEW not in operation.wrong(mode)
        assert operation.answers(mode)[NEW].notna().any()


def test_models_are_fitted_on_it_and_not_on_the_mean_under_another_name(operation):
    for mode in operation.modes:
        table, truth = operation.training(operation.asked(mode)), operation.truth(operation.asked(mode))
        assert distance(table[NEW], truth[NEW]) < distance(table[OLD], truth[NEW])
        assert (table[NEW] >= table[OLD] - 1e-9).where(table[OLD].notna(), True).all()
    assert all(NEW in table for table in operation.rolled_out().values())
