"""A longer world is the year again and again, growth is found as planted, the page says what was recorded."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from rich.console import Console

from lab.bench import scale
from lab.bench.replicas import replicated
from lab.bench.scale_ground import Ground
from lab.bench.scale_stages import STAGES, Job, measured
from lab.bench.scaling import LABELS, Point, Scaling, exponent, seconds, sentence
from lab.bench.scaling_figure import draw
from lab.engine.workspace import StudyError
from problem.questions import NEW_YORK
from publish import beyond_page
from reference.systems.fti.features import VIEWS

pytestmark = pytest.mark.slow


def test_every_copy_has_the_flights_weekdays_and_keys_of_the_year_and_ids_of_its_own(facts):
    days = facts.flights["scheduled_at"].dt.dayofyear
    year = facts.only(facts.flights.loc[days.isin([2, 3, 200]), "flight_id"])
    longer = replicated(year, 3)
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
        one, other = (VIEWS[view](world, "1h", after, until) for world in (year, replicated(year, 2)))
        order = ["event_timestamp", "origin", *(["carrier"] if "carrier" in one else [])]
        first = other[other["event_timestamp"] <= until].sort_values(order, ignore_index=True)
        pd.testing.assert_frame_equal(first, one[one["event_timestamp"] <= until].sort_values(order, ignore_index=True))


def point(copies: int, seconds: float, peak_mb: float, number: int = 0, stage: str = "read") -> Point:
    return Point(stage, copies, number, 1_000_000 * copies, seconds, seconds, 500.0, 600.0, peak_mb)


def scaling(*points: Point, memory_gib: float = 16.0) -> Scaling:
    return Scaling(list(points), memory_gib)


@pytest.mark.parametrize("power", [0.5, 1.0, 1.7])
def test_a_planted_exponent_is_found(power):
    found = scaling(*(point(copies, 3.0 * copies**power, 1_000) for copies in (1, 4, 16)))
    assert exponent(found.of("read"), seconds).value == pytest.approx(power)


def test_rounds_that_differ_widen_the_exponent_to_both_sides():
    found = scaling(
        *(point(copies, copies * noise, 1, n) for copies in (1, 4, 16) for n, noise in enumerate((0.8, 1, 1.25)))
    )
    grown = exponent(found.of("read"), seconds)
    assert grown.value == pytest.approx(1.0)
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
    said = sentence(scaling(*points))
    assert (
        f"“{LABELS['read']}” is the first to fill a machine of 16 GiB: at about 53 years (53 million flights)" in said
    )
    assert f"“{LABELS['fit']}”" in said
    assert "79 years" in said


def test_a_stage_reads_its_own_peak_and_passes_its_output_on(tmp_path):
    kept: list[object] = []
    job = Job(7, lambda: np.ones(200 * 2**17), kept.append)
    found = measured(lambda ground: job, Ground(tmp_path / "1"))
    assert found["rows"] == 7
    assert 195 < found["peak_mb"] - found["held_mb"] < 260
    assert len(kept) == 1


def test_sizes_take_turns():
    assert list(scale.turns({1: 2, 4: 1})) == [(1, 0), (4, 0), (1, 1)]


def told(*stages: str) -> list[dict]:
    return [{"copies": 1, "round": 0, "stage": stage} for stage in stages]


def test_what_was_measured_is_not_measured_again(tmp_path):
    results = tmp_path / "results" / "scale.json"
    results.parent.mkdir()
    results.write_text(json.dumps({"measurements": told(*STAGES)}))
    before = results.read_bytes()
    assert scale.run(tmp_path, {1: 1}, Console(quiet=True))["measurements"] == told(*STAGES)
    assert results.read_bytes() == before


def test_a_broken_round_goes_on_where_it_stopped(tmp_path):
    (tmp_path / "asked_night.parquet").touch()
    missing = scale.missing(told("features", "read"), 1, 0, tmp_path, Console(quiet=True))
    assert missing == [stage for stage in STAGES if stage not in ("features", "read")]


def test_a_stage_that_dies_ends_the_bench_in_one_line(tmp_path, capfd):
    with pytest.raises(StudyError, match="fit at 1 years ended with 1"):
        scale.child("fit", tmp_path / "1", Console(quiet=True))
    assert "vectors.parquet" in capfd.readouterr().err


def test_the_recorded_run_is_whole_and_names_its_machine():
    told = json.loads(scale.RECORDED.read_text())
    assert set(Scaling.recorded().stages) == set(STAGES) == set(LABELS)
    for stage in STAGES:
        assert list(Scaling.recorded().of(stage)) == [1, 4, 16]
    assert {"cpus", "memory_gib", "load", "python"} <= set(told["machine"])
    assert {"duckdb", "pandas"} <= set(told["packages"])


def test_the_page_says_what_was_recorded_and_a_changed_record_changes_it(monkeypatch):
    text = beyond_page.PAGE.read_text()
    assert beyond_page.renewed(text) == text
    recorded = Scaling.recorded()
    slower = replace(recorded, points=[replace(p, seconds=2 * p.seconds) for p in recorded.points])
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
