"""C1: the worst departure delay of the last two hours reaches training and serving."""

NEW, MEAN, COUNT = "origin_dep_delay_max_2h", "origin_dep_delay_2h", "origin_departures_2h"


def test_it_is_served_as_the_oracle_says(operation):
    for mode in operation.modes:
        assert NEW not in operation.wrong(mode)
        assert operation.answers(mode)[NEW].notna().any()


def test_models_are_fitted_on_the_worst_delay_of_the_window_that_the_mean_is_of(operation):
    departures = operation.ground.facts.departures
    seen = set(zip(departures["origin"], departures["dep_delay"], strict=True))
    for mode in operation.modes:
        table = operation.training(operation.past(mode)).query(f"{COUNT} > 0")
        assert set(zip(table["origin"], table[NEW], strict=True)) <= seen
        above, alone = table[NEW] - table[MEAN], table[COUNT] == 1
        assert (above > -1e-9).all()
        assert (above[~alone] > 1e-9).mean() > 0.9
        assert (above[alone] < 1e-9).all()


def test_every_model_is_fitted_on_it(operation):
    assert all(NEW in table for table in operation.rolled_out().values())
