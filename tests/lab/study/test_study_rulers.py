"""What the study's rulers do with tables: questions paired with their like, long lists kept for the file."""

import pandas as pd
import pytest

from lab.study.cell_text import format_cell
from lab.study.display_selection import IN_SHORT
from lab.study.rulers.beliefs import measure_lead
from lab.study.rulers.freshness import AGES as MOVING
from lab.study.rulers.freshness import _age
from lab.study.rulers.price_panel import list_without_ratio
from lab.study.rulers.row_skew import convert_to_numbers
from lab.study.scorecard_questions import QUESTIONS, SAME_FACT, VERDICTS
from lab.study.scorecard_rows import Row, make_absent
from lab.study.scorecard_table import describe_end, list_lines
from lab.systems import list_compared
from measure.data.believed import CannotScore
from problem.contract import AGES, FEATURES

ROWS = pd.DataFrame(
    {"flight_id": [1, 2, 3, 4], "late": [1, 0, 1, 0], "day": [1, 1, 2, 2], "prediction": [0.8, 0.3, 0.6, 0.1]}
)


def test_a_lead_is_taken_between_the_same_questions():
    found = measure_lead(ROWS, ROWS.assign(prediction=[0.7, 0.4, 0.5, 0.2]))
    assert found["lead_loss"].high < 0  # nearer to what happened in every row
    assert found["lead"].value == 0


@pytest.mark.parametrize("other", [[2, 1, 3, 4], [1, 2, 3, 5]], ids=["in another order", "others"])
def test_questions_that_only_stand_at_the_same_place_are_not_paired(other):
    with pytest.raises(CannotScore, match="a lead needs the same questions, row by row, of both systems"):
        measure_lead(ROWS, ROWS.assign(flight_id=other))
    with pytest.raises(CannotScore):
        measure_lead(ROWS, ROWS.iloc[:3])


def test_the_mean_age_has_the_interval_of_its_days():
    asked_at = pd.to_datetime(["2013-10-01 12:00", "2013-10-01 13:00", "2013-10-02 12:00"], utc=True)
    served = pd.DataFrame(dict.fromkeys(AGES, 0.0), index=range(3)).assign(asked_at=asked_at)
    served[MOVING] = [[10.0] * len(MOVING), [20.0] * len(MOVING), [60.0] * len(MOVING)]
    row = _age("fti", "real_time", served)
    assert (row.value, row.low, row.high) == (30, 15, 60)


def test_a_tolerance_reaches_whole_numbers_too():
    table = pd.DataFrame(1, index=[0], columns=list(FEATURES)).assign(carrier="UA", origin="JFK", dest="SEA")
    kinds = convert_to_numbers(table).dtypes.astype(str)
    assert kinds["local_hour"] == kinds["temp"] == "float64"
    assert kinds["carrier"] == str(table["carrier"].dtype)


def test_long_answers_are_cut_short_on_the_page():
    rows = [
        Row("tolerance", name, "batch", 0.5, 0.4, 0.6, part=part) for name in list_compared() for part in ("0", "0.1")
    ]
    rows += [Row("one_sided", name, "batch", 2.0, part="a.py:3") for name in list_compared()]
    assert [line[2] for line in list_lines(rows, list_compared(), ("tolerance", "one_sided"))] == ["0.1, batch"]
    assert len(list_lines(rows, list_compared(), ("tolerance", "one_sided"), {})) == 3


def test_what_is_cut_short_is_a_question():
    assert set(IN_SHORT) <= set(QUESTIONS)


def test_a_propagation_cost_stands_beside_its_number_of_nodes_or_its_reason():
    assert format_cell(Row("propagation", "fti", "any", 0.182, note="n = 12")) == "18.2% (n = 12)"
    assert format_cell(make_absent("propagation", "monolith", "any", "one module: there is no pair")) == (
        "– (one module: there is no pair)"
    )


def test_one_fact_is_one_hit():
    rows = [Row(key, name, "batch", 0.0) for key in QUESTIONS for name in list_compared()]
    said = describe_end(rows, passed=True)
    assert set(SAME_FACT) <= set(VERDICTS)
    assert " 1 miss," in said
    assert "12 is the same fact as 1." in said
    assert "12 miss" not in said
    assert "12 hit" not in said


def test_what_has_no_ratio_to_nothing_is_said_with_its_size():
    values = {"monolith": 0.0, "split": 0.0, "fti": 3.14}
    rows = [Row("refresh", name, "any", value) for name, value in values.items()]
    rows += [Row("files", name, "any", 2.0) for name in list_compared()]
    assert (
        list_without_ratio(rows, list_compared())
        == "Not drawn, as there is no ratio to 0: refreshes (FTI 3.14 CPU seconds a day)"
    )
    assert list_without_ratio(rows[3:], list_compared()) == ""
    read = [Row("unread", name, "any", 0.1234 * (name == "fti")) for name in list_compared()]
    assert list_without_ratio(read, list_compared()).endswith(": never read (FTI 12.3%)")
