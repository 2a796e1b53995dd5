"""Two arms of one system: what belongs to which, and ratios whose answers are known."""

import json

import pandas as pd
import pytest

from lab.engine.workspace import REPOSITORY
from lab.sandbox.cold_start import run_module
from lab.study.rulers.library_ratios import FIRST, FURTHER, compare_models, list_figures, list_model_costs
from lab.study.rulers.library_share import list_code_of_arms
from lab.study.steps.plain_arms import FILES, LIBRARIES, list_replaced
from lab.systems import find_system

CONTROL = "modular_monolith"


def test_plain_files_stand_for_the_store_and_the_registry_and_for_nothing_else():
    assert [file.name for file in list_replaced(find_system("fti"))] == ["registry.py", "stores.py"]


def test_the_pipelines_are_in_both_arms_and_what_only_the_libraries_want_is_in_one():
    arms = list_code_of_arms(find_system("fti"))
    names = {
        part: {arm: {path.relative_to(REPOSITORY).name for path in files} for arm, files in of.items()}
        for part, of in arms.items()
    }
    assert arms["whole"][LIBRARIES] == find_system("fti").code
    pipelines = {
        "features.py",
        "training.py",
        "inference.py",
        "on_demand.py",
        "schedule.py",
        "versions.py",
        "system.py",
    }
    assert pipelines <= names["whole"][LIBRARIES] & names["whole"][FILES]
    assert not pipelines & (names["facing the libraries"][LIBRARIES] | names["facing the libraries"][FILES])
    assert names["facing the libraries"] == {
        LIBRARIES: {"asof_job.py", "asof_search.py", "asof_store.py", "asof_view.py", "latest_store.py"}
        | {"feature_repo", "registry.py", "stores.py"},
        FILES: {"asof_search.py", "definitions.py", "registry.py", "stores.py"},
    }


@pytest.mark.slow
@pytest.mark.parametrize(("module", "least", "most"), [("json", 0, 0), ("tzdata", 1, 1), ("pandas", 2, 20)])
def test_the_weight_of_an_import_is_what_it_loads_of_installed_libraries(module, least, most, tmp_path):
    run_module(REPOSITORY, "lab.sandbox.import_weight", module, str(tmp_path / "said.json"))
    said = json.loads((tmp_path / "said.json").read_text())
    assert least <= said["packages"] <= most
    assert (said["bytes"] > 0) == (said["modules"] > 0) == (most > 0)
    assert said["cpu"] >= 0
    assert said["wall"] > 0


def stages(arm, mode, number, seconds):
    names = ("features", "late", "delay", "cancelled")
    return [
        {"arm": arm, "mode": mode, "round": number, "number": place, "stage": name, "seconds": of}
        for place, (name, of) in enumerate(zip(names, seconds, strict=True))
    ]


COST = pd.DataFrame(
    [
        *stages(LIBRARIES, "batch", 0, [1.0, 3.0, 2.0, 2.0]),
        *stages(LIBRARIES, "batch", 1, [2.0, 6.0, 4.0, 4.0]),
        *stages(FILES, "batch", 0, [1.0, 1.0, 0.5, 1.5]),
        *stages(FILES, "batch", 1, [2.0, 2.0, 1.0, 3.0]),
        *stages(CONTROL, "batch", 0, [0.0, 2.0, 2.0, 2.0]),
        *stages(CONTROL, "batch", 1, [0.0, 4.0, 5.0, 5.0]),
        *stages(LIBRARIES, "real_time", 0, [1.0, 3.0, 2.0, 2.0]),
        *stages(FILES, "real_time", 0, [1.0, 3.0, 1.0, 1.0]),
    ]
)


def test_the_first_model_pays_for_all_that_comes_before_it_and_further_ones_are_averaged():
    costs = list_model_costs(COST)
    assert costs[LIBRARIES, "batch"].to_dict("list") == {FIRST: [4.0, 8.0], FURTHER: [2.0, 4.0]}
    assert costs[FILES, "batch"].to_dict("list") == {FIRST: [2.0, 4.0], FURTHER: [1.0, 2.0]}
    assert costs[CONTROL, "batch"].to_dict("list") == {FIRST: [2.0, 4.0], FURTHER: [2.0, 5.0]}


def test_ratios_are_taken_within_rounds_so_that_a_slow_round_counts_for_nothing():
    found = {
        (row.mode, row.part): (row.low, row.value, row.high) for row in compare_models("fti", list_model_costs(COST))
    }
    assert found["batch", f"{FURTHER}, files over libraries"] == (0.5, 0.5, 0.5)
    assert found["batch", f"{FIRST}, files over libraries"] == (0.5, 0.5, 0.5)
    assert found["batch", f"{FURTHER}, libraries over {CONTROL}"] == pytest.approx((0.8, 0.9, 1.0))
    assert found["batch", f"{FURTHER}, files over {CONTROL}"] == pytest.approx((0.4, 0.45, 0.5))
    assert found["batch", "further over first, libraries"] == (0.5, 0.5, 0.5)
    assert found["batch", f"further over first, {CONTROL}"] == (1.0, 1.125, 1.25)
    assert found["real_time", f"{FURTHER}, files over libraries"] == (0.5, 0.5, 0.5)
    assert not [part for mode, part in found if mode == "real_time" and CONTROL in part]


def test_figures_of_cold_starts_are_told_of_both_arms_and_as_a_ratio():
    rounds = [{"arm": arm, "round": number} for number in (0, 1) for arm in (LIBRARIES, FILES)]
    answers = pd.DataFrame(rounds).assign(
        first=[10.0, 4.0, 20.0, 10.0], p50=[2.0, 1.0, 2.0, 1.0], p99=[3.0, 3.0, 3.0, 3.0]
    )
    imports = pd.DataFrame(rounds).assign(
        cpu=[6.0, 1.5, 6.0, 1.5], packages=[60, 20, 60, 20], bytes=[3e8, 1e8, 3e8, 1e8]
    )
    found = {(row.key, row.part): row for row in list_figures("fti", {"answers": answers, "imports": imports})}
    assert found["plain_start", "libraries, first answer"].value == 15.0
    assert found["plain_start", "files, first answer"].interval == (4.0, 10.0)
    assert found["plain_ratio", "first answer"].interval == (0.4, 0.5)
    assert found["plain_ratio", "p99"].value == 1.0
    assert found["plain_loaded", "files, bytes of libraries"].value == 100.0
    assert found["plain_ratio", "packages"].value == pytest.approx(1 / 3)
