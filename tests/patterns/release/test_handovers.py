"""Four ways to hand a model over, behind one door: each does the job in one environment, and each keeps what it is."""

import hashlib
import json
import warnings
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.exceptions import InconsistentVersionWarning

from lab.cards import read_cards
from lab.engine.workspace import REPOSITORY
from lab.patterns.version_pipelines import BARE, CODES, FIRST, FOREST, NUMBERS, PIPELINES, new_pipelines
from problem.contract import CATEGORIES, FEATURES
from problem.handover import Refused

SIDES = {card.id: card for card in read_cards().values() if card.experiment == "version_matrix"}
EXHIBIT, LOCK = "version_mismatch", "one_lock"


def make_rows(count=600, seed=0):
    random = np.random.default_rng(seed)
    rows = pd.DataFrame(random.normal(size=(count, len(NUMBERS))), columns=NUMBERS)
    rows = rows.mask(random.random(rows.shape) < 0.05)
    return rows.assign(**{name: random.choice([*"ABC"], count) for name in CATEGORIES})[list(FEATURES)]


ROWS = make_rows()
LATE = (ROWS["precip"].fillna(0) + (ROWS["carrier"] == "A") > 0.5).astype(int)


@pytest.fixture(scope="module")
def models():
    return {name: pipeline.fit(ROWS, LATE) for name, pipeline in new_pipelines().items()}


def open_side(name):
    return import_module(f"{SIDES[name].package}.handover")


def pack(name, model, folder):
    folder.mkdir(exist_ok=True)
    open_side(name).pack(model, ROWS.head(100), folder)
    return folder


def own_answers(model):
    return model.predict_proba(ROWS)[:, 1]


def test_there_is_one_anti_pattern_and_three_patterns():
    assert sorted(card.kind for card in SIDES.values()) == ["anti-pattern", "pattern", "pattern", "pattern"]


@pytest.mark.parametrize("name", SIDES)
def test_what_was_packed_answers_as_before(name, models, tmp_path):
    folder = pack(name, models[CODES], tmp_path / name)
    assert np.abs(open_side(name).load(folder)(ROWS) - own_answers(models[CODES])).max() < 1e-12


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("name", [name for name in SIDES if name != "onnx_model"])
def test_whatever_keeps_the_object_keeps_every_pipeline(name, pipeline, models, tmp_path):
    folder = pack(name, models[pipeline], tmp_path / name)
    assert np.array_equal(open_side(name).load(folder)(ROWS), own_answers(models[pipeline]))


@pytest.mark.parametrize(
    ("pipeline", "says"),
    [
        (FIRST, "trees that see categories have no exact form"),
        (FOREST, "no form for RandomForest"),
        (BARE, "a pipeline of 1 has no form"),
    ],
)
def test_a_graph_is_refused_where_there_is_no_exact_form_and_nothing_is_written(pipeline, says, models, tmp_path):
    with pytest.raises(Refused, match=says):
        pack("onnx_model", models[pipeline], tmp_path / "graph")
    assert list((tmp_path / "graph").iterdir()) == []


def test_a_graph_that_answers_otherwise_is_not_written(models, tmp_path, monkeypatch):
    side, other = open_side("onnx_model"), new_pipelines()[CODES].fit(ROWS, 1 - LATE)
    export = side.export_model
    monkeypatch.setattr(side, "export_model", lambda model: export(other))
    with pytest.raises(Refused, match=r"the graph differs from the model by up to .* on 100 rows: it is not written"):
        pack("onnx_model", models[CODES], tmp_path / "graph")
    assert list((tmp_path / "graph").iterdir()) == []


def pretend_other_version(folder):
    """Make a packed pickle look as if an older scikit-learn had written it."""
    file, here = folder / "model.joblib", sklearn.__version__
    older = f"0{here[1:]}"  # as many letters, or the pickle would be damaged
    assert here.encode() in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(here.encode(), older.encode()))
    if (made_by := folder / "made_by.json").exists():
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        changed = {"scikit-learn": older, "sha256": digest}
        made_by.write_text(json.dumps(json.loads(made_by.read_text()) | changed))


def load_from_another_version(name, model, folder):
    pretend_other_version(pack(name, model, folder))
    return open_side(name).load(folder)


def test_the_exhibit_answers_from_another_version_after_a_warning(models, tmp_path):
    with pytest.warns(InconsistentVersionWarning):
        answer = load_from_another_version(EXHIBIT, models[CODES], tmp_path / "x")
    assert np.array_equal(answer(ROWS), own_answers(models[CODES]))


def test_the_lock_refuses_another_version_in_one_line(models, tmp_path):
    says = (
        r"^made by scikit-learn 0\.[\d.]+, here is scikit-learn [^\n]*: install the lock that made it, or train again$"
    )
    with pytest.raises(Refused, match=says):
        load_from_another_version(LOCK, models[CODES], tmp_path / "x")


def test_the_exhibit_writes_no_version_down():
    lines = (REPOSITORY / SIDES[EXHIBIT].folder / "requirements.txt").read_text().split()
    assert "scikit-learn" in lines
    assert [line for line in lines if set(line) & set("=<>~!")] == []


def test_the_exhibit_hands_over_the_pickle_and_nothing_else(models, tmp_path):
    assert [file.name for file in pack(EXHIBIT, models[CODES], tmp_path / "x").iterdir()] == ["model.joblib"]


@pytest.mark.parametrize("name", [name for name in SIDES if name != EXHIBIT])
@pytest.mark.parametrize("left", [None, 0, 1000])
def test_a_missing_or_truncated_model_is_refused_in_one_line(name, left, models, tmp_path):
    folder = pack(name, models[CODES], tmp_path / name)
    (file,) = folder.glob("model.*")
    whole = file.read_bytes()
    file.unlink()
    if left is not None:
        file.write_bytes(whole[:left])
    with pytest.raises(Refused, match=r"model\.\w+ (is damaged|is missing or not whole|here)"):
        open_side(name).load(folder)


def test_types_that_nobody_trusts_are_not_opened(models, tmp_path):
    side = open_side("skops_model")
    model = new_pipelines()[CODES].fit(ROWS, LATE)
    model.note = Stranger()
    with pytest.raises(Refused, match=r"asks for .*Stranger, which nobody here trusts"):
        side.load(pack("skops_model", model, tmp_path / "x"))


class Stranger:
    """A type of none of the packages that are trusted."""


def test_one_environment_gives_no_warning(models, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error", InconsistentVersionWarning)
        for name in SIDES:
            open_side(name).load(pack(name, models[CODES], tmp_path / name))
