"""The procedure of a diagnosis, on records whose only change is known: found where there is one, silent where not."""

import numpy as np
import pandas as pd
import pytest

from measure.data.diagnosis import NAMED, CannotDiagnose, diagnose

COMPLAINT = pd.Timestamp("2013-06-11 20:00", tz="UTC")
ROWS = 120
"""Of each six hours."""


def make_records(seed=0, days=15):
    """Records of the six hours before a complaint and before the same hour of the days before; nothing has changed."""
    random = np.random.default_rng(seed)
    count = ROWS * days
    hours = random.uniform(0, 5.99, count) + 24 * np.repeat(np.arange(days), ROWS)
    usual = random.normal(size=days)[np.repeat(np.arange(days), ROWS)]
    table = pd.DataFrame(
        {
            "at": COMPLAINT - pd.to_timedelta(hours, unit="h"),
            "number": random.normal(size=count),
            "moody": random.normal(size=count) / 4 + usual,
            "whole": random.integers(0, 5, count),
            "constant": 60.0,
            "kind": random.choice(["a", "b", "c"], count, p=[0.6, 0.3, 0.1]),
            "version": "7",
            "flag": random.random(count) < 0.1,
            "holes": pd.Series(random.normal(size=count)).mask(random.random(count) < 0.2),
        }
    )
    table = table.sort_values("at", ignore_index=True)
    return table.assign(number_of_row=range(count))


def change(table, field, values, share=1.0, seed=1):
    """The records with other values of a field in some of the rows of the hours before the complaint."""
    late = (COMPLAINT - table["at"] < pd.Timedelta(hours=6)) & (np.random.default_rng(seed).random(len(table)) < share)
    return table.assign(**{field: table[field].astype(object).where(~late, values).infer_objects()})


CHANGES = {
    "number shifted": ("number", lambda old: old + 3, 1.0),
    "number never seen before, a tenth of the rows": ("number", lambda old: old * 0 + 40.0, 0.1),
    "number wider": ("number", lambda old: old * 4, 1.0),
    "moody number in another unit": ("moody", lambda old: old - 20, 1.0),
    "whole number": ("whole", lambda old: old * 0 + 2, 0.7),
    "constant moved a little": ("constant", lambda old: old + 1, 0.1),
    "one kind more": ("kind", lambda old: "d", 0.1),
    "another mix of kinds": ("kind", lambda old: "c", 0.4),
    "another version": ("version", lambda old: "8", 0.1),
    "flag set more often": ("flag", lambda old: True, 0.4),
    "nulls": ("number", lambda old: old * np.nan, 0.2),
    "no nulls any more": ("holes", lambda old: old.fillna(0.0), 1.0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_field_that_changed_comes_first_and_is_named(name):
    field, rule, share = CHANGES[name]
    table = make_records()
    found = diagnose(change(table, field, rule(table[field]), share), "at", COMPLAINT)
    assert found.ranking[0].field == field
    assert found.named[0] == field
    assert len(found.named) == NAMED


def test_without_a_change_a_field_is_named_about_one_time_in_fifteen():
    """Fourteen days and one: the chance that the one has the largest of all figures."""
    named = [bool(diagnose(make_records(seed), "at", COMPLAINT).named) for seed in range(120)]
    assert 1 <= sum(named) <= 18  # 8 of 120 expected; a binomial of 1/15 lies in there 999 times of 1,000


def test_names_and_order_of_the_fields_mean_nothing():
    table = make_records().pipe(lambda rows: change(rows, "number", rows["number"] + 1, 0.5))
    other = {name: f"field {place}" for place, name in enumerate(reversed([*table.columns.drop("at")]))}
    found = diagnose(table, "at", COMPLAINT)
    turned = diagnose(table[table.columns[::-1]].rename(columns=other), "at", COMPLAINT)
    assert {other[each.field]: each.times for each in found.ranking} == dict(turned.ranking)
    assert found.limit == turned.limit


def test_only_the_hours_before_the_complaint_and_the_same_hours_of_two_weeks_are_looked_at():
    table = make_records()
    strange = {name: table[name].iloc[0] for name in table.columns.drop("at")} | {"number": 1e9, "version": "9"}
    hours = [-0.1, 6.1, 23.9, 24 * 15 + 1.0]
    beside = pd.DataFrame([{"at": COMPLAINT - pd.Timedelta(hours=each), **strange} for each in hours])
    assert diagnose(pd.concat([table, beside], ignore_index=True), "at", COMPLAINT) == diagnose(table, "at", COMPLAINT)


def test_what_moves_every_day_is_no_news():
    """A number that grows from row to row lies beyond all that was seen, as it did on every day."""
    found = {moved.field: moved.times for moved in diagnose(make_records(), "at", COMPLAINT).ranking}
    assert 0.5 < found["number_of_row"] < 1.2
    assert found["constant"] == found["version"] == 0.0


def test_a_field_that_is_always_null_is_no_news_and_one_that_is_there_for_the_first_time_is():
    table = make_records().assign(empty=np.nan)
    assert dict(diagnose(table, "at", COMPLAINT).ranking)["empty"] == 0.0
    found = diagnose(change(table, "empty", 1.0), "at", COMPLAINT)
    assert found.ranking[0].field == "empty"


def test_records_of_a_single_field_or_of_none_are_enough_to_say_nothing():
    assert diagnose(make_records()[["at", "constant"]], "at", COMPLAINT).named == ()
    assert diagnose(make_records()[["at"]], "at", COMPLAINT).named == ()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (make_records().iloc[:0], "nothing was recorded in the six hours before 2013-06-11 20:00"),
        (make_records(days=4), "the same hours were recorded on 3 days before, 4 are needed"),
        (make_records().drop(columns="at"), "no column 'at' says when"),
    ],
)
def test_records_that_do_not_reach_are_refused_in_one_line(rows, says):
    with pytest.raises(CannotDiagnose, match=rf"^[^\n]*{says}[^\n]*$"):
        diagnose(rows, "at", COMPLAINT)


def test_four_days_before_are_enough():
    table = make_records(days=5)
    assert diagnose(change(table, "version", "8"), "at", COMPLAINT).named[0] == "version"
