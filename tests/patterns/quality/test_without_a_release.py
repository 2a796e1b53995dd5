"""Behaviour that is changed, and models by segment: each side keeps what it is, and what is wrong is named."""

import threading
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from lab.cards import read_cards
from lab.load.served_system import free_port
from lab.patterns.changed_delays import compare_delays, compare_looks, find_rates
from lab.patterns.changed_flags import find_behind
from lab.patterns.changed_incidents import Size
from lab.patterns.changed_releases import CODE, Releases, write_code
from lab.patterns.changed_rule_figures import count_copies
from lab.patterns.changed_rule_use import match, measure_use, tell_use
from lab.patterns.changed_rules import CELLS, EVERYTHING, NEVER, Weeks, Written, keep_rules, put_on_top
from lab.patterns.changed_switches import NO_FAULT, judge_switches
from lab.patterns.experiments.without_a_release import Plan, measure
from lab.patterns.segment_losses import NOBODY, fit_below
from lab.patterns.segment_rows import OTHER, TURNED, Season, make_season, misroute
from lab.patterns.watched_faults import FAULTS
from lab.patterns.watched_year import make_year
from measure.data.comparison import Word
from parts.answer_rules.rule_text import BadRules, read_rules, write_rules
from parts.flag_store.flag_store import DOOR, Answering, Server, publish
from parts.flag_store.follower import Follower
from parts.sized_learner.sized_learner import SMALL, USUAL, choose_size
from parts.treated_service.treated_service import NoModel, make_answerer, turn_odds
from problem.behaviour import TABLE, Rule, State, Treatment
from problem.contract import CATEGORIES, FEATURES
from problem.facts import load_facts

SIDES = {
    card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "without_a_release"
}
BEHAVIOURS, MODELS = ("redeploy", "parameter_based"), ("one_global_model", "condition_based")
LGA = Rule("LGA by table", {"origin": ["LGA"]}, Treatment(by=TABLE))
NIGHT = Rule("night", {"local_hour": [22, 23]}, Treatment(odds=2.0))
ROW = {name: 1.0 for name in FEATURES} | {"carrier": "UA", "origin": "LGA", "dest": "IAH"}
FOREVER = 3600.0
"""Seconds between two looks where a test looks by itself."""


class Shop:
    """A flag store in a thread, which can be closed and opened again."""

    def __init__(self, file):
        self.file, self.port = file, free_port()
        self.url = f"http://127.0.0.1:{self.port}{DOOR}"

    def open(self):
        handler = type("Here", (Answering,), {"file": self.file})
        self._server = Server(("127.0.0.1", self.port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def shop(tmp_path):
    store = Shop(tmp_path / "flags.json").open()
    publish(store.file, 1, ())
    yield store
    store.close()


def follow(shop, copy=None):
    heard: list = []
    follower = Follower(shop.url, FOREVER, heard.append, copy)
    follower.start()
    return follower, heard


# What they are


def open_behaviour(side, shop, monkeypatch):
    monkeypatch.setenv("FLAG_STORE", shop.url)
    monkeypatch.setenv("FLAG_SECONDS", str(FOREVER))
    return import_module(f"{side.__name__}.behaviour").Behaviour()


def check_what_a_change_takes(name, side, shop, monkeypatch):
    """Hold a package to what is said of the side of that name: whether a process that runs on hears of a change."""
    behaviour = open_behaviour(side, shop, monkeypatch)
    behaviour.start()
    assert behaviour.find_rule(ROW) is None
    publish(shop.file, 2, [LGA])
    if follower := getattr(behaviour, "_follower", None):
        follower.look()
    found = behaviour.find_rule(ROW)
    assert (found, behaviour.tell().version) == ((LGA, 2) if name == "parameter_based" else (None, 1))
    assert behaviour.find_rule(ROW | {"origin": "JFK"}) is None
    behaviour.close()


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_only_one_side_hears_of_a_change_while_it_runs(name, shop, monkeypatch):
    check_what_a_change_takes(name, SIDES[name], shop, monkeypatch)


@pytest.mark.parametrize(("name", "other"), [BEHAVIOURS, BEHAVIOURS[::-1]])
def test_sides_that_are_swapped_are_noticed(name, other, shop, monkeypatch):
    with pytest.raises(AssertionError):
        check_what_a_change_takes(name, SIDES[other], shop, monkeypatch)


def test_a_release_is_code_in_which_the_rules_stand(tmp_path):
    releases = Releases(SIDES["redeploy"], tmp_path / "releases")
    releases.release(2, [LGA, NIGHT])
    text = (releases.current / "antipatterns" / "quality" / "redeploy" / CODE).read_text()
    code: dict = {}
    exec(compile(text, CODE, "exec"), code)
    assert (code["RELEASE"], code["RULES"]) == (2, (LGA, NIGHT))
    assert code["Behaviour"]().find_rule(ROW) == LGA
    with pytest.raises(ValueError, match="the first release has no line"):
        write_code(text, 3, ())


# Rules as text


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ([LGA, LGA], "two rules have one name"),
        ([LGA._replace(name="")], "it has no name"),
        ([LGA._replace(when={"orign": ["LGA"]})], "'orign' is no feature"),
        ([LGA._replace(when={"origin": []})], "origin is to have a list of values"),
        ([LGA._replace(when={"origin": ["LGA", 1.0]})], "1.0 is no text, as origin is"),
        ([LGA._replace(when={"local_hour": ["22"]})], "'22' is no number, as local_hour is"),
        ([LGA._replace(when={"local_hour": [True]})], "True is no number, as local_hour is"),
        ([LGA._replace(then=Treatment(by="oracle"))], "'oracle' answers nothing"),
        ([LGA._replace(then=Treatment(without=("tmp",)))], "'tmp' is no feature"),
        ([NIGHT._replace(then=Treatment(odds=float("nan")))], "odds are multiplied by a number above 0"),
        ([NIGHT._replace(then=Treatment(odds=0.0))], "odds are multiplied by a number above 0"),
    ],
)
def test_rules_that_would_do_nothing_or_harm_are_refused_and_the_old_ones_stay(rules, says, tmp_path):
    file = tmp_path / "flags.json"
    publish(file, 1, [NIGHT])
    before = file.read_bytes()
    with pytest.raises(BadRules, match=says):
        publish(file, 2, rules)
    assert file.read_bytes() == before


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b'{"version": "1", "rules": []}', b'{"version": 1, "rules": [1]}'])
def test_a_text_that_is_no_list_of_rules_is_refused_in_one_line(text):
    with pytest.raises(BadRules) as error:
        read_rules(text)
    assert "\n" not in str(error.value)


def test_rules_are_read_as_they_were_written():
    assert read_rules(write_rules(7, [LGA, NIGHT])) == (7, (LGA, NIGHT))


def test_a_treatment_is_what_its_words_say(tmp_path):
    assert turn_odds(0.2, Treatment(odds=2.0)) == pytest.approx((2 * 0.25) / (1 + 2 * 0.25))
    assert turn_odds(0.2, Treatment()) == pytest.approx(0.2)
    with pytest.raises(NoModel, match="put them there"):
        make_answerer(tmp_path, SIDES["redeploy"])


# A store that is down, and a replica that has not heard


def test_a_store_that_is_down_changes_nothing_for_whoever_heard_before(shop, tmp_path):
    follower, heard = follow(shop)
    publish(shop.file, 2, [LGA])
    follower.look()
    shop.close()
    follower.look()
    assert (heard[-1].rules, follower.tell().version) == ((LGA,), 2)
    assert "the store does not answer" in follower.tell().trouble
    shop.open()
    follower.look()
    assert follower.tell().trouble == ""
    follower.close()


def test_whoever_starts_while_it_is_down_knows_what_its_copy_says_and_nothing_without_one(shop, tmp_path):
    publish(shop.file, 2, [LGA])
    follow(shop, tmp_path / "copy.json")[0].close()
    shop.close()
    (with_copy, heard), (without, nothing) = follow(shop, tmp_path / "copy.json"), follow(shop)
    assert (with_copy.tell().version, heard[-1].rules) == (2, (LGA,))
    assert (without.tell().version, nothing) == (0, [])
    (tmp_path / "copy.json").write_bytes(b"{half")
    damaged, _ = follow(shop, tmp_path / "copy.json")
    assert damaged.tell().version == 0
    assert "its own copy has no rules" in damaged.tell().trouble
    for each in (with_copy, without, damaged):
        each.close()
    shop.open()


def test_what_the_store_says_wrongly_is_not_followed(shop, tmp_path):
    follower, heard = follow(shop, tmp_path / "no such folder" / "copy.json")
    assert "no copy can be kept" in follower.tell().trouble
    shop.file.write_bytes(b'{"version": 2, "rules": [{"name": "LGA"}]}')
    follower.look()
    assert (len(heard), follower.tell().version) == (1, 1)
    assert "rule 1 is not name, when and then" in follower.tell().trouble
    follower.close()


def test_a_replica_that_has_not_heard_is_named_and_nobody_else(shop):
    hears, deaf = follow(shop)[0], follow(Shop(shop.file))[0]
    publish(shop.file, 2, [LGA])
    hears.look()
    told = {"hears": hears.tell(), "deaf": deaf.tell(), "gone": None}
    behind = find_behind(told, every=1.0)
    assert [*behind] == ["deaf", "gone"]
    assert "has version 0, others have 2; the store does not answer" in behind["deaf"]
    asleep = {"looks": State(2, age=0.5), "asleep": State(2, age=9_999.0)}
    assert find_behind(asleep, every=1.0) == {"asleep": "was told nothing since: it does not look"}
    half_way = {"first": State(2), "second": State(1)}
    assert [*find_behind(half_way, every=1.0)] == ["second"]
    for each in (hears, deaf):
        each.close()


# Rules that pile up


def test_a_rule_that_shadows_another_is_named():
    rows = pd.DataFrame(
        {"origin": ["LGA", "LGA", "JFK"], "carrier": ["UA", "DL", "UA"], "local_hour": [9.0, 22.0, 9.0]}
    )
    narrow = Rule("LGA UA", {"origin": ["LGA"], "carrier": ["UA"]}, Treatment(odds=2.0))
    assert tell_use([LGA, narrow, NIGHT], rows) == [
        "LGA UA is shadowed by LGA by table",
        "night is shadowed by LGA by table",
    ]
    assert tell_use([narrow, LGA, NIGHT._replace(when={"local_hour": [3]})], rows) == [
        "night is for none of 3 questions"
    ]
    use = measure_use(match([narrow, LGA], rows))
    assert [(each.matched, each.fired, each.taken_by) for each in use] == [(1, 1, ()), (2, 1, (0,))]


def test_whoever_writes_a_rule_for_the_same_cell_edits_the_one_that_is_there():
    first, other, again = (Written(("origin",), code, 2.0, week) for code, week in ((0, 1), (1, 1), (0, 3)))
    assert put_on_top([again], [first, other]) == [again, other]
    assert [count_copies([first, other, again], lifetime) for lifetime in (1, 2, NEVER)] == [0, 0, 1]


# Which is sooner


def test_a_word_needs_the_usual_look_and_the_latest():
    """A restart in 10 s against a look every 15 s, which comes after 7.5 s on the mean: neither is sooner."""
    released = [{"replicas": 1, "seconds": [10.0]}]
    words = {row["every"]: row["word"] for row in compare_delays(released, gates=[0.0]) if row["replicas"] == 1}
    assert (words[5.0], words[15.0], words[30.0]) == (Word.WORSE, Word.CANNOT_TELL, Word.BETTER)
    rates = {row["every"]: row["a_day"] for row in find_rates(released, gates=[0.0])}
    assert (rates[15.0], rates[60.0]) == (pytest.approx(86_400 * 10 / 2.5), None)


def test_the_first_replicas_of_a_fleet_are_a_smaller_fleet():
    heard = [{"every": 2.0, "seconds": [0.2, 1.8, 0.4, 0.6]}, {"every": 2.0, "seconds": [0.4, 0.2, 1.0, 1.9]}]
    assert [row["last"] for row in compare_looks(heard)] == pytest.approx([0.3, 1.1, 1.85])


@pytest.fixture(scope="module")
def year():
    return make_year(load_facts(), every=40)


def test_a_year_without_rules_is_as_the_model_said_and_names_lead_back_to_the_rows(year):
    weeks = Weeks(year, CELLS)
    assert (keep_rules(weeks, NEVER, off=2.0).risk == weeks.risk).all()
    kept = keep_rules(weeks, NEVER, off=0.02)
    assert len(kept.rules) == len(kept.written) - count_copies(kept.written, NEVER) > 0
    for rule in kept.rules[:3]:
        places = np.arange(len(weeks.rows))
        assert (match([weeks.name(rule)], weeks.rows) == weeks.match([rule], places)).all()


def test_one_factor_mends_a_model_that_is_off_all_year(year):
    doubled = year._replace(rows=year.rows.assign(risk=year.rows["risk"] * 0.5))
    weeks = Weeks(doubled, [EVERYTHING])
    kept = keep_rules(weeks, 1, off=0.0)
    assert abs(kept.risk.mean() - weeks.late.mean()) < abs(weeks.risk.mean() - weeks.late.mean())


def test_nulls_are_nothing_for_a_fault_of_nulls_and_the_table_has_one_price(year):
    missing = next(fault for fault in FAULTS if fault.name == "weather missing")
    none, found = judge_switches(year, [missing])
    assert (none["fault"], none["nothing"]["value"], none["nulls"]) == (NO_FAULT, 0.0, None)
    assert found["nulls"]["value"] == pytest.approx(found["nothing"]["value"])
    assert found["table"]["value"] == pytest.approx(none["table"]["value"])


# Models by segment


@pytest.fixture(scope="module")
def season(year):
    return make_season(year)


def test_models_by_segment_are_asked_each_for_its_own_and_the_one_for_all_for_the_rest(season):
    one, several = (import_module(f"{SIDES[name].__name__}.models") for name in MODELS)
    for_all = one.Models(season.known, "origin")
    own = several.Models(season.known, "origin", least=100, for_all=for_all.model)
    few = several.Models(season.known, "origin", least=10**9)
    rows = season.judged.head(50)
    strange = rows.assign(origin="XXX")
    assert (for_all.count, few.count, own.count) == (1, 1, 1 + season.known["origin"].nunique())
    for asked in (rows, strange):
        assert np.array_equal(few.predict(asked), for_all.predict(asked))
    assert np.array_equal(own.predict(strange), for_all.predict(strange))
    assert (own.predict(rows) != for_all.predict(rows)).all()


def test_the_size_is_the_one_that_the_latest_rows_ask_for(season, monkeypatch):
    random = np.random.default_rng(0)
    few = season.known.head(400).assign(late=random.integers(0, 2, 400))
    odd = season.known.assign(late=(season.known["local_hour"] % 2 == 1) * 1)
    assert (choose_size(few), choose_size(odd)) == (SMALL, USUAL)
    assert choose_size(few.assign(late=[0] * 399 + [1])) == SMALL
    monkeypatch.setattr("parts.sized_learner.sized_learner.MANY", 400)
    assert choose_size(few) == USUAL


def test_segments_below_the_guard_are_apart_from_those_above(season, monkeypatch):
    one, side = (import_module(f"{SIDES[name].__name__}.models") for name in MODELS)
    monkeypatch.setattr(side, "LEAST", 300)
    for_all = one.Models(season.known, "carrier").model
    above, below = side.Models(season.known, "carrier", 300, for_all), fit_below(season, "carrier", side, for_all)
    assert above.own
    assert below.own
    assert not set(above.own) & set(below.own)


def test_an_airport_that_differs_looks_as_before_and_means_the_opposite(season):
    changed = season.differ(1)
    name, there = TURNED[0], season.known["origin"] == OTHER
    assert changed.known[~there].equals(season.known[~there])
    before, after = (of.known.loc[there, name] for of in (season, changed))
    assert before.isna().equals(after.isna())
    assert (after.min(), after.max()) == (before.min(), before.max())
    assert before.corr(after, method="spearman") < -0.99


def test_an_own_model_does_not_care_about_that(season):
    models = import_module(f"{SIDES['condition_based'].__name__}.models").Models
    lost = []
    for of in (season, season.differ(3)):
        here = Season(*(rows[rows["origin"] == OTHER] for rows in of))
        lost.append(here.lose(models(here.known, "origin", 100, for_all=NOBODY).predict(here.judged)).mean())
    assert lost[0] == pytest.approx(lost[1], abs=0.03)


def test_a_wrong_way_is_as_frequent_as_it_is_said(season):
    wrong = misroute(season.judged, "carrier", 0.2)["carrier"] != season.judged["carrier"]
    assert 0.1 < wrong.mean() < 0.2
    assert not (misroute(season.judged, "carrier", 0.0)["carrier"] != season.judged["carrier"]).any()
    assert {season.known[name].dtype.kind for name in CATEGORIES} == {"O"}


# In small


@pytest.mark.service
def test_a_small_experiment_changes_real_processes_and_says_what_it_found(year, tmp_path, monkeypatch):
    monkeypatch.setattr("lab.patterns.experiments.without_a_release.make_year", lambda *_: year)
    monkeypatch.setattr(import_module(f"{SIDES['condition_based'].__name__}.models"), "LEAST", 100)
    plan = Plan(
        size=Size(fleets=[1], followers=2, every=0.3, rarely=(), released=1, heard=1),
        faults=[FAULTS[0]],
        lifetimes=(NEVER,),
        segments=("origin", "local_hour"),
        shares=(1.0,),
        different=(12,),
        different_shares=(1.0,),
    )
    found = measure(tmp_path, SIDES, plan)
    incidents = found["behaviour"]["incidents"]
    assert {(row["side"], row["replicas"]) for row in incidents["times"]} == {
        ("redeploy", 1),
        ("parameter_based", 2),
    }
    lost = {(row["side"], row["replicas"]): row["lost"] for row in incidents["times"]}
    assert lost["redeploy", 1] > 0
    assert lost["parameter_based", 2] == 0
    events = {row["event"]: row for row in incidents["store"]}
    assert [events[name]["wrong"] for name in ("switched", "store down", "restarted with a copy")] == [0, 0, 0]
    assert events["restarted without a copy"]["wrong"] == 1
    assert "has version 0" in events["restarted without a copy"]["own"]
    assert (events["store back"]["wrong"], events["store back"]["behind"]) == (0, 0)
    assert [row["side"] for row in found["segments"]["jumps"]] == ["own", "global", "two halves of one hour"]
    assert found["headline"]
