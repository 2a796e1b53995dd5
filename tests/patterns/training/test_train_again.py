"""Four ways to train again, behind one door: each does the job, and each keeps what it is."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from lab.cards import read_cards
from lab.patterns.weekly_models import break_extract, make_week
from problem.contract import CATEGORIES, FEATURES
from problem.weekly import Outcome, Week

SIDES = {card.id: card.package for card in read_cards().values() if card.experiment == "train_again"}
SOUND, BAD = "sound", "joined to wrong flights"


def make_rows(weeks, seed=0):
    """Flights that are late where the weather is bad, 300 a week."""
    random = np.random.default_rng(seed)
    rows = pd.DataFrame({name: random.normal(size=300 * len(weeks)) for name in FEATURES})
    rows[list(CATEGORIES)] = random.choice(["A", "B"], (len(rows), 3))
    rows["origin"] = random.choice(["JFK", "EWR"], len(rows))
    rows["week"] = np.repeat(list(weeks), 300)
    rows["late"] = (rows["precip"] + random.normal(0, 0.3, len(rows)) > 0.5).astype(int)
    return rows


YEAR = make_rows(range(30))


def week(number, kind=SOUND, losses=()):
    return make_week(YEAR, number, kind)._replace(losses=losses)


@pytest.fixture(params=SIDES)
def trainer(request, tmp_path):
    return import_module(f"{SIDES[request.param]}.trainer").Trainer(tmp_path / "models")


def test_there_is_one_anti_pattern_and_three_patterns():
    kinds = [card.kind for card in read_cards().values() if card.id in SIDES]
    assert sorted(kinds) == ["anti-pattern", "pattern", "pattern", "pattern"]


def test_the_first_model_is_trained_and_answers(trainer):
    assert trainer.run(week(10)) == Outcome(trained=True, released=True)
    assert trainer.models.find_in_force() == "week_10"
    risk = trainer.models.load().predict_proba(YEAR[list(FEATURES)])[:, 1]
    assert np.corrcoef(risk, YEAR["late"])[0, 1] > 0.7


def test_an_extract_without_rows_is_refused_and_the_old_model_goes_on(trainer):
    trainer.run(week(10))
    empty = Week(14, YEAR.iloc[:0], YEAR.iloc[:0], YEAR.iloc[:0], [0.1] * 4 + [0.5] * 4)
    with pytest.raises(ValueError, match="week 14: the extract has no rows, nothing was trained"):
        trainer.run(empty)
    assert trainer.models.find_in_force() == "week_10"


def test_losses_decide_when_and_judgement_decides_whether(trainer):
    assert trainer.is_due([])
    assert isinstance(trainer.is_due([0.5] * 8), bool)
    assert trainer.lets_out(0.5, 0.5)


def test_only_complaints_bring_the_exhibit_to_train(tmp_path):
    trainer = import_module(f"{SIDES['retrained_on_complaint']}.trainer").Trainer(tmp_path)
    trainer.run(week(10))
    assert trainer.run(week(20, losses=[0.5] * 10)) == Outcome(trained=False, released=False)
    assert trainer.run(week(20, losses=[0.5] * 8 + [0.6, 0.6])).trained


STOPS = {
    "retrained_on_complaint": False,
    "training_to_serving": False,
    "batch_training": True,
    "train_then_serve": True,
}
"""Whether a side stops a model from a broken extract."""


def check_what_it_stops(name, package, home):
    """Hold a package to what is said of the side of that name."""
    trainer = import_module(f"{package}.trainer").Trainer(home)
    trainer.run(week(10))
    complaint = [0.4] * 6 + [0.6, 0.6]
    broken = week(18, BAD, complaint)._replace(last=YEAR[YEAR["week"] == 17])  # the gate's own rows are sound here
    assert trainer.run(broken).released is not STOPS[name]


@pytest.mark.parametrize("name", STOPS)
def test_a_model_from_a_broken_extract_is_stopped_by_who_looks_and_by_nobody_else(name, tmp_path):
    check_what_it_stops(name, SIDES[name], tmp_path)


@pytest.mark.parametrize(
    ("name", "swapped"), [("retrained_on_complaint", "batch_training"), ("batch_training", "retrained_on_complaint")]
)
def test_sides_that_are_swapped_are_noticed(name, swapped, tmp_path):
    with pytest.raises(AssertionError):
        check_what_it_stops(name, SIDES[swapped], tmp_path)


def test_a_gate_is_blind_where_its_own_rows_are_broken_too(tmp_path):
    trainer = import_module(f"{SIDES['batch_training']}.trainer").Trainer(tmp_path)
    trainer.run(week(10))
    assert trainer.run(week(18, "joined to wrong flights")).released


def test_an_extract_is_broken_as_its_kind_says():
    rows = YEAR[YEAR["week"].between(10, 17)]
    missing = break_extract(rows, "outcomes not loaded", 18)
    assert missing.loc[missing["week"] >= 16, "late"].sum() == 0
    assert missing.loc[missing["week"] < 16, "late"].equals(rows.loc[rows["week"] < 16, "late"])
    joined = break_extract(rows, "joined to wrong flights", 18)
    assert joined["late"].sum() == rows["late"].sum()
    assert not joined["late"].equals(rows["late"])
    assert set(break_extract(rows, "one airport", 18)["origin"]) == {"JFK"}
    assert break_extract(rows, SOUND, 18) is rows
