"""The co-change ratio of toys is the one counted by hand: 1 for one definition, 0 for two, and in between."""

from pathlib import Path

import pandas as pd
import pytest

from measure.code import cochange
from measure.code.cochange import COLUMNS, CoChange, co_change
from measure.code.effect import VERDICTS, CannotMeasure, Outcome, Sides, effect, verdict
from measure.code.mutants import Mutant, mutants
from measure.data.days import CannotDraw, Groups, estimate

ON, FEATURES = ["id"], ["delay", "hour"]
SHARED = "def delay(x):\n    return x + 2\n\ndef hour(x):\n    return x * 3\n"
TWICE = SHARED + "\ndef hour_served(x):\n    return 3 * x\n\ndef delay_served(x):\n    return 2 + x\n"
HALF = SHARED + "\ndef hour_served(x):\n    return 3 * x\n"


def sides(source: str) -> Sides:
    """What a toy gives on both sides; serving has its own function where there is one."""
    names: dict = {}
    exec(source, names)
    training = {name: names[name] for name in FEATURES}
    serving = {name: names.get(f"{name}_served", names[name]) for name in FEATURES}
    return Sides(answers(training), answers(serving))


def answers(functions) -> Outcome:
    try:
        rows = [{"id": x} | {name: function(x) for name, function in functions.items()} for x in (4, 5, 6)]
    except Exception as error:
        return Outcome(None, f"{type(error).__name__}: {error}")
    return Outcome(pd.DataFrame(rows))


def row(source: str, mutant: Mutant) -> dict:
    place = {"file": "toy.py", "line": mutant.line, "text": source.splitlines()[mutant.line - 1].strip()}
    change = {"operator": mutant.operator, "before": mutant.before, "after": mutant.after}
    return place | change | effect(sides(source), sides(mutant.applied(source)), ON, FEATURES)


def toy(source: str) -> CoChange:
    return co_change(pd.DataFrame([row(source, mutant) for mutant in mutants(source)]))


def mutant(line: int, training: str = "", serving: str = "", fails: tuple[str, str] = ("", "")) -> dict:
    """A row made by hand."""
    place = {"file": "a.py", "line": line, "text": f"line {line}", "operator": "number", "before": "1", "after": "2"}
    failures = {"training_failure": fails[0], "serving_failure": fails[1]}
    return place | failures | {"features_training": training, "features_serving": serving}


def ratios(result: CoChange) -> list[float]:
    return [result.by_mutant.value, result.by_effect.value, result.by_line.value]


def test_two_sides_that_share_their_functions_have_a_ratio_of_exactly_one():
    result = toy(SHARED)
    assert ratios(result) == [1, 1, 1]
    assert (result.by_mutant.low, result.by_mutant.high) == (1, 1)
    assert result.counts == {"both": 4, "training only": 0, "serving only": 0, "no effect": 0, "loud": 0}
    assert result.one_sided().empty
    assert result.definitions(FEATURES) == {"delay": 1, "hour": 1}


def test_everything_written_twice_has_a_ratio_of_exactly_zero():
    result = toy(TWICE)
    assert ratios(result) == [0, 0, 0]
    assert result.counts == {"both": 0, "training only": 4, "serving only": 4, "no effect": 0, "loud": 0}
    assert result.definitions([*FEATURES, "month"]) == {"delay": 2, "hour": 2, "month": 0}
    assert result.lines == 4


def test_one_feature_of_two_written_twice_is_found_with_its_lines():
    result = toy(HALF)
    assert result.counts == {"both": 2, "training only": 2, "serving only": 2, "no effect": 0, "loud": 0}
    assert ratios(result) == [1 / 3, 1 / 3, 1 / 3]
    assert result.definitions(FEATURES) == {"delay": 1, "hour": 2}
    assert result.one_sided().to_dict("records") == [
        {"file": "toy.py", "line": line, "text": text, "operator": operator, "before": before, "after": after}
        | {"side": side, "features": "hour"}
        for line, text, operator, before, after, side in [
            (5, "return x * 3", "arithmetic", "*", "/", "training"),
            (5, "return x * 3", "number", "3", "4", "training"),
            (8, "return 3 * x", "number", "3", "4", "serving"),
            (8, "return 3 * x", "arithmetic", "*", "/", "serving"),
        ]
    ]


def test_half_and_half_is_a_half():
    rows = [mutant(1, "delay", "delay"), mutant(2, "delay"), mutant(3, "hour", "hour"), mutant(4, "", "hour")]
    result = co_change(pd.DataFrame(rows))
    assert ratios(result) == [0.5, 0.5, 0.5]
    assert 0 <= result.by_mutant.low < 0.5 < result.by_mutant.high <= 1


def test_the_three_weights_are_those_of_mutants_features_and_lines():
    rows = [mutant(1, "delay hour", "delay"), mutant(1, "delay"), mutant(1, "", "hour"), mutant(2, "hour", "hour")]
    assert ratios(co_change(pd.DataFrame(rows))) == [2 / 4, 2 / 5, (1 / 3 + 1) / 2]


def test_lines_of_two_files_are_two_lines():
    rows = [mutant(1, "delay", "delay"), mutant(1, "delay") | {"file": "b.py"}]
    assert co_change(pd.DataFrame(rows)).lines == 2


def test_a_mutant_that_moves_other_features_on_each_side_is_not_both():
    rows = [mutant(1, "delay", "hour"), mutant(2, "delay", "delay")]
    result = co_change(pd.DataFrame(rows))
    assert result.counts["training only"] == 1
    assert result.one_sided()["features"].tolist() == ["delay hour"]


def test_a_feature_that_a_shared_mutant_shows_on_one_side_only_has_one_definition():
    rows = [mutant(1, "delay hour", "delay"), mutant(2, "delay", "delay hour"), mutant(3, "hour")]
    assert co_change(pd.DataFrame(rows)).definitions(FEATURES) == {"delay": 1, "hour": 1}


def test_loud_mutants_and_those_without_effect_are_counted_apart():
    rows = [
        mutant(1, "delay", "delay"), mutant(2, "hour", "hour"), mutant(3),
        mutant(4, fails=("KeyError: 'x'", "")), mutant(5, fails=("", "no answer")), mutant(6, fails=("a", "b")),
        mutant(7, fails=("", "no answer")),
    ]  # fmt: skip
    result = co_change(pd.DataFrame(rows))
    assert list(result.counts) == list(VERDICTS)
    assert result.counts == {"both": 2, "training only": 0, "serving only": 0, "no effect": 1, "loud": 4}
    assert result.loud == {"training": 1, "serving": 2, "both": 1}
    assert ratios(result) == [1, 1, 1]
    assert result.mutants["verdict"].tolist() == ["both", "both", "no effect", "loud", "loud", "loud", "loud"]


def test_mutants_of_one_line_are_drawn_together():
    apart = pd.DataFrame([mutant(line, "delay", "delay" if line % 2 else "") for line in range(40)])
    together = apart.assign(line=apart["line"] // 20 * 2 + apart["line"] % 2)
    wide, narrow = co_change(together).by_mutant, co_change(apart).by_mutant
    assert wide.value == narrow.value == 0.5
    assert (wide.low, wide.high) == (0, 1)
    assert 0.3 < narrow.low < narrow.high < 0.7


def test_no_mutation_has_no_effect():
    changed = effect(sides(SHARED), sides(SHARED), ON, FEATURES)
    assert changed == {
        "training_failure": "", "serving_failure": "", "cells": 6, "cells_both": 0, "cells_training": 0,
        "cells_serving": 0, "features_training": "", "features_serving": "",
    }  # fmt: skip


def test_cells_are_counted_by_key_whatever_the_order_of_rows():
    table = pd.DataFrame({"id": [1, 2, 3], "delay": [1.0, 2.0, None], "hour": [1, 2, 3]})
    trained = table.assign(delay=[1.0, 5.0, 7.0]).iloc[::-1]
    served = table.assign(delay=[9.0, 5.0, None], hour=[1, 2, 4])
    changed = effect(Sides(Outcome(table), Outcome(table)), Sides(Outcome(trained), Outcome(served)), ON, FEATURES)
    assert [changed[f"cells_{side}"] for side in ("both", "training", "serving")] == [1, 1, 2]
    assert (changed["features_training"], changed["features_serving"]) == ("delay", "delay hour")


def test_cells_that_one_side_alone_changed_are_not_those_that_both_did():
    table = pd.DataFrame({"id": [1, 2, 3], "delay": [1.0, 2.0, 3.0], "hour": [1, 2, 3]})
    trained, served = table.assign(delay=[9.0, 9.0, 9.0]), table.assign(delay=[9.0, 2.0, 3.0], hour=[9, 9, 9])
    changed = effect(Sides(Outcome(table), Outcome(table)), Sides(Outcome(trained), Outcome(served)), ON, FEATURES)
    assert [changed[f"cells_{side}"] for side in ("both", "training", "serving")] == [1, 2, 3]


def test_the_interval_takes_the_draws_and_the_seed_it_is_given():
    table = pd.DataFrame([mutant(line, "delay", "delay" if line % 2 else "") for line in range(40)])
    given = co_change(table, draws=30, seed=1).by_mutant
    votes = Groups([f"a.py:{line}" for line in range(40)], 30, 1).means(table["features_serving"] == "delay")
    assert given == estimate(votes)
    assert given != co_change(table, draws=30, seed=2).by_mutant


def test_lines_are_told_in_the_order_of_the_code():
    rows = [mutant(2, "delay"), mutant(1, "", "hour"), mutant(1, "delay") | {"before": "9"}]
    told = co_change(pd.DataFrame(rows)).one_sided()
    assert list(zip(told["line"], told["before"], strict=True)) == [(1, "1"), (1, "9"), (2, "1")]
    assert told.index.tolist() == [0, 1, 2]


def test_a_side_that_fails_is_told_and_the_other_is_not_compared():
    source = HALF
    broken = Sides(Outcome(None, "KeyError: 'x'"), sides(HALF.replace("3 * x", "4 * x")).serving)
    changed = effect(sides(source), broken, ON, FEATURES)
    assert (changed["training_failure"], changed["serving_failure"]) == ("KeyError: 'x'", "")
    assert (changed["cells_serving"], changed["features_serving"]) == (0, "")


def test_an_answer_about_other_questions_is_a_failure():
    fine = sides(SHARED)
    assert fine.serving.table is not None
    changed = effect(fine, Sides(fine.training, Outcome(fine.serving.table.iloc[1:])), ON, FEATURES)
    assert changed["serving_failure"] == "CannotCompare: unmatched rows: 1 only in unchanged, 0 only in mutated"
    assert changed["training_failure"] == ""


def test_a_side_without_an_answer_says_so():
    changed = effect(sides(SHARED), Sides(Outcome(None), sides(SHARED).serving), ON, FEATURES)
    assert changed["training_failure"] == "no answer"


def test_code_that_fails_as_written_cannot_be_measured():
    broken = Sides(sides(SHARED).training, Outcome(None, "OSError: disk full"))
    with pytest.raises(CannotMeasure, match="the unchanged code fails: OSError: disk full"):
        effect(broken, sides(SHARED), ON, FEATURES)


def test_mutants_without_a_ratio_are_refused():
    with pytest.raises(CannotMeasure, match="none of 2 mutants changed a value on either side"):
        co_change(pd.DataFrame([mutant(1), mutant(2, fails=("x", ""))]))
    with pytest.raises(CannotMeasure, match="no column 'features_serving' in the table of mutants"):
        co_change(pd.DataFrame([mutant(1, "delay")]).drop(columns="features_serving"))
    with pytest.raises(CannotDraw, match="two groups or more, got 1"):
        co_change(pd.DataFrame([mutant(1, "delay"), mutant(1, "hour")]))


def test_the_columns_are_those_that_effect_and_place_give():
    assert set(COLUMNS) < set(row(SHARED, mutants(SHARED)[0]))


@pytest.mark.slow
def test_the_same_results_draw_the_same_picture(tmp_path: Path):
    results = {("monolith", "batch"): toy(HALF), ("fti", "real_time"): toy(SHARED), ("split", "real_time"): toy(TWICE)}
    for name in ("one", "two"):
        cochange.draw(results, tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    with pytest.raises(CannotMeasure, match="at least one system"):
        cochange.draw({}, tmp_path / "x.png")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("", "", "", ""), "no effect"),
        (("", "", "a", ""), "training only"),
        (("", "", "", "a"), "serving only"),
        (("", "", "a b", "b c"), "both"),
        (("", "", "a", "b"), "training only"),
        (("x", "", "", ""), "loud"),
        (("", "x", "a", "a"), "loud"),
    ],
)
def test_a_verdict_follows_from_failures_and_features(row, expected):
    assert verdict(*row) == expected


def test_bars_are_as_long_as_their_shares(monkeypatch, tmp_path: Path):
    drawn = []
    monkeypatch.setattr(
        "matplotlib.axes.Axes.barh", lambda _, place, width, left=0.0, **more: drawn.append((place, width, left))
    )
    monkeypatch.setattr("measure.figures.figure_style.legend", lambda figure, axes: None)
    cochange.draw({("split", "batch"): toy(HALF), ("fti", "batch"): toy(SHARED)}, tmp_path / "x.png")
    third, rest = pytest.approx(1 / 3), pytest.approx(2 / 3)
    assert drawn[3:6] == [(0, third, 0), (0, third, third), (0, third, rest)]
    assert drawn[6:] == [(1, 1, 0), (1, 0, 1), (1, 0, 1)]
