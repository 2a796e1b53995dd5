"""Every ruler's figure on small known results, held to its description in ``tests/measure/figures``.

A description lists what stands where. After a wanted change: look at the picture, then write the descriptions anew with
``UPDATE_FIGURES=1 pytest tests/measure/test_figures.py`` and read their difference.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from measure.code import cochange, complexity, roles, structure
from measure.code.graphs import Graph
from measure.code.lines import LineShares, line_shares
from measure.cost import break_even, price_ratios, reuse
from measure.cost import overlap as overlaps
from measure.data import ablation, backtest, believed, gate, monitor, over_requests, regret, sharing, skew, worlds
from measure.data.days import Estimate
from measure.figures import impact_map, outcome_matrix, survival_map, trouble_panels, turn_chart
from tests.described import described

ROLE_SHARES = {"computing": 0.5, "learning": 0.02, "answering": 0.03, "passing on": 0.3, "glue": 0.15}
APPROVED = Path(__file__).parent / "figures"
NUMBERS = {"row": range(6), "a": [1.0, 2, 3, 4, 5, 6], "b": [0.5] * 6, "c": list("xyxyxy"), "d": [7] * 6}
TABLE = pd.DataFrame(NUMBERS)
FEATURES = ["a", "b", "c", "d"]

TOUCHED = [
    impact_map.Touched(request, system, nodes, words)
    for request, row in {
        "won": ((40, "40 in 3"), (4, "4 in 1")),
        "lost": ((2, "2 in 1"), (90, "90 in 5")),
        "alone": ((None, "cannot"), (1, "1 in 1")),
    }.items()
    for system, (nodes, words) in zip(("modular_monolith", "fti"), row, strict=True)
]


def estimate(value: float, width: float = 0.01) -> Estimate:
    return Estimate(value, value - width, value + 2 * width)


def row_skews() -> dict[str, skew.RowSkew]:
    some = TABLE.assign(a=[1.0, 2, 3, 0, 0, 0], c="x")
    tables = {"monolith": some, "split": some.assign(b=[None, *[0.5] * 5]), "fti": TABLE}
    return {name: skew.row_skew(TABLE, table, ["row"], FEATURES) for name, table in tables.items()}


def beliefs() -> dict[tuple[str, str], believed.BelievedVsServed]:
    late, day = [1, 0, 1, 0, 0, 1], [1, 1, 2, 2, 3, 3]
    modest, bold = [0.6, 0.4, 0.7, 0.3, 0.6, 0.4], [0.9, 0.1, 0.8, 0.4, 0.3, 0.6]
    plain = believed.believed_vs_served(late, day, bold, modest, draws=50)
    held = believed.believed_vs_served(late, day, bold, modest, oracle=bold, draws=50)
    return {("split", "real_time_live"): plain, ("fti", "batch"): held}


def effects() -> dict[str, ablation.Effect]:
    values = {"none cured": 0.02, "left alone: clock": 0.01, "all cured": 0.0}
    return {
        name: ablation.Effect(estimate(0.5), *(estimate(value / share) for share in (1, 2, 4, 8)))
        for name, value in values.items()
    }


def points(shift: float) -> list[regret.Point]:
    return [
        regret.Point(minutes, estimate(shift + minutes / 1e5), estimate(shift), 1000 / minutes)
        for minutes in (1, 15, 60, 90, 1440)
    ]


def monitors() -> dict[str, tuple[monitor.Monitored, skew.RowSkew]]:
    skewed = row_skews()
    found = {
        name: monitor.monitored(TABLE, TABLE, TABLE.assign(a=TABLE["a"] + shift), FEATURES, ["c"], draws=20)
        for name, shift in (("monolith", 3), ("split", 9))
    }
    return {name: (seen, skewed[name]) for name, seen in found.items()}


def nothing_seen() -> tuple[monitor.Monitored, skew.RowSkew]:
    same = monitor.monitored(TABLE, TABLE, TABLE, FEATURES, ["c"], draws=20)
    return same, skew.row_skew(TABLE, TABLE, ["row"], FEATURES)


def season_alone() -> tuple[monitor.Monitored, skew.RowSkew]:
    later = TABLE.assign(a=TABLE["a"] + 9, d=0)
    return monitor.monitored(TABLE, later, later, ["a", "d"], draws=20), nothing_seen()[1]


def structures() -> dict[str, structure.Structure]:
    chain, ring = frozenset({("a", "b")}), frozenset({("a", "b"), ("b", "c"), ("c", "a")})
    loose, tight, alone = (
        Graph(frozenset("abc"), chain),
        Graph(frozenset("abc"), ring),
        Graph(frozenset("a"), frozenset()),
    )
    return {
        "monolith": structure.Structure(alone, alone, loose, tight),
        "split": structure.Structure(loose, tight, loose, loose),
        "fti": structure.Structure(tight, tight, loose, tight),
    }


def complexities() -> dict[str, tuple[complexity.Complexity, LineShares]]:
    functions = [
        {"file": "f", "line": n, "function": f"Store.f{n}", "mccabe": n, "cognitive": c}
        for n, c in enumerate((0, 0, 1, 4))
    ]
    lines = [(Path("f"), n) for n in range(10)]
    shares = line_shares({"training": set(lines[:6]), "serving": set(lines[4:9])}, set(lines))
    return {name: (complexity.Complexity(pd.DataFrame(functions), {}), shares) for name in ("monolith", "fti")}


def shared() -> dict[str, sharing.Sharing]:
    paths = {"training": TABLE, "serving": TABLE.assign(a=0.0)}
    found = sharing.sharing({"late": FEATURES, "delay": ["a", "d"]}, paths, ["row"])
    return {"split": found, "fti": found}


def co_changes() -> dict[tuple[str, str], cochange.CoChange]:
    columns = ["line", "features_training", "features_serving"]
    votes = [(1, "a", "a"), (2, "a", ""), (3, "", "a"), (4, "", "a"), (5, "", "")]
    mutants = pd.DataFrame(votes, columns=columns).reindex(columns=cochange.COLUMNS, fill_value="")
    one, some = mutants[mutants["line"].isin([1, 4])], mutants
    return {("split", "real_time"): cochange.co_change(some), ("fti", "batch"): cochange.co_change(one)}


def demand() -> tuple[pd.DataFrame, pd.DataFrame]:
    came = pd.DataFrame({"EWR": [4.0, 0, 9], "JFK": [1.0, 2, 3]}, pd.date_range("2013-10-01", periods=3))
    return came, came.iloc[1:] + 1


def struck() -> list[survival_map.Struck]:
    outcomes = {"ok": "", "ok but stale": "wrong", "wrong": "wrong", "fails loud": "ok", "fails silent": ""}
    cells = [
        survival_map.Struck(f"fault {outcome}", "fti", "training", outcome, after)
        for outcome, after in outcomes.items()
    ]
    return [*cells, survival_map.Struck("fault ok", "modular_monolith", "real_time", None)]


WORLDS = worlds.over_worlds({"Apr": 0.01, "May": -0.02, "Jun": 0.03})
MANY = pd.DataFrame({"row": range(2000), "a": 1.0})
ONE_OFF = [2.0, *[1.0] * 1999]
DRAWN = {
    "row_skew": lambda path: skew.draw(row_skews(), path),
    "row_skew_none": lambda path: skew.draw({"yours": row_skews()["fti"]}, path, "Nothing differs"),
    "believed": lambda path: believed.draw(beliefs(), path),
    "believed_two": lambda path: believed.draw({key: beliefs()[key] for key in list(beliefs())[:1]}, path),
    "gate": lambda path: gate.draw(
        gate.agreement(
            TABLE, {"split": TABLE.assign(a=0.0, b=0.1), "else": TABLE}, ["row"], FEATURES, declared=[("split", "b")]
        ),
        path,
    ),
    "gate_small": lambda path: gate.draw(gate.agreement(MANY, {"split": MANY.assign(a=ONE_OFF)}, ["row"], ["a"]), path),
    "monitor_season": lambda path: monitor.draw({"yours": season_alone()}, path),
    "second_model": lambda path: reuse.draw(
        {
            name: reuse.marginal_cost({"features": first, "fit": 3.0}, {"features": 0.5, "fit": 2.0})
            for name, first in (("monolith", 4.0), ("fti", 8.0))
        },
        path,
    ),
    "worlds": lambda path: worlds.draw(
        {("split", "real_time"): WORLDS, ("fti", "real_time"): WORLDS, ("fti", "batch"): WORLDS}, "nats", path
    ),
    "causes": lambda path: ablation.draw(effects(), "split", path, ("gap", "flips", "harm")),
    "causes_nats": lambda path: ablation.draw(effects(), "monolith", path, ("gap", "harm")),
    "troubles": lambda path: trouble_panels.draw(
        {"monolith": effects(), "fti": {name: effects()[name] for name in ("none cured", "all cured")}},
        list(effects()),
        {"skewed": "rows that differ", "gap": "gap", "harm": "harm"},
        path,
        "Each trouble alone",
    ),
    "refresh": lambda path: regret.draw({"batch": points(0.0), "real_time": points(0.01)}, "fti", path),
    "age": lambda path: regret.draw_ages(
        {("fti", "batch"): [0, 15, 15, 700], ("split", "real_time"): np.zeros(3)}, path
    ),
    "break_even": lambda path: break_even.draw(
        {
            ("monolith", "batch"): break_even.curve(0, [4, 4, 4]),
            ("fti", "batch"): break_even.curve(7, [1, 1, 1]),
            ("fti", "real_time"): break_even.curve(5, [2, 2]),
            ("split", "real_time"): break_even.curve(0, [3, 3]),
        },
        "CPU seconds",
        path,
    ),
    "backtest": lambda path: backtest.draw(*demand(), path, "seats", "Foretold"),
    "overlap": lambda path: overlaps.draw(
        {("fti", "batch"): overlaps.Parts(6, 1), ("split", "batch"): overlaps.Parts(0, 3)}, "fti", path
    ),
    "survival": lambda path: survival_map.draw(struck(), path),
    "cochange": lambda path: cochange.draw(co_changes(), path),
    "turn": lambda path: turn_chart.draw(
        {"never": {0.0: estimate(0.02), 0.1: estimate(-0.02)}, "gate": {0.0: estimate(0.0), 0.05: estimate(0.001)}},
        0.005,
        turn_chart.Dial("broken extracts", "{:.0%}"),
        path,
        "Where it turns",
        "nats",
    ),
    "trade": lambda path: turn_chart.draw_trade(
        {
            "by flight": [
                turn_chart.Point("5", 0.1, estimate(0.001)),
                turn_chart.Point("60", 0.5, estimate(0.002)),
            ],
            "by features": [turn_chart.Point("16", 0.3, estimate(-0.005))],
        },
        0.005,
        path,
        "What hits cost",
        "hit rate",
        "nats lost",
    ),
    "matrix": lambda path: outcome_matrix.draw(
        {
            name: {(made, used): out for made in "ab" for used in "ab"}
            for name, out in (("trees", "fine"), ("x", "bad"))
        },
        {"fine": outcome_matrix.Shade("=", 0.0, "equal"), "bad": outcome_matrix.Shade("!", 0.9, "differs")},
        ("made", "used"),
        path,
        "Pairs",
    ),
    "impact": lambda path: impact_map.draw(TOUCHED, "fti", path),
    "monitor": lambda path: monitor.draw(monitors(), path),
    "monitor_none": lambda path: monitor.draw({"yours": nothing_seen()}, path),
    "over_requests": lambda path: over_requests.draw(
        {
            "places": {"fti": {"before": 2, "C10": 2, "C2": 3}, "split": {"before": 4, "C2": 5}},
            "shared": {"split": {"C2": 0.25}, "yours": {"C10": 1.0}},
        },
        path,
        "What changes leave",
        "shared",
    ),
    "roles": lambda path: roles.draw({"split": ROLE_SHARES, "fti": dict.fromkeys(ROLE_SHARES, 0.2)}, path),
    "structure": lambda path: structure.draw(structures(), path),
    "complexity": lambda path: complexity.draw(complexities(), path),
    "sharing": lambda path: sharing.draw(shared(), path),
    "price": lambda path: price_ratios.draw(
        {"files": {"monolith": 1.0, "split": 3.0, "fti": 12.0}, "jobs": {"monolith": 4.0, "split": 2.0, "fti": 6.0}},
        "monolith",
        path,
    ),
    "price_alike": lambda path: price_ratios.draw(
        {"files": {"monolith": 10.0, "fti": 11.0}},
        "monolith",
        path,
        beside="Not drawn, as there is no ratio to 0: more",
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_shows_what_its_description_says(name, tmp_path, monkeypatch):
    lines = described(DRAWN[name], tmp_path / "figure.png", monkeypatch)
    approved = APPROVED / f"{name}.txt"
    if os.environ.get("UPDATE_FIGURES"):
        approved.write_text("\n".join(lines) + "\n")
    assert lines == approved.read_text().splitlines()


def test_every_description_belongs_to_a_figure():
    assert {path.stem for path in APPROVED.glob("*.txt")} == set(DRAWN)


@pytest.mark.parametrize(
    ("system", "may", "unit"), [("fti", 0.0, "nats"), ("fti", -0.02, "bits"), ("split", -0.02, "nats")]
)
def test_a_description_notices_a_moved_point_another_word_and_another_colour(system, may, unit, tmp_path, monkeypatch):
    def seen(system: str, may: float, unit: str) -> list[str]:
        spread = worlds.over_worlds({"Apr": 0.01, "May": may, "Jun": 0.03})
        return described(lambda path: worlds.draw({(system, "batch"): spread}, unit, path), tmp_path / "f", monkeypatch)

    assert seen(system, may, unit) != seen("fti", -0.02, "nats")
