"""A longer world is the year again and again, growth is found as planted, the page says what was recorded."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from lab.bench import scale
from lab.bench.scale_steps import WORK, measure_stage, repeat_year
from lab.bench.scaling import LABELS, Scaling, draw
from lab.engine.workspace import StudyError
from problem.questions import NEW_YORK
from publish import beyond_page
from reference.systems.fti.features import VIEWS

pytestmark = pytest.mark.slow


def test_every_copy_has_the_flights_weekdays_and_keys_of_the_year_and_ids_of_its_own(facts):
    days = facts.flights["scheduled_at"].dt.dayofyear
    year = facts.only(facts.flights.loc[days.isin([2, 3, 200]), "flight_id"])
    longer = repeat_year(year, 3)
    assert len(longer.flights) == 3 * len(year.flights)
    assert len(longer.weather) == 3 * len(year.weather)
    assert len(longer.planes) == len(year.planes)
    assert longer.flights["flight_id"].is_unique
    for name in ("departures", "landings", "cancellations", "outcomes", "weather"):
        assert getattr(longer, name)["known_at"].is_monotonic_increasing
    assert set(longer.landings["tailnum"].dropna()) == set(year.landings["tailnum"].dropna())
    local = longer.flights["scheduled_at"].dt.tz_convert(NEW_YORK).dt.dayofweek
    assert (
        local.value_counts() == 3 * local[longer.flights["flight_id"].isin(year.flights["flight_id"])].value_counts()
    ).all()


def test_a_longer_world_changes_no_feature_of_its_first_year(facts):
    year = facts.known_at(pd.Timestamp("2013-02-10", tz="UTC"))
    after, until = (pd.Timestamp(day, tz="UTC") for day in ("2013-01-20", "2013-02-09"))
    for view in ("carrier_landings", "weather"):
        one, other = (VIEWS[view](world, "1h", after, until) for world in (year, repeat_year(year, 2)))
        order = ["event_timestamp", "origin", *(["carrier"] if "carrier" in one else [])]
        first = other[other["event_timestamp"] <= until].sort_values(order, ignore_index=True)
        pd.testing.assert_frame_equal(first, one[one["event_timestamp"] <= until].sort_values(order, ignore_index=True))


def point(copies: int, seconds: float, peak_mb: float, number: int = 0, stage: str = "read") -> dict:
    memory = {"libraries_mb": 500.0, "held_mb": 600.0, "peak_mb": peak_mb}
    rows = 1_000_000 * copies
    return {
        "stage": stage,
        "copies": copies,
        "round": number,
        "rows": rows,
        "seconds": seconds,
        "cpu": seconds,
        **memory,
    }


def scaling(*points: dict) -> Scaling:
    return Scaling.read({"measurements": points, "machine": {"memory_gib": 16.0, "cpus": 2, "load": 0.0}})


@pytest.mark.parametrize("power", [0.5, 1.0, 1.7])
def test_a_planted_exponent_is_found(power):
    found = scaling(*(point(copies, 3.0 * copies**power, 1_000) for copies in (1, 4, 16)))
    assert found.exponent("read", "seconds").median == pytest.approx(power)


def test_rounds_that_differ_widen_the_exponent_to_both_sides():
    found = scaling(
        *(point(copies, copies * noise, 1, n) for copies in (1, 4, 16) for n, noise in enumerate((0.8, 1, 1.25)))
    )
    grown = found.exponent("read", "seconds")
    assert grown.median == pytest.approx(1.0)
    assert grown.low == pytest.approx(2 - grown.high)
    assert grown.low < 0.9


def test_the_machine_is_full_where_the_line_through_the_largest_sizes_meets_its_memory():
    peaks = {1: 700.0, 4: 500.0 + 100 * 4, 16: 500.0 + 100 * 16}
    full = scaling(*(point(size, 2.0 * size, peak) for size, peak in peaks.items())).full("read")
    assert full.years == pytest.approx((16 * 1024 - 500) / 100)
    assert full.rows == pytest.approx(1_000_000 * full.years)
    assert full.hours == pytest.approx(2.0 * full.years / 3600)


def test_the_sentence_names_the_stage_that_is_full_first_and_the_one_that_spark_does_not_take_over():
    peaks = {"features": 100, "read": 300, "fit": 200, "score": 900, "night": 10}
    points = [point(size, size, 500 + peak * size, 0, stage) for stage, peak in peaks.items() for size in (1, 4, 16)]
    said = scaling(*points).sentence()
    assert (
        f"“{LABELS['read']}” is the first to fill a machine of 16 GiB: at about 53 years (53 million flights)" in said
    )
    assert f"“{LABELS['fit']}”" in said
    assert "79 years" in said


def test_a_stage_reads_its_own_peak_and_passes_its_output_on():
    kept: list[object] = []

    def stage():
        yield 7
        table = np.ones(200 * 2**17)
        yield
        kept.append(table)

    figures = measure_stage(stage())
    assert figures["rows"] == 7
    assert 195 < figures["peak_mb"] - figures["held_mb"] < 260
    assert len(kept) == 1


def test_sizes_take_turns_and_every_stage_comes_after_the_one_that_it_reads():
    steps = {step.name: step for step in scale.plan({1: 2, 4: 1})}
    assert [name for name in steps if name.startswith("read")] == ["read-1-0", "read-4-0", "read-1-1"]
    assert steps["features-1-1"].after == ("world-1",)
    assert steps["fit-4-0"].after == ("read-4-0",)
    assert all(step.alone == (not name.startswith("world")) for name, step in steps.items())


def test_the_recorded_run_is_whole_and_names_its_machine():
    run = scale.RECORD.value("scale")
    recorded = Scaling.recorded()
    assert set(recorded.stages) == set(scale.STAGES) == set(LABELS) == set(WORK)
    for stage in scale.STAGES:
        assert list(recorded.medians(stage).index) == [1, 4, 16]
    assert {"cpus", "memory_gib", "load", "python"} <= set(run["machine"])
    assert {"duckdb", "pandas"} <= set(run["packages"])


def test_the_page_says_what_was_recorded_and_a_changed_record_changes_it(monkeypatch):
    text = beyond_page.PAGE.read_text()
    assert beyond_page.renewed(text) == text
    recorded = Scaling.recorded()
    slower = replace(recorded, measurements=recorded.measurements.eval("seconds = 2 * seconds"))
    monkeypatch.setattr(Scaling, "recorded", lambda: slower)
    assert beyond_page.renewed(text) != text


def test_a_page_without_marks_is_refused():
    with pytest.raises(StudyError, match="no marks"):
        beyond_page.renewed("# A page\n")


def test_every_variant_stands_on_the_page():
    from reference.systems.fti.adapters.engines.system import NAMES

    assert all(
        f"`python -m reference.systems.fti.adapters.engines {name}`" in beyond_page.PAGE.read_text() for name in NAMES
    )


def test_the_figure_is_a_page_in_house_style(tmp_path: Path):
    draw(Scaling.recorded(), tmp_path / "scale.png")
    assert imread(tmp_path / "scale.png").shape[:2] == (900, 1600)
