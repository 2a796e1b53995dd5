"""C2: seven days instead of 24 hours, also in what was stored before."""

import pandas as pd

from lab.changes.operation import count_unequal, measure_distance

NEW = "carrier_origin_arr_delay_7d"


def mean_of_one_day(operation, asked):
    """The old feature, question by question."""
    landings = operation.ground.facts.landings
    found = []
    for question in asked.itertuples():
        recent = landings[landings["known_at"].between(question.asked_at - pd.Timedelta("24h"), question.asked_at)]
        recent = recent[(recent["carrier"] == question.carrier) & (recent["origin"] == question.origin)]
        found.append(recent["arr_delay"].mean())
    return pd.Series(found)


def test_it_is_served_as_the_oracle_says(operation):
    for mode in operation.modes:
        assert NEW not in operation.wrong(mode)
        assert operation.answers(mode)[NEW].notna().any()


def test_training_looks_back_seven_days(operation):
    for mode in operation.modes:
        asked = operation.asked(mode)
        seen = operation.training(asked)[NEW]
        assert measure_distance(seen, operation.truth(asked)[NEW]) < measure_distance(
            seen, mean_of_one_day(operation, asked)
        )


def test_the_past_is_told_as_by_a_system_installed_today(operation):
    anew = operation.anew()
    for mode in operation.modes:
        past = operation.past(mode)
        assert count_unequal(operation.training(past), anew.training(past)) == {}
