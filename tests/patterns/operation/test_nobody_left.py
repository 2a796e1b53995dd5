"""A system that is handed down, behind one door: units, what they are held against, and a page that is run."""

import json
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from lab.cards import read_cards
from lab.patterns.experiments.nobody_left import EXHIBIT, OWNED, Plan, measure
from lab.patterns.owned_checks import AFFECTED, list_starts
from lab.patterns.owned_costs import Costs, count_costs, find_shift
from lab.patterns.owned_deliveries import AGREED, Change, list_changes, load_source, make_deliveries
from lab.patterns.owned_features import fit_models
from lab.patterns.owned_replays import NotPlanted, Replay, invert, plant
from lab.patterns.owned_replays import answer as answer_all
from lab.patterns.owned_tolerances import judge_tolerances
from lab.patterns.owned_verdicts import judge_costs
from lab.patterns.owner_breakages import BREAKAGES
from lab.patterns.owner_home import PEOPLE, TODAY, install, wait_until_up
from lab.patterns.owner_nights import run_some
from lab.patterns.owner_questions import QUESTIONS, find_step, judge
from lab.patterns.watched_year import DAY, make_year
from parts.tested_page.page import end, run_step
from parts.units.units import UNITS, UnknownUnit, convert
from problem.facts import load_facts
from problem.owned import CROSS, DECLARED, PLACES, RANGE, BadDelivery, read_deliveries, write_deliveries
from reference.operation.owned_system.contract import FILE, read_contract
from reference.operation.owned_system.cross_checks import measure_apart

SIDES = {card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "nobody_left"}
PLACES_TABLE = load_source().airports[[*PLACES]]
DAYS = [TODAY, pd.Timestamp("2013-12-10")]
DELIVERIES = {key: of for day in DAYS for key, of in make_deliveries(load_source(), day, day).items()}
UNIT = "In which unit is a number?"
CHANGES = {(each.column, each.name): each for each in list_changes()}


def open_intake(package):
    return import_module(f"{package.__name__}.intake").Intake(PLACES_TABLE)


@pytest.fixture(params=SIDES)
def intake(request):
    return open_intake(SIDES[request.param])


def take(name, change, values, declaration, day=TODAY):
    """What a side makes of a change, and what came before it."""
    delivery = DELIVERIES[change.source, day]
    taken = open_intake(SIDES[name]).take(change.deliver(delivery, values=values, declaration=declaration))
    said = {(each.check, each.column) for each in taken.complaints}
    return taken.rows[change.column].to_numpy(float), delivery.rows[change.column].to_numpy(float), said


# What both do


@pytest.mark.parametrize("key", DELIVERIES, ids=str)
def test_what_is_all_right_is_let_in_as_it_is_without_a_word(intake, key):
    taken = intake.take(DELIVERIES[key])
    assert taken.complaints == []
    pd.testing.assert_frame_equal(taken.rows, DELIVERIES[key].rows)


def test_a_delivery_without_a_column_or_from_nowhere_is_refused_in_one_line(intake):
    whole = DELIVERIES["weather", TODAY]
    with pytest.raises(BadDelivery, match="weather came without humid"):
        intake.take(whole._replace(rows=whole.rows.drop(columns="humid")))
    with pytest.raises(BadDelivery, match="no source is called 'oracle'"):
        intake.take(whole._replace(source="oracle"))


def test_a_delivery_without_rows_and_one_of_nulls_are_let_in(intake):
    for key, delivery in DELIVERIES.items():
        nulls = delivery.rows.assign(**dict.fromkeys(AGREED[key[0]], np.nan))
        for rows in (delivery.rows.iloc[:0], nulls):
            assert intake.take(delivery._replace(rows=rows)).complaints == []


def test_a_value_that_cannot_be_is_complained_of(intake):
    delivery = DELIVERIES["weather", TODAY]
    strange = delivery._replace(rows=delivery.rows.assign(pressure=1100.0))
    assert {(said.check, said.column) for said in intake.take(strange).complaints} == {(RANGE, "pressure")}


def test_both_sides_keep_the_same_ranges():
    limits = import_module(f"{SIDES[EXHIBIT].__name__}.intake").LIMITS
    of_exhibit = {name: tuple(of) for each in limits.values() for name, of in each.items()}
    of_owned = {name: (column.low, column.high) for name, column in read_contract().items()}
    assert of_exhibit == {name: of for name, of in of_owned.items() if name in of_exhibit}
    assert {*of_owned} - {*of_exhibit} == {"dewp"}  # no feature: the exhibit does not look at it


# What they are


def check_what_reads_declarations(name, package):
    """Hold a package to what is said of the side of that name: whether it reads the units that a source declares."""
    change = CHANGES["visib", "1.61"]
    came = change.deliver(DELIVERIES["weather", TODAY], values=True, declaration=True)
    complaints = {said.check for said in open_intake(package).take(came).complaints}
    assert (DECLARED in complaints) == (name == OWNED)


@pytest.mark.parametrize("name", SIDES)
def test_only_the_owned_system_reads_what_a_source_declares(name):
    check_what_reads_declarations(name, SIDES[name])


@pytest.mark.parametrize(("name", "other"), [(EXHIBIT, OWNED), (OWNED, EXHIBIT)])
def test_sides_that_are_swapped_are_noticed(name, other):
    with pytest.raises(AssertionError):
        check_what_reads_declarations(name, SIDES[other])


@pytest.mark.parametrize("change", CHANGES.values(), ids=lambda change: f"{change.column} {change.name}")
def test_what_is_declared_is_converted_and_told_and_the_exhibit_takes_it_as_it_is(change):
    was, should, said = take(OWNED, change, values=True, declaration=True)
    np.testing.assert_allclose(was, should, rtol=1e-6)
    assert {(DECLARED, name) for name in change.columns} == said
    was, should, said = take(EXHIBIT, change, values=True, declaration=True)
    np.testing.assert_array_equal(was, change.apply(pd.Series(should)).to_numpy())


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("key", [("distance", "1.02"), ("arr_delay", "1.02"), ("temp", "°F to °C")])
def test_an_undeclared_change_is_seen_by_what_the_column_is_held_against(key, day):
    assert (CROSS, key[0]) in take(OWNED, CHANGES[key], values=True, declaration=False, day=day)[2]
    assert CROSS not in {check for check, _ in take(EXHIBIT, CHANGES[key], values=True, declaration=False, day=day)[2]}


def test_a_declaration_that_is_wrong_is_overruled_where_there_is_something_to_hold_it_against():
    was, should, said = take(OWNED, CHANGES["distance", "1.61"], values=False, declaration=True)
    np.testing.assert_array_equal(was, should)
    assert said == {(DECLARED, "distance"), (CROSS, "distance")}


def test_where_there_is_nothing_the_owned_system_believes_it_and_the_exhibit_is_right():
    was, should, said = take(OWNED, CHANGES["visib", "1.61"], values=False, declaration=True)
    np.testing.assert_allclose(was * 1.61, should)
    assert said == {(DECLARED, "visib")}
    was, should, said = take(EXHIBIT, CHANGES["visib", "1.61"], values=False, declaration=True)
    np.testing.assert_array_equal(was, should)
    assert said == set()


@pytest.mark.parametrize("declared", ["furlong", "degC", "-1 mile", "nan mile", "", "0 mile"])
def test_a_unit_that_nobody_knows_or_that_measures_something_else_leaves_nulls_and_a_complaint(declared):
    change = Change("weather", ("visib",), declared, 2.0)
    was, _, said = take(OWNED, change, values=False, declaration=True)
    assert np.isnan(was).all()
    assert (DECLARED, "visib") in said


# Units, contract, cross-checks


@pytest.mark.parametrize(
    ("value", "one", "other", "same"),
    [
        (1, "mile", "km", 1.609344),
        (1, "yard", "metre", 0.9144),
        (1, "knot", "mph", 1.150779),
        (212, "degF", "degC", 100),
        (0, "degC", "degF", 32),
        (3, "0.5 mile", "mile", 1.5),
        (1, "nautical mile", "km", 1.852),
        (1013.25, "mbar", "hPa", 1013.25),
    ],
)
def test_units_are_what_they_are(value, one, other, same):
    assert convert(pd.Series([float(value)]), one, other).iloc[0] == pytest.approx(same, rel=1e-6)


def test_there_and_back_is_where_it_began():
    for one in UNITS:
        for other in (name for name, unit in UNITS.items() if unit.kind == UNITS[one].kind):
            assert convert(convert(pd.Series([7.0]), one, other), other, one).iloc[0] == pytest.approx(7.0)
    with pytest.raises(UnknownUnit, match="mile is no temperature"):
        convert(pd.Series([7.0]), "mile", "degC")


@pytest.mark.parametrize(
    ("old", "new"), [("owner", "keeper"), ('"network planning"', '""'), ("[10, 6000]", "10"), ("2013-12-31", "13")]
)
def test_a_contract_that_says_less_is_refused(old, new, tmp_path):
    (tmp_path / "contract.toml").write_text(FILE.read_text().replace(old, new))
    with pytest.raises(ValueError, match=r"contract\.toml cannot be read"):
        read_contract(tmp_path / "contract.toml")


def test_what_a_column_is_held_against_fits_it_far_better_than_its_tolerance_and_says_nothing_of_few_rows():
    for (source, _), delivery in DELIVERIES.items():
        for name, column in read_contract().items():
            if column.source == source and column.tolerance:
                assert measure_apart(name, delivery.rows, PLACES_TABLE) < column.tolerance / 2
                assert np.isnan(measure_apart(name, delivery.rows.head(5), PLACES_TABLE))


def test_deliveries_can_be_put_away_and_read_again_and_a_folder_that_is_none_is_refused(tmp_path):
    day = [of for (_, day), of in DELIVERIES.items() if day == TODAY]
    write_deliveries(tmp_path, day)
    assert [(each.source, each.units, len(each.rows)) for each in read_deliveries(tmp_path)] == [
        (each.source, each.units, len(each.rows)) for each in day
    ]
    (tmp_path / "weather.csv").unlink()
    with pytest.raises(BadDelivery, match="cannot be read"):
        read_deliveries(tmp_path)


@pytest.mark.parametrize("name", SIDES)
def test_a_folder_that_cannot_be_read_is_told_in_one_line(name, tmp_path, capsys):
    look = import_module(f"{SIDES[name].__name__}.intake").main
    PLACES_TABLE.to_csv(tmp_path / "places.csv", index=False)
    assert look(str(tmp_path), *([str(tmp_path / "places.csv")] if name == OWNED else [])) == 1
    assert capsys.readouterr().out.count("\n") == 1


# Replays, and the experiment in small


def test_what_is_lost_ends_on_the_morning_after_the_alarm():
    costs = Costs(np.array([3.0, 2.0, 1.0]), level=np.zeros(3), moved=np.ones(3), answers=np.full(3, 10.0))
    assert [[*costs.lose_until(found)] for found in (0, 1, None)] == [[3, 0, 0], [3, 2, 0], [3, 2, 1]]
    assert ([*costs.lose_until(1, "moved")], [*costs.forget().lose_until(None)]) == ([1, 1, 0], [0, 0, 0])
    assert [*costs.nats] == [3, 2, 1]  # what is kept of them is a copy


def test_days_that_lie_in_two_placements_are_drawn_together_and_tell_no_more_than_once():
    random, change = np.random.default_rng(1), CHANGES["visib", "1.61"]
    by_day = dict(zip(pd.date_range("2013-06-01", "2013-12-31"), random.normal(0.01, 0.1, 214), strict=True))

    def replay(start, days=14):
        nats = np.array([by_day[start + number * DAY] for number in range(days)])
        return Replay(change, start, [], [], {"trees": Costs(nats, nats, nats, np.ones(days))}, {})

    (row,) = judge_costs([replay(start) for start in list_starts()])
    (twice,) = judge_costs([replay(start) for start in list_starts() for _ in range(2)])
    assert (row["low"], row["value"], row["high"]) == pytest.approx((twice["low"], twice["value"], twice["high"]))
    own = [by_day[start + number * DAY] for start in list_starts() for number in range(14)]
    assert row["value"] == pytest.approx(np.mean(own))


def test_the_least_factor_that_is_seen_is_the_first_beyond_the_tolerance():
    rows = judge_tolerances(Always(DELIVERIES), PLACES_TABLE, [TODAY], (1.003, 1.007, 1.02))
    for column in ("distance", "arr_delay"):
        seen = {row["tolerance"]: row["sees"] for row in rows if row["column"] == column}
        assert seen[0.01] == "1.02"
        assert all(seen[small] is None or seen[small] <= seen[0.01] for small in seen)


class Always(dict):
    """Deliveries of one day, for every day."""

    def __getitem__(self, key):
        return self.get(key) or self.get((key[0], TODAY))


def test_a_level_that_is_put_right_is_the_share_that_was_late():
    said, late = np.array([0.1, 0.2, 0.3, 0.6]), np.array([1.0, 0.0, 1.0, 1.0])
    assert expit(logit(said) + find_shift(said, late)).mean() == pytest.approx(0.75)
    assert find_shift(said, said) == pytest.approx(0)


@pytest.mark.parametrize("change", [CHANGES["temp", "°F to °C"], CHANGES["visib", "1.3"]], ids=str)
def test_the_way_back_leads_back(change):
    values = pd.Series([10.0, 50.0])
    np.testing.assert_allclose(invert(change).apply(change.apply(values)), values)


def test_windows_lie_in_the_months_for_faults():
    assert (
        {start.month for start in list_starts()} == {(start + 13 * DAY).month for start in list_starts()} == {6, 9, 12}
    )


@pytest.fixture(scope="module")
def served():
    facts = load_facts()
    return fit_models(facts, make_year(facts, every=60))


def test_a_change_that_changes_nothing_is_not_taken_for_one(served):
    clean = answer_all(served, served.year.span(list_starts()[0], 3))
    with pytest.raises(NotPlanted, match="visib by 1: the rows are as before"):
        plant(served, clean, list_starts()[0], Change("weather", ("visib",), "mile", 1.0))


def test_the_level_is_that_of_all_days_where_a_change_ends_before(served):
    start, change = list_starts()[0], CHANGES["pressure", "1.61"]
    whole = answer_all(served, served.year.span(start, 14)).find_shifts()
    for model, first in count_costs(
        whole.cut(start, 1), plant(served, whole.cut(start, 1), start, change), start
    ).items():
        same = count_costs(whole, plant(served, whole, start, change), start)[model]
        assert first.level[0] == pytest.approx(same.level[0])
        assert first.level[0] != pytest.approx(same.nats[0])


def test_delays_are_changed_from_the_start_on_and_only_in_what_is_made_of_them(served):
    start = list_starts()[0]
    rows = served.year.span(start, 14)
    same, more = (served.change(rows, start, Change("landings", ("arr_delay",), "", factor)) for factor in (1.0, 3.0))
    pd.testing.assert_frame_equal(same, rows, check_exact=False, atol=1e-9)
    moved = {name for name in rows if not more[name].equals(same[name])}
    assert moved == {*AFFECTED["arr_delay"]}
    routes = (more["route_arr_delay_28d"] - same["route_arr_delay_28d"]).abs().groupby(rows["day"]).mean()
    assert routes.iloc[0] < routes.iloc[-1]  # a mean over four weeks is not changed on one day


def test_a_small_experiment_sees_what_is_plain_and_says_so(served, tmp_path, monkeypatch):
    monkeypatch.setattr("lab.patterns.experiments.nobody_left.make_year", lambda *_: served.year)
    monkeypatch.setattr("lab.patterns.experiments.nobody_left.fit_models", lambda *_: served)
    monkeypatch.setattr("lab.patterns.experiments.nobody_left.list_differences", list)
    changes = [CHANGES["distance", "1.02"], CHANGES["visib", "1.02"], CHANGES["arr_delay", "1.61"]]
    plan = Plan(every=60, changes=changes, starts=list_starts()[:2], questions=False)
    found = measure(tmp_path, SIDES, plan)
    json.dumps(found)
    assert {row["sees"] for row in found["tolerances"] if row["column"] == "temp"} == {None}
    seen = {(row["column"], row["check"]): row["share"] for row in found["checks"]}
    assert seen["distance", CROSS] == seen["arr_delay", CROSS] == 1
    assert seen["visib", CROSS] == seen["visib", RANGE] == 0
    assert [(row["column"], row["factor"]) for row in found["unseen"]] == [("visib", "1.02")]
    lost = {(row["arm"], row["column"]): row for row in found["by_quantity"] if row["model"] == "trees"}
    assert lost["values and declaration", "arr_delay"]["own"] == 0
    assert lost["values only", "visib"]["own"] == lost["values only", "visib"]["rivals"]
    assert lost["declaration only", "visib"]["rivals"] == 0
    assert lost["values and declaration", "arr_delay"]["rivals"] != 0
    assert "cross-check sees distance from 1.02, arr_delay from 1.61;" in found["headline"]


# What a new owner asks


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    return {name: install(side, tmp_path_factory.mktemp("homes") / name) for name, side in SIDES.items()}


def answer(home, key):
    question = next(each for each in QUESTIONS if each.key == key)
    return judge(question, run_step(find_step(question, home), home.folder, home.tell()), home)


def test_every_question_can_be_asked_of_every_side_and_something_can_be_broken_behind_each(homes):
    keys = [question.key for question in QUESTIONS]
    assert len({*keys}) == 12
    assert [breakage.key for breakage in BREAKAGES] == keys
    assert {name for breakage in BREAKAGES for name in breakage.reads} == {*SIDES}
    assert {step.heading for step in homes[OWNED].read_steps()} == {question.asked for question in QUESTIONS}
    headings = {heading for question in QUESTIONS for heading in question.under}
    assert {step.heading for step in homes[EXHIBIT].read_steps()} == headings


@pytest.mark.parametrize("key", ["sources", "unit", "quality", "training", "back", "owner"])
def test_the_owned_system_answers_and_what_it_says_is_so(homes, key):
    assert answer(homes[OWNED], key)["answered"]


@pytest.mark.parametrize(
    ("key", "answered"), [("sources", True), ("unit", False), ("quality", False), ("owner", False)]
)
def test_the_exhibit_answers_what_files_tell_and_not_what_people_knew(homes, key, answered):
    assert answer(homes[EXHIBIT], key)["answered"] == answered


@pytest.mark.parametrize("key", ["unit", "back", "owner"])
def test_an_answer_that_is_not_so_is_none(key, tmp_path):
    home = install(SIDES[OWNED], tmp_path / "home")
    changes = {
        "unit": ("contract.toml", 'unit = "mile"', 'unit = "km"'),
        "back": ("RUNBOOK.md", "release late/1", "release late/2"),
        "owner": ("contract.toml", "2013-12-31", "2013-05-31"),
    }
    file, old, new = changes[key]
    (home.folder / file).write_text((home.folder / file).read_text().replace(old, new))
    assert not answer(home, key)["answered"]


def test_nothing_of_the_exhibit_rests_on_what_counts_as_nothing_of_it(homes):
    home = homes[EXHIBIT]
    text = "\n".join(file.read_text() for file in [home.page, *home.code.glob("*.py")])
    for name in ("contract.toml", "answers.csv", "places.csv", "people.csv", *PEOPLE):
        assert name not in text
    assert {breakage.key for breakage in BREAKAGES if EXHIBIT not in breakage.reads} == {
        "unit",
        "quality",
        "training",
        "today",
        "owner",
    }


@pytest.mark.parametrize("key", [breakage.key for breakage in BREAKAGES])
def test_everything_that_a_side_rests_on_can_be_broken(key, tmp_path):
    breakage = next(each for each in BREAKAGES if each.key == key)
    for name in breakage.reads:
        home = install(SIDES[name], tmp_path / name)
        before = {file: file.read_bytes() for file in home.folder.rglob("*") if file.is_file()}
        breakage.break_it(home)
        assert {file: file.read_bytes() for file in home.folder.rglob("*") if file.is_file()} != before


@pytest.mark.parametrize(("tested", "noticed"), [(True, True), (False, False)])
def test_a_page_that_nobody_runs_as_a_test_is_noticed_by_what_fails_alone(tested, noticed, tmp_path):
    home = install(SIDES[EXHIBIT], tmp_path / "home")
    home.page.write_text("## Other words\n\n    $ echo two\n    one\n\n## Refused\n\n    $ echo one; exit 1\n    one\n")
    assert run_some(home, [0, 1], tested) == [not noticed, False]


@pytest.mark.service
def test_every_command_of_the_runbook_does_what_stands_below_it(tmp_path):
    assert answer(install(SIDES[OWNED], tmp_path / "home"), "page")["answered"]


@pytest.mark.parametrize("planted", ["unit distanse", "unit pressure", "unit distance > nowhere"])
def test_a_command_that_is_no_longer_true_is_named(planted, tmp_path):
    home = install(SIDES[OWNED], tmp_path / "home")
    steps = {step.heading: step for step in home.read_steps()}
    run = steps["Is this page still true?"]
    page = "".join(
        f"## {h}\n\n    $ {steps[h].command}\n    {steps[h].expected}\n"
        for h in (UNIT, "Who answers for a number, and until when?")
    )
    for text, said in ((page, "2 of 2 commands"), (page.replace("unit distance", planted), "1 of 2 commands")):
        home.page.write_text(text)
        ran = run_step(run, home.folder, home.tell())
        assert said in ran.output
        assert (ran.status, UNIT in ran.output) == ((0, False) if text == page else (1, True))


@pytest.mark.service
def test_the_exhibit_starts_and_answers_as_its_page_says(homes):
    home = homes[EXHIBIT]
    told = home.tell()
    started = run_step(find_step(QUESTIONS[0], home), home.folder, told)
    try:
        assert wait_until_up(told)
        ran = run_step(find_step(QUESTIONS[2], home), home.folder, told)
        assert judge(QUESTIONS[2], ran, home)["answered"]
    finally:
        end(started.group)
