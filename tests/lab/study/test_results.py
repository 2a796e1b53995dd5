"""What the study has written is complete, and the exhibits stay bad."""

import ast
import inspect
import json
import re
import tomllib

import pandas as pd
import pytest

from antipatterns.systems.monolith import system as monolith
from antipatterns.systems.split import offline, online
from lab.engine.step_cache import DONE
from lab.engine.workspace import REPOSITORY, results_folder
from lab.sandbox.patched_copy import list_cures
from lab.study.results import read_study_results
from lab.study.rulers.beliefs import LIVE
from lab.study.scorecard import passes_gate, read_rows
from lab.study.scorecard_questions import QUESTIONS
from lab.study.scorecard_rows import EVERY as ANY
from lab.study.verdicts import read_predictions
from lab.systems import competing, list_ablated, list_core
from measure.data.skew import CLASSES, RTOLS
from problem.contract import FEATURES, KEYS, LOG, STORED
from problem.questions import CUT_OFF
from publish.marked_parts import read_part
from publish.scorecard_part import BESIDE_TABLE, describe_beside_table
from reference.systems.fti.feature_repo.definitions import COLUMNS, EVERY
from tests.awkward import STUDIED

pytestmark = pytest.mark.study

SAMPLED = ("share of rows", "share of cells", "nats", "AUC", "minutes")
"""Units of figures that are estimated from a sample of days, or of worlds."""
DEMANDED = {
    "skew": ("",),
    "skewed_features": ("",),
    "classes": tuple(CLASSES),
    "feature_classes": tuple(f"{feature}, {label}" for feature in FEATURES for label in CLASSES),
    "tolerance": tuple(f"{rtol:g}" for rtol in RTOLS),
    "monitor": ("",),
    "gap": ("",),
    "flips": ("",),
    "gap_worlds": ("",),
    "simple_loss": ("constant", "table", "logistic"),
    "skill": ("constant", "table", "logistic", ""),
    "over_table": ("constant", "table", "logistic", ""),
    "held_loss": ("believed", "served", "oracle"),
    "held_auc": ("believed", "served", "oracle"),
    "cause_harm": (),
    "cause_promise": (),
    "age": ("",),
    "regret": ("as deployed",),
    "cochange": ("",),
    "cochange_weighted": ("by effect", "by line"),
    "one_sided": (),
    "propagation": ("",),
    "cycles": ("",),
    "cognitive": ("",),
    "mccabe": ("",),
    "flags": ("",),
    "one_mode": ("",),
    "dead": ("",),
    "second": ("",),
    "recompute": ("",),
    "rows_read": ("",),
    "break_even": (),
    "definitions": ("",),
    "shared": ("",),
    "files": ("",),
    "nodes": ("",),
    "jobs": ("",),
    "schedules": ("",),
    "stored": ("",),
    "unread": ("",),
    "refresh": ("",),
    "memory": ("train", "serve"),
    "cpu": ("train", "serve"),
    "over_provisioning": ("",),
    "first_answer": ("",),
    "latency": ("p50", "p95", "p99"),
    "speed_up": ("",),
    "replay_lines": (),
    "replay_seconds": (),
    "replay_catches": (),
    "replay_alarms": (),
    "plain_nodes": (),
    "plain_start": (),
    "plain_latency": (),
    "plain_stored": (),
    "plain_model": (),
    "plain_ratio": (),
}
"""The figures that every system must have, or a reason why it has none, and their parts; () where parts differ."""
SERVED_FLIGHTS = 84_292
"""Flights scheduled from 1 October on; counted in ``test_the_full_year_is_used``."""


@pytest.fixture(scope="module")
def rows():
    return read_rows(results_folder())


def of(rows, key, system):
    return [row for row in rows if row.key == key and row.system == system]


@pytest.mark.parametrize("name", list_core())
def test_the_full_year_is_used(name, facts):
    flights = facts.flights.set_index("flight_id")["scheduled_at"]
    known = facts.outcomes[facts.outcomes["known_at"] <= CUT_OFF].set_index("flight_id")
    training = pd.read_parquet(results_folder() / "training" / f"{name}.parquet")
    served = pd.read_parquet(results_folder() / "served" / f"{name}.parquet", columns=[*KEYS, "mode"])
    assert (flights >= CUT_OFF).sum() == SERVED_FLIGHTS
    for mode in {mode for door, mode in STUDIED if door == name}:
        of_mode = training[training["mode"] == mode]
        assert set(of_mode["flight_id"]) == set(known.index) & set(flights.index[flights < CUT_OFF])
        assert (of_mode.set_index("flight_id")["label"] == known["late"].reindex(of_mode["flight_id"])).all()
        assert len(served[served["mode"] == mode]) == SERVED_FLIGHTS


@pytest.mark.parametrize("name", list_core())
def test_tables_have_their_columns_and_one_row_a_question(name):
    training = pd.read_parquet(results_folder() / "training" / f"{name}.parquet")
    served = pd.read_parquet(results_folder() / "served" / f"{name}.parquet")
    assert {*KEYS, *FEATURES, "label"} <= set(training.columns)
    assert {*LOG, "replayed"} == set(served.columns)
    for table in (training, served):
        assert not table.duplicated([*KEYS, "mode"]).any()
    assert served["prediction"].between(0, 1).all()
    assert served["prediction_delay"].notna().all()


def test_only_ftis_requests_outside_the_stated_weeks_were_not_replayed_live():
    for name in list_core():
        served = pd.read_parquet(results_folder() / "served" / f"{name}.parquet", columns=["mode", "replayed"])
        recalled = served[~served["replayed"]]
        assert (name == "fti") == bool(len(recalled))
        assert set(recalled["mode"]) <= {"real_time"}


@pytest.mark.parametrize("name", list_core())
def test_what_was_trained_is_left_alone_by_all_later_steps(name):
    """But for the note that MLflow puts beside a model when it is read."""
    step = results_folder().parent / "steps" / f"train-{name}"
    came_later = {str(file.relative_to(step)) for file in step.rglob("*") if file.is_file()} - {DONE}
    came_later = {file for file in came_later if not file.endswith("registered_model_meta")}
    assert came_later <= set(json.loads((step / DONE).read_text())["files"])


def test_every_row_of_the_scorecard_says_what_it_means():
    claimed = tomllib.loads((REPOSITORY / "claims.toml").read_text())
    for row in json.loads((results_folder() / "scorecard.json").read_text()):
        assert {"measure", "question", "system", "value", "unit", "low", "high", "better", "predicted", "note"} <= set(
            row
        )
        assert row["better"] in ("lower", "higher", "zero", "context")
        assert row["predicted"] == read_predictions().get(row["id"], "")
        assert row["predicted"] or row["id"] in claimed, "a claim is in the ledger, everything else was predicted"
        assert row["value"] is not None or row["note"]
        if row["low"] is not None and row["value"] != "infinity":
            assert row["low"] <= row["value"]
            assert row["high"] == "infinity" or row["value"] <= row["high"]


def test_the_scorecard_is_json_that_every_reader_reads():
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    json.loads((results_folder() / "scorecard.json").read_text(), parse_constant=refuse)


@pytest.mark.parametrize("key", QUESTIONS)
def test_every_question_has_an_answer_from_every_system_or_a_reason_why_not(rows, key):
    assert {row.system for row in rows if row.key == key} - {"ruler"} == set(list_core())


@pytest.mark.parametrize("name", list_core())
@pytest.mark.parametrize("key", DEMANDED)
def test_every_figure_that_was_asked_for_is_there_in_every_mode_or_says_why_not(rows, key, name):
    found = {(row.part, row.mode): row for row in of(rows, key, name)}
    modes = {mode for door, mode in STUDIED if door == name}
    asked = {(part, mode) for part in DEMANDED[key] for mode in modes}
    missing = {pair for pair in asked - set(found) if (pair[0], ANY) not in found}
    reasons = {mode for _, mode in found if all(row.value is None for (_, its), row in found.items() if its == mode)}
    assert {pair for pair in missing if pair[1] not in reasons and ANY not in reasons} == set()
    assert found
    assert all(row.value is not None or row.note for row in found.values())


def test_the_classes_of_all_cells_make_one_and_those_that_are_not_equal_are_the_skew_of_the_features(rows):
    for name, mode in STUDIED:
        classes = {row.part: row.value for row in of(rows, "classes", name) if row.mode == mode}
        assert sum(classes.values()) == pytest.approx(1)
        parts = [row for row in of(rows, "feature_classes", name) if row.mode == mode]
        skewed = {row.part.split(",")[0] for row in parts if row.value and not row.part.endswith(" equal")}
        (counted,) = [row.value for row in of(rows, "skewed_features", name) if row.mode == mode]
        (defined,) = [row for row in of(rows, "definitions", name) if row.mode == mode]
        assert len(skewed) == counted == defined.value
        assert all(feature in defined.note for feature in skewed)


def test_a_wider_tolerance_never_finds_more(rows):
    for name, mode in STUDIED:
        swept = [row.value for row in of(rows, "tolerance", name) if row.mode == mode]
        assert swept == sorted(swept, reverse=True)
        (strict,) = [row.value for row in of(rows, "skew", name) if row.mode == mode]
        assert swept[RTOLS.index(1e-6)] == pytest.approx(strict)


def test_the_one_sided_lines_hold_the_one_sided_mutants(rows):
    for name, mode in STUDIED:
        listed = [row for row in of(rows, "one_sided", name) if row.mode == mode]
        (row,) = [row for row in of(rows, "cochange", name) if row.mode == mode]
        one_sided = sum(map(int, re.findall(r"(\d+) (?:training|serving) only", row.note)))
        assert sum(line.value or 0 for line in listed) == one_sided
        assert all(re.fullmatch(r"[\w./]+\.py:\d+", line.part) for line in listed if line.value)


@pytest.mark.parametrize("key", [key for key, question in QUESTIONS.items() if question.unit in SAMPLED])
def test_what_is_a_sample_has_an_interval(rows, key):
    assert all(row.low is not None and row.high is not None for row in rows if row.key == key and row.value is not None)


@pytest.mark.parametrize("name", list_ablated())
def test_the_cause_ablation_adds_up(rows, name):
    for key, whole in {"cause_skewed": "skew", "cause_gap": "gap", "cause_flips": "flips"}.items():
        arms = {row.part: row for row in of(rows, key, name)}
        (as_it_is,) = [row for row in of(rows, whole, name) if row.mode != LIVE]
        assert arms["none cured"].interval == pytest.approx(as_it_is.interval)
        assert arms["none cured"].value == pytest.approx(as_it_is.value)
        assert (arms["all cured"].value, *arms["all cured"].interval) == (0, 0, 0)
        assert len(arms) == 2 + 2 * len(list_cures(name))


def test_every_mutant_is_accounted_for(rows):
    for name, mode in STUDIED:
        mutants = read_study_results().table(f"mutants-{name}", "mutants")
        (row,) = [row for row in of(rows, "cochange", name) if row.mode == mode]
        counted = sum(int(number) for number in re.findall(r"(\d+) (?:both|training|serving|no effect|loud)", row.note))
        assert counted == (mutants["mode"] == mode).sum() > 20


def test_the_sentence_beside_the_table_is_what_the_results_say(rows):
    page = (REPOSITORY / "docs/scorecard.md").read_text()
    assert read_part(page, BESIDE_TABLE) == describe_beside_table(rows), "run: make derived"


def test_constant_and_table_are_the_same_for_all_who_are_asked_the_same(rows):
    for part in ("constant", "table"):
        losses = [row.value for row in rows if row.key == "simple_loss" and row.part == part]
        assert losses == pytest.approx([losses[0]] * len(losses))  # the same flights in both modes


def test_no_join_has_shuffled_the_labels(rows):
    """A join that loses its rows' order leaves an AUC at chance."""
    assert all(row.low > 0.55 for row in rows if row.key in ("believed", "served"))


def test_nine_worlds_serve_nine_months_of_flights(facts):
    months = facts.flights["scheduled_at"].dt.tz_convert("America/New_York").dt.month.value_counts()
    for name, mode in STUDIED:
        worlds = read_study_results().table(f"worlds-{name}", "worlds")
        worlds = worlds[worlds["mode"] == mode]
        served = worlds.set_index(worlds["origin"].dt.tz_convert("America/New_York").dt.month)
        assert served["answers"].to_dict() == months[range(4, 13)].to_dict()
        assert worlds[["believed", "served"]].notna().all(axis=None)


def test_the_memory_of_a_stage_and_the_price_of_a_second_worker_are_not_nothing(rows):
    for name in list_core():
        assert all(row.value > 0 for row in of(rows, "memory", name) if row.value is not None)
        assert all(row.value >= 1 for row in of(rows, "over_provisioning", name) if row.value is not None)
        assert all(row.value > 0 for row in of(rows, "speed_up", name))


def test_the_gate_is_passed_and_the_ruler_finds_what_was_planted(rows):
    assert passes_gate(rows)
    assert len(of(rows, "gate", "ruler")) == 2


def test_stored_values_are_never_older_than_their_refresh_interval():
    served = pd.read_parquet(results_folder() / "served" / "fti.parquet")
    longest = {"15min": 15, "1h": 60, "daily": 25 * 60}  # a day has 25 hours once a year
    for view, (_, columns) in COLUMNS.items():
        for column in set(columns) & set(STORED):
            assert served[f"age_{column}"].between(0, longest[EVERY[view]], inclusive="left").all(), column
    assert (served["age_origin_dep_delay_2h"] == served["asked_at"].dt.minute % 15).all()


def test_a_lead_over_a_rival_is_the_rivals_lag(rows):
    for key in ("lead", "lead_loss"):
        for mode in ("batch", "real_time", "real_time_live"):
            one, other = (row for row in rows if (row.key, row.mode) == (key, mode) and row.system in competing())
            assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


@pytest.mark.parametrize("name", list_ablated())
def test_exhibits_keep_their_skew_and_lose_all_of_it_when_cured(rows, name):
    (skew,), (cured,) = of(rows, "skew", name), of(rows, "cured", name)
    assert skew.low > 0
    assert (cured.value, cured.low, cured.high) == (0, 0, 0)


def test_the_monolith_keeps_its_flag():
    assert "is_training" in inspect.signature(monolith.run).parameters
    flagged = [
        function for function in (monolith.run, monolith.build_features) if "is_training" in inspect.getsource(function)
    ]
    assert len(flagged) == 2


@pytest.mark.parametrize("half", [offline, online])
def test_the_halves_of_the_split_do_not_know_each_other(half):
    tree = ast.parse(inspect.getsource(half))
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [module for module in modules if module and module.startswith("antipatterns")]


@pytest.mark.parametrize("module", [monolith, offline, online])
def test_exhibits_tell_their_history(module):
    assert module.__doc__
    assert len(module.__doc__.split("\n\n")) >= 2
