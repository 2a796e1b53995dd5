"""Three ways to watch a service, behind one door: each does the job, each keeps what it is, and Prometheus rings."""

import time
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from prometheus_client import start_http_server

from lab.cards import read_cards
from lab.patterns.experiments.would_you_notice import Plan, measure
from lab.patterns.watched_alarms import Alarms, Who
from lab.patterns.watched_arms import Arms
from lab.patterns.watched_faults import DATA, FAULTS, GONE, SOFTWARE, NotPlanted
from lab.patterns.watched_replays import Setting
from lab.patterns.watched_year import DAY, FAULTY, FOR_LIMITS, LAUNCH, QUIET, make_year
from parts.prometheus.prometheus_server import start_prometheus
from parts.prometheus.promtool import BadRules, check_rules, test_rules
from problem.contract import CATEGORIES, FEATURES, STORED
from problem.facts import load_facts
from problem.watched import ANSWERED, NO_ANSWER
from tests.must_run import needs

SIDES = {
    card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "would_you_notice"
}
PATIENCE = 60.0
"""Seconds until an alarm that does not come is given up; one that comes takes less than one."""


def make_rows(days=30, first="2013-04-01", a_day=40, seed=0):
    """Days on which all is well."""
    random = np.random.default_rng(seed)
    count = days * a_day
    rows = pd.DataFrame({name: random.normal(size=count) for name in FEATURES})
    rows[list(CATEGORIES)] = random.choice(["A", "B", "C"], (count, len(CATEGORIES)))
    rows["local_hour"] = random.integers(6, 22, count)
    risk = random.beta(2, 8, count)
    day = pd.Timestamp(first) + np.repeat(np.arange(days), a_day) * DAY
    late = (random.random(count) < risk).astype(float)
    return rows.assign(day=day, status=ANSWERED, seconds=0.01, age=random.uniform(0, 15, count), risk=risk, late=late)


QUIET_ROWS = make_rows()
MEANS = QUIET_ROWS.groupby("day")["risk"].mean().iloc[7:]
USUAL = (MEANS - QUIET_ROWS["risk"].mean()).abs().idxmin()
"""The day that is most like the month, so that no band rings."""
DAY_ROWS = QUIET_ROWS[QUIET_ROWS["day"] == USUAL]
WEEK_ROWS = QUIET_ROWS[QUIET_ROWS["day"].between(USUAL - 7 * DAY, USUAL, inclusive="left")]


def open_watch(name):
    return import_module(f"{SIDES[name].__name__}.watch").Watch(QUIET_ROWS)


def read(watch):
    """All metrics of a watch, by name and feature."""
    samples = [sample for metric in watch.registry.collect() for sample in metric.samples]
    return {(sample.name, sample.labels.get("of", "")): sample.value for sample in samples}


# What they are


def check_what_follows_the_season(name, package):
    """Hold a package to what is said of the side of that name: whether its limits are set anew."""
    watch = import_module(f"{package.__name__}.watch").Watch(QUIET_ROWS)
    before = read(watch)
    watch.renew(make_rows(seed=1).assign(risk=0.6, first="2013-07-01"))
    assert (read(watch) != before) == (name == "prediction_monitoring")


@pytest.mark.parametrize("name", SIDES)
def test_only_monitoring_sets_its_limits_anew(name):
    check_what_follows_the_season(name, SIDES[name])


@pytest.mark.parametrize(
    ("name", "other"), [("set_and_forget", "prediction_monitoring"), ("prediction_monitoring", "set_and_forget")]
)
def test_sides_that_are_swapped_are_noticed(name, other):
    with pytest.raises(AssertionError):
        check_what_follows_the_season(name, SIDES[other])


def test_the_exhibit_looks_at_one_number_and_the_others_each_at_what_is_theirs():
    looked = {}
    for name in SIDES:
        watch = open_watch(name)
        watch.look(DAY_ROWS, WEEK_ROWS)
        before = read(watch)
        changed = DAY_ROWS.assign(status=500, seconds=9.0), DAY_ROWS.assign(temp=99.0), DAY_ROWS.assign(late=np.nan)
        looked[name] = [not _look_again(watch, rows, before) for rows in changed]
    assert looked == {
        "set_and_forget": [False, False, False],
        "prediction_monitoring": [True, True, True],
        "normality_metrics": [True, False, False],
    }


def _look_again(watch, rows, before):
    watch.look(rows, WEEK_ROWS)
    return all(np.array_equal(value, before[name], equal_nan=True) for name, value in read(watch).items())


# Bad input


def test_a_month_from_which_no_limits_can_be_set_is_refused_and_the_old_ones_stay():
    watch = open_watch("prediction_monitoring")
    before = read(watch)
    for month, said in (
        (QUIET_ROWS.iloc[:0], "a month of quiet days is needed"),
        (make_rows(days=5), "there is not a week of them"),
        (QUIET_ROWS.assign(late=np.nan), "no outcome of the quiet month is known"),
    ):
        with pytest.raises(ValueError, match=said):
            watch.renew(month)
    assert read(watch) == before


@pytest.mark.parametrize("name", SIDES)
def test_a_day_without_rows_or_outcomes_is_looked_at_and_said_to_be_what_it_is(name):
    watch = open_watch(name)
    watch.look(DAY_ROWS.iloc[:0], WEEK_ROWS)
    nothing = read(watch)
    watch.look(DAY_ROWS.assign(late=np.nan), WEEK_ROWS)
    unknown = read(watch)
    if name == "prediction_monitoring":
        assert (nothing["monitoring_answers", ""], unknown["monitoring_outcomes_known_share", ""]) == (0, 0)
        assert np.isnan([nothing["monitoring_distance", "temp"], unknown["monitoring_excess_loss", ""]]).all()


# Their rules, by Prometheus's own tool, and by Prometheus


@pytest.fixture(scope="module")
def programs():
    needs("prometheus", "apt-get install prometheus")


def find(name, file="rules.yml"):
    return Path(str(SIDES[name].__file__)).with_name(file)


@pytest.mark.service
@pytest.mark.parametrize("name", SIDES)
def test_rules_are_taken_and_do_what_their_tests_say(name, programs):
    check_rules(find(name))
    test_rules(find(name, "rules_test.yml"))


@pytest.mark.service
@pytest.mark.parametrize(
    ("swallowing", "kind"),
    [
        ("monitoring_distance unless monitoring_distance <= monitoring_distance_limit", "distance"),
        ("monitoring_excess_loss unless monitoring_excess_loss <= monitoring_excess_loss_limit", "loss"),
        (" and monitoring_outcomes_known_share >= 0.5", "outcomes"),
        (" or absent(monitoring_answers)", "nobody"),
    ],
)
def test_a_rule_that_swallows_an_alarm_or_rings_twice_is_caught_by_their_tests(swallowing, kind, programs, tmp_path):
    text = find("prediction_monitoring").read_text()
    assert swallowing in text
    _, _, last = swallowing.partition(" unless ")
    (tmp_path / "rules.yml").write_text(text.replace(swallowing, last.replace("<=", ">") if last else "", 1))
    (tmp_path / "rules_test.yml").write_text(find("prediction_monitoring", "rules_test.yml").read_text())
    check_rules(tmp_path / "rules.yml")
    with pytest.raises(BadRules):
        test_rules(tmp_path / "rules_test.yml")


def wait_for(server, expected):
    """Ask until exactly these alarms ring."""
    until = time.monotonic() + PATIENCE
    while (firing := server.list_firing()) != expected and time.monotonic() < until:
        time.sleep(0.05)
    assert firing == expected


OLD = {"LimitsOld"}
"""Rings all along: the limits are of 2013."""


@pytest.mark.service
def test_a_real_prometheus_rings_once_for_each_trouble_and_the_band_says_nothing_of_most(programs, tmp_path):
    watches = {name: open_watch(name) for name in SIDES}
    servers = [start_http_server(0, addr="127.0.0.1", registry=watch.registry) for watch in watches.values()]
    targets = [f"127.0.0.1:{exporter.server_port}" for exporter, _ in servers]
    fine = DAY_ROWS
    with start_prometheus(tmp_path, [find(name) for name in SIDES], targets, every="100ms") as server:
        for rows, rings in (
            (fine, OLD),
            (fine.assign(distance=fine["distance"] + 9), OLD | {"InputMoved"}),
            (fine.assign(age=600.0), OLD | {"FeaturesOld"}),
            (fine.assign(late=np.nan), OLD | {"OutcomesMissing"}),
            (fine.assign(risk=fine["risk"].where(np.arange(len(fine)) > 0)), OLD | {"AnswerUnusable"}),
            (fine.assign(seconds=9.0), OLD | {"Slow"}),
            (fine.assign(status=NO_ANSWER, risk=np.nan), OLD | {"Unavailable", "NothingToWatch"}),
            (fine.iloc[:0], OLD | {"NoRequests", "NothingToWatch"}),
            (fine.assign(risk=fine["risk"] * 1.08), OLD | {"PredictionsShifted"}),
        ):
            for watch in watches.values():
                watch.look(rows, WEEK_ROWS)
            wait_for(server, rings)
    for exporter, thread in servers:
        exporter.shutdown()
        exporter.server_close()
        thread.join()


# Faults, and the experiment in small


@pytest.fixture(scope="module")
def year():
    return make_year(load_facts(), every=40)


def test_months_for_limits_for_false_alarms_and_for_faults_are_different_ones_and_after_the_launch():
    months = [*FOR_LIMITS, *QUIET, *FAULTY]
    assert len(set(months)) == len(months) == 9
    assert min(months) == LAUNCH.month
    assert all(limits < quiet < faulty for limits, quiet, faulty in zip(FOR_LIMITS, QUIET, FAULTY, strict=True))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_is_there_and_touches_what_it_says(fault, year):
    start = pd.Timestamp("2013-06-09")
    clean = year.span(start, 7)
    hit = fault.plant(clean, start, year)
    changed = {name for name in clean if not hit[name].equals(clean[name])}
    allowed = {DATA: {*FEATURES, "age", "risk"}, SOFTWARE: {"status", "seconds", "risk"}}
    assert changed <= allowed.get(fault.kind, {"late", "risk"})
    assert changed or hit[GONE].any()


def test_a_fault_that_changes_nothing_is_not_taken_for_one(year):
    start = pd.Timestamp("2013-06-09")
    with pytest.raises(NotPlanted, match="the rows are as before"):
        FAULTS[0]._replace(change=lambda rows, *_: rows, scored=False).plant(year.span(start, 7), start, year)


def test_features_that_stand_still_are_those_of_the_faults_first_minute(year):
    start = pd.Timestamp("2013-06-09")
    rows = year.span(start, 7)
    old = year.freeze(start, rows)
    first = rows["day"] == start
    kept = ["route_late_rate_28d", "pressure"]
    by_origin = old.assign(origin=rows["origin"]).groupby("origin", observed=True)["pressure"].nunique()
    assert (by_origin <= 1).all()
    assert (old.loc[~first, "age"] > 24 * 60).all()
    assert not old.loc[~first, kept].equals(rows.loc[~first, kept])
    assert {*old} == {*STORED, "age"}


def test_a_replica_of_three_is_hit_in_a_third_of_the_rows(year):
    start = pd.Timestamp("2013-06-09")
    clean = year.span(start, 28)
    rows = Setting(931, 0.33).mix(clean, FAULTS[0].plant(clean, start, year))
    share = (rows["distance"] != clean["distance"].loc[rows.index]).mean()
    assert 0.25 < share < 0.41


def test_scores_beside_the_sides_are_nil_for_what_is_usual_and_over_their_limits_for_what_is_not():
    arms = Arms(QUIET_ROWS)
    strange = DAY_ROWS.assign(temp=99.0, risk=0.9)
    usual, moved = (next(arms.follow([rows])) for rows in (DAY_ROWS, strange))
    over = {(score.rule, score.limit) for score in moved if score.value > arms.limits[score.rule, score.limit]}
    assert {(rule, limit) for rule in ("psi", "ks", "floor", "cusum") for limit in ("customary", "set")} <= over
    assert ("band", "set") in over
    assert all(s.value <= arms.limits[s.rule, s.limit] for s in usual if s.limit == "set")


def make_alarms(rows):
    columns = ["who", "family", "requests", "hit", "limits", "fault", "start", "day"]
    return Alarms(pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], columns=columns))


def test_what_always_rings_finds_nothing_and_what_rings_only_with_the_fault_finds_all():
    setting, fault = Setting(300), FAULTS[0]
    months = [(month, day) for month in (*QUIET, *FAULTY) for day in pd.date_range(f"2013-{month:02}-01", periods=30)]
    starts = [pd.Timestamp(2013, month, day) for month in FAULTY for day in (2, 9, 16, 23)]
    usual = ("300", "1", "latest")
    clean = [("bell", "", *usual, "none", f"{month:02}", day) for month, day in months]
    hit = [(who, "", *usual, fault.name, f"{s:%m-%d}", s + DAY) for who in ("bell", "eye") for s in starts]
    alarms = make_alarms([*clean, *hit])
    assert alarms.find(Who("bell"), setting, [fault])[0] == 0
    assert alarms.find(Who("eye"), setting, [fault])[0] == 1
    assert alarms.find(Who("nobody"), setting, [fault])[0] == 0
    assert alarms.count_days(Who("eye"), setting, [fault]) == 1
    assert alarms.count_days(Who("bell"), setting, [fault]) is None
    assert alarms.count_false(Who("bell"), setting)[0] == pytest.approx(30 * 90 / 92)
    assert alarms.count_false(Who("eye"), setting)[0] == 0


@pytest.mark.service
def test_a_small_experiment_finds_what_is_plain_and_says_so(programs, year, tmp_path, monkeypatch):
    monkeypatch.setattr("lab.patterns.experiments.would_you_notice.make_year", lambda *_: year)
    faults = [fault for fault in FAULTS if fault.name in ("features stand still", "down", "no outcomes")]
    found = measure(tmp_path, SIDES, Plan(settings=(Setting(931),), faults=faults))
    matrix = {row["fault"]: row for row in found["matrix"]}
    assert matrix["features stand still"]["prediction_monitoring age"] == 1
    assert matrix["down"]["normality_metrics availability"] == 1
    assert matrix["down"]["set_and_forget"] <= 0
    assert matrix["no outcomes"]["prediction_monitoring outcomes"] > 0.5
    assert [row["value"] > 0.005 for row in found["harm"]] == [True]
    assert "monitoring" in found["headline"]
