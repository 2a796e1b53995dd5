"""The messy facts: what is planted comes when it should, what is drawn comes as often as stated, and nothing leaks."""

from dataclasses import fields, replace

import pandas as pd
import pytest

from problem.facts import Facts
from problem.messy_facts import (
    CORRECTED,
    DAY,
    HOUR,
    LATE,
    LOST,
    MINUTE,
    SLOW,
    TROUBLES,
    MessyFacts,
    MessyWorld,
    Rates,
    draw_lateness,
    draw_shares,
    make_messy,
)
from problem.questions import CUT_OFF, NEW_YORK
from problem.world import Landing, World

RATES = Rates()
LONG_AFTER = pd.Timestamp("2014-06-01", tz="UTC")


@pytest.fixture(scope="module")
def messy(facts):
    return make_messy(facts, TROUBLES)


@pytest.fixture(scope="module")
def planted(facts):
    """Some landings of which one, 5, was said to be 20 minutes late first and is corrected to 10 a day later."""
    few = facts.only(pd.Index(range(10)))
    landing = few.landings[few.landings["flight_id"] == 5].iloc[0]
    said = {"flight_id": 5, "known_at": landing["known_at"], "settled_at": landing["known_at"] + DAY}
    said |= {"arrived_at": landing["arrived_at"] - MINUTE, "arr_delay": 77.0, "late": 1}
    return MessyFacts(**{t.name: getattr(few, t.name) for t in fields(Facts)}, first_reports=pd.DataFrame([said]))


def delay_of_5(facts):
    return facts.landings.set_index("flight_id").loc[5, "arr_delay"]


def test_without_troubles_they_are_the_same_facts(facts):
    kind = make_messy(facts, ())
    for instant in (CUT_OFF, LONG_AFTER):
        left, right = kind.known_at(instant), facts.known_at(instant)
        for table in fields(Facts):
            pd.testing.assert_frame_equal(getattr(left, table.name), getattr(right, table.name))
    early = pd.Timestamp("2013-01-08", tz="UTC")
    assert str(MessyWorld(kind, early, lost=0.0).stream()) == str(World(facts, early).stream())  # NaN is not NaN


def test_a_slow_refresh_and_lost_writes_leave_the_warehouse_as_it_is(facts):
    pd.testing.assert_frame_equal(make_messy(facts, (SLOW, LOST)).landings, facts.landings)


def test_a_correction_is_seen_in_place_by_a_later_read_and_not_by_an_earlier_one(facts, planted):
    at, settled = planted.first_reports.loc[0, ["known_at", "settled_at"]]
    before, after = planted.known_at(settled - MINUTE), planted.known_at(settled)
    assert delay_of_5(before) == 77.0
    assert delay_of_5(after) == delay_of_5(facts.only(pd.Index([5])))
    assert before.landings["known_at"].equals(after.landings["known_at"])
    assert 5 not in planted.known_at(at - MINUTE).landings["flight_id"].tolist()
    outcomes = [read.outcomes.set_index("flight_id").loc[5, "late"] for read in (before, after)]
    assert outcomes == [1, int(delay_of_5(after) >= 15)]


def test_reading_leaves_the_facts_as_they_are(planted):
    kept = planted.landings.copy()
    planted.known_at(planted.first_reports.loc[0, "known_at"])
    pd.testing.assert_frame_equal(planted.landings, kept)


def test_the_feed_says_the_first_report_once_and_never_the_correction(planted):
    told = MessyWorld(planted, LONG_AFTER, lost=0.0).stream()
    assert [event.arr_delay for event in told if isinstance(event, Landing) and event.flight_id == 5] == [77.0]


def test_nothing_is_known_before_it_is_reported_or_has_happened(messy):
    late = messy.landings["known_at"] - messy.landings["arrived_at"]
    assert late.min() >= MINUTE
    assert late.max() <= 3 * DAY
    outcomes = messy.outcomes.set_index("flight_id")["known_at"]
    assert (outcomes[messy.landings["flight_id"]].to_numpy() == messy.landings["known_at"].to_numpy()).all()
    said = messy.first_reports
    assert (said["arrived_at"] < said["known_at"]).all()
    assert (said["settled_at"] > said["known_at"]).all()
    assert set(said["settled_at"].dt.tz_convert(NEW_YORK).dt.hour) == {4}


def test_tables_are_sorted_by_when_they_are_known_and_landings_arrive_out_of_order(messy):
    assert messy.landings["known_at"].is_monotonic_increasing
    assert messy.outcomes["known_at"].is_monotonic_increasing
    assert not messy.landings["arrived_at"].is_monotonic_increasing


def test_rates_come_out_as_stated(facts, messy):
    late = messy.landings["known_at"] - messy.landings["arrived_at"]
    shares = [late.between(least, greatest).mean() for _, least, greatest in RATES.lateness]
    assert shares == pytest.approx([share for share, _, _ in RATES.lateness], abs=0.003)
    assert len(messy.first_reports) / len(messy.landings) == pytest.approx(RATES.corrected, abs=0.003)
    last = messy.landings.set_index("flight_id")["arr_delay"]
    said = messy.first_reports.set_index("flight_id")["arr_delay"]
    taxi = last[said.index] - said
    assert (taxi.min(), taxi.max()) == RATES.too_early
    told = messy.report_first(RATES.lost)
    for name in ("departures", "landings", "weather"):
        kept = len(getattr(told, name)) / len(getattr(facts, name))
        assert kept == pytest.approx(1 - RATES.lost, abs=0.002)


def test_a_planted_lateness_is_found_as_planted(facts):
    always = Rates(lateness=((1.0, 2 * HOUR, 2 * HOUR),))
    late = make_messy(facts, (LATE,), always)
    assert set(late.landings["known_at"] - late.landings["arrived_at"]) == {2 * HOUR}


def test_what_is_drawn_for_a_flight_depends_on_no_other_flight_and_no_other_trouble(facts, messy):
    some = facts.only(pd.Index(range(1000, 1100)))
    alone = make_messy(some, TROUBLES)
    whole = messy.landings.set_index("flight_id")["known_at"]
    assert (alone.landings.set_index("flight_id")["known_at"] == whole.loc[alone.landings["flight_id"]]).all()
    corrected = make_messy(facts, (CORRECTED,)).first_reports
    assert set(corrected["flight_id"]) == set(messy.first_reports["flight_id"])


def test_draws_are_even_and_troubles_do_not_go_together(facts):
    ids = facts.flights[["flight_id"]]
    drawn = pd.DataFrame({what: draw_shares(ids, what) for what in ("one", "other")})
    assert drawn.mean().tolist() == pytest.approx([0.5, 0.5], abs=0.005)
    assert abs(drawn.corr().iloc[0, 1]) < 0.01
    assert draw_lateness(ids["flight_id"].iloc[::-1], RATES).sort_index().equals(draw_lateness(ids["flight_id"], RATES))


def test_nothing_is_corrected_where_the_rate_is_nil(facts):
    assert make_messy(facts, TROUBLES, replace(RATES, corrected=0.0)).first_reports.empty
