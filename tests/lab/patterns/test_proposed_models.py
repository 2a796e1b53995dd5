"""Desk, knock-on, coins and futures on cases that are known by hand; and the replay against a trial that really ran."""

from importlib import import_module
from typing import cast

import numpy as np
import pandas as pd
import pytest

from lab.cards import read_cards
from lab.patterns import proposed_desk, proposed_evidence
from lab.patterns.experiments.which_is_better import Season, Size, measure_all
from lab.patterns.peeked_tests import AT_THE_END, EVERY_DAY, SEQUENCE, Units, count_claims
from lab.patterns.proposed_desk import Rivals, Throw, grant, throw
from lab.patterns.proposed_evidence import Coins, Evidence, Gathered, Service
from lab.patterns.proposed_flights import Flights, find_turns
from lab.patterns.proposed_futures import (
    AHEAD,
    COMPLAINT,
    SHOWN,
    WEEK,
    Future,
    Trialled,
    draw_future,
    passes,
    run_stages,
    try_candidate,
)
from lab.patterns.proposed_models import BROKEN, LEAKY, SLOW, SOUND, Proposal, slow_down
from lab.patterns.proposed_recipes import list_recipes
from lab.patterns.proposed_vectors import break_rows, read_as_of
from lab.patterns.proposed_verdicts import Way, find_turn, lose
from parts.model_trial.model_trial import ModelTrial, Stage
from problem.contract import FEATURES
from problem.questions import NOTICE
from problem.which_is_better import Arm, Decision, Models, Past, Question, Result, Seen, Verdict

SIDES = {card.id: import_module(card.package) for card in read_cards().values() if card.experiment == "which_is_better"}
EACH = 60
"""Flights a day."""


def make_flights(days=182, seed=0, pull=0.5):
    """Days of flights at two airports; aircraft fly three times a day."""
    random = np.random.default_rng(seed)
    count = days * EACH
    day, place = np.repeat(np.arange(days), EACH), np.tile(np.arange(EACH), days)
    scheduled = pd.Timestamp("2013-07-01", tz="UTC") + pd.to_timedelta(day * 24 * 60 + place * 3, unit="min")
    aircraft = place % 20
    asked = pd.DataFrame({"flight_id": np.arange(count), "scheduled_at": scheduled})
    asked["origin"] = np.where(place % 2, "A", "B")
    asked["tailnum"] = [f"N{number}" for number in aircraft]
    slot = asked.groupby(["origin", asked["scheduled_at"].dt.floor("h")]).ngroup().to_numpy()
    unit = day * 20 + aircraft
    late = random.random(count) < 0.1 + 0.3 * (random.random(days) < 0.2)[day]
    before, turns = find_turns(unit, scheduled.to_numpy())
    pulled = late & (before >= 0) & late[before] & (random.random(count) < pull)
    unit_day = np.repeat(np.arange(days), 20)
    left = np.ones(count, bool)
    return Flights(asked, day, slot, unit, unit_day, late, left, before, turns, random.random(count), pulled)


def make_risk(flights, knows, seed):
    """A model that knows so much of what comes."""
    noise = np.random.default_rng(seed).random(len(flights.late))
    return np.clip(knows * np.where(flights.late, 0.8, 0.1) + (1 - knows) * noise * 0.6, 0.01, 0.99)


@pytest.fixture(scope="module")
def served():
    return make_flights()


# The world


def test_a_block_makes_punctual_as_many_as_the_share_says_and_what_they_pulled_along(served):
    everybody = np.ones(len(served.late), bool)
    assert (served.live(everybody, 0.0) == served.late).all()
    assert (served.live(~everybody, 0.3) == served.late).all()
    spared = served.late & ~served.live(everybody, 0.3)
    direct = served.late & (served.luck < 0.3)
    assert direct.sum() / served.late.sum() == pytest.approx(0.3, abs=0.03)
    along = spared & ~direct
    assert along.any()
    assert served.pulled[along].all()
    assert spared[served.before[along]].all()


def test_turns_follow_one_another_by_aircraft_and_day(served):
    assert [len(turn) for turn in served.turns] == [len(served.late) // 3] * 2
    for turn in served.turns:
        before = served.before[turn]
        assert (served.unit[before] == served.unit[turn]).all()
        assert (served.asked["scheduled_at"].to_numpy()[before] < served.asked["scheduled_at"].to_numpy()[turn]).all()


def test_what_is_the_same_as_the_champion_is_worth_nothing_and_every_way_says_so(served):
    ours = make_risk(served, 0.5, 1)
    granted = grant(served, Rivals(ours, ours, 0))
    service = Service(served, granted, 0.1)
    seen = service.gather(granted, Seen(1, 1, 0.0, 0.0, 1), 0.0)
    assert (seen.full == service.full).all()
    assert (seen.shadow == 0).all()
    assert (seen.differing.squares == 0).all()
    assert abs(seen.every.estimate()) < 3 * np.sqrt(seen.every.squares.sum()) / 4 / served.days


@pytest.mark.parametrize("knows", [0.2, 0.8])
def test_every_way_finds_what_a_candidate_is_worth_and_a_shadow_exactly_where_nothing_changes(served, knows):
    ours, theirs = make_risk(served, 0.5, 1), make_risk(served, knows, 2)
    granted = grant(served, Rivals(ours, theirs, 0))
    service = Service(served, grant(served, Rivals(ours, ours, 0)), 0.0)
    seen = service.gather(granted, Seen(1, 1, 0.0, 0.0, 1), 0.0)
    worth = (seen.full - service.full).mean()
    assert (seen.shadow * service.counts).mean() == pytest.approx(worth)
    assert worth * (0.5 - knows) > 0  # the one that knows more is worth more
    for coins in (seen.every, seen.differing):
        spread = np.sqrt(coins.squares.sum()) / proposed_desk.COINS / served.days
        halves = 0.3 * abs(worth)  # seats are rounded up, so two halves of an hour have one more
        assert coins.estimate() == pytest.approx(worth, abs=4 * spread + halves)
    assert seen.differing.squares.sum() < seen.every.squares.sum()


def test_in_one_pool_whoever_says_higher_risks_takes_the_others_seats(served):
    ours = make_risk(served, 0.5, 1)
    louder = np.clip(1.5 * make_risk(served, 0.5, 2), 0, 0.99)
    granted = grant(served, Rivals(ours, louder, 0))
    shares = []
    pool = [*throw(served, Rivals(ours, louder, 0), served.unit, served.unit_day, apart=False)]
    for thrown in (granted.thrown, pool):
        theirs = [each.theirs[each.unit] for each in thrown]
        given = [each.given for each in thrown]
        shares.append(np.mean([of[mine].mean() / of[~mine].mean() for of, mine in zip(given, theirs, strict=True)]))
    assert shares[1] > 1.5 * shares[0]


def test_a_shadow_counts_what_the_champions_blocks_changed_for_whoever_gives_none(served):
    ours, never = make_risk(served, 0.8, 1), np.full(len(served.late), 0.01)
    gaps = []
    for share in (0.0, 0.3):
        service = Service(served, grant(served, Rivals(ours, ours, 0)), share)
        seen = service.gather(grant(served, Rivals(ours, never, 0)), Seen(1, 1, 0.0, 0.0, 1), 0.0)
        gaps.append((seen.shadow * service.counts).mean() - (seen.full - service.full).mean())
    assert gaps[0] == pytest.approx(0)
    assert gaps[1] < -1


# The replay is what a trial sees that really runs


class OneStage(ModelTrial):
    """A trial that never decides."""

    limit = 60.0


def run_trial(home, flights, ours, theirs, stage):
    """Ask a real trial about all flights, give out seats by what it answers, and tell it; what it has seen, and the
    coins that it threw."""
    models = Models(lambda row: ours[row["place"]], lambda row: theirs[row["place"]], lambda row: 0.2)
    past = Past(np.repeat(np.arange(9), 2), np.tile([True, False], 9), np.full(18, 0.5), np.tile([0.8, 0.1], 9))
    trial = type("Trial", (OneStage,), {"stages": (stage,)})(home, models, past)
    columns = (flights.day, flights.slot, flights.asked["tailnum"])
    asked = [
        Question(f"{place}", f"{day:03d}", f"{slot}", tail, {"place": place})
        for place, (day, slot, tail) in enumerate(zip(*columns, strict=True))
    ]
    answers = [trial.answer(question) for question in asked]
    while any(not each.done() for of in trial._asked.values() for each in [*of._under_way]):
        pass
    mine = np.array([answer.arm == Arm.CANDIDATE for answer in answers])
    given = proposed_desk.give_out(2 * flights.slot + mine, np.array([answer.risk for answer in answers]))
    late = flights.live(given, 0.3)
    costs = proposed_evidence.price(given, late)
    rows = zip(asked, late.tolist(), costs.tolist(), strict=True)
    trial.learn(Result(question.request_id, was, cost) for question, was, cost in rows)
    return trial.see(stage), mine, given


def wait(seen):
    return Verdict(Decision.GO_ON, "")


@pytest.mark.parametrize(("coin", "beside"), [(False, True), (True, False), (True, True)])
def test_the_replay_sees_what_a_trial_sees_that_really_runs(coin, beside, tmp_path):
    flights = make_flights(days=5)
    ours, theirs = make_risk(flights, 0.5, 1), make_risk(flights, 0.8, 2)
    seen, mine, given = run_trial(tmp_path / "trial", flights, ours, theirs, Stage("x", wait, coin, beside))
    granted = grant(flights, Rivals(ours, theirs, 0))
    service = Service(flights, grant(flights, Rivals(ours, ours, 0)), 0.3)
    if coin:
        heads = np.zeros(len(flights.unit_day), bool)
        heads[flights.unit] = mine
        thrown = Throw(flights.unit, flights.unit_day, heads, given)
        totals, squares = service.sum_coins(thrown, service.price_thrown(thrown), granted.differ if beside else None)
    else:
        totals = service.gather(granted, Seen(1, 1, 0.0, 0.0, 1), 0.0).shadow
        squares = totals**2
    assert (seen.days, seen.flights, seen.missing) == (5, 5 * EACH, 0.0)
    assert (seen.total, seen.squares) == pytest.approx((totals.sum(), squares.sum()))


# Futures


DAYS = 26 * WEEK
WON, LOST = Seen(30, 30, -3.0, 0.4, 1000), Seen(30, 30, 3.0, 0.4, 1000)


def make_gathered(theirs, past=WON, shadow=0.0):
    """A champion that costs 100 blocks a day, and a candidate that costs so many."""

    class Costs:
        full, counts = np.full(DAYS, 100.0), np.full(DAYS, 50.0)

    full = np.array(theirs) if np.ndim(theirs) else np.full(DAYS, float(theirs))
    none = Coins(np.zeros((4, DAYS)), np.ones((4, DAYS)))
    evidence = Evidence(past, full, np.full(DAYS, shadow), none, none, np.full((4, DAYS), 95.0), 0.0)
    return Gathered(cast(Service, Costs), {"one": evidence})


def decide_after(days, decision, shown=True, difference=-0.1, coin=False):
    def judge(seen):
        return Verdict(decision if seen.days >= days else Decision.GO_ON, "", difference, shown)

    return Stage("x", judge, coin=coin, beside=True)


FUTURE = Future(np.arange(14 * WEEK), np.zeros(14 * WEEK, np.int64))


def propose(stages, gathered, rule=SHOWN):
    return try_candidate(stages, run_stages(stages, gathered, "one", FUTURE), gathered, "one", FUTURE, rule)


def test_whoever_is_released_at_once_or_never_or_late_loses_by_that():
    assert propose((), make_gathered(90)).lost == 0
    assert propose((), make_gathered(110)).lost == pytest.approx(10)
    assert propose((), make_gathered(90, LOST)).lost == pytest.approx(10)
    late = propose((decide_after(14, Decision.PASS),), make_gathered(90))
    assert (late.lost, late.days, late.twice, late.released) == (pytest.approx(10 * 14 / 84), 14, 14, True)


def test_half_of_the_flights_cost_what_they_cost_while_a_coin_decides():
    stopped = propose((decide_after(7, Decision.REFUSE, coin=True),), make_gathered(90))
    assert stopped.lost == pytest.approx((7 * 5 + 77 * 10) / 84)


def test_the_one_that_is_ahead_wins_by_that_rule_alone_and_only_where_nothing_is_shown():
    unknown = (decide_after(14, Decision.REFUSE, shown=False),)
    assert [propose(unknown, make_gathered(90), rule).released for rule in (SHOWN, AHEAD)] == [False, True]
    assert not passes(Verdict(Decision.REFUSE, "", -0.1, shown=True), AHEAD)
    assert not passes(Verdict(Decision.REFUSE, "", 0.1, shown=False), AHEAD)


def test_a_model_is_taken_back_on_a_complaint_that_weather_can_make_too():
    dear = propose((), make_gathered(130), COMPLAINT)
    assert (dear.taken_back, dear.lost) == (True, pytest.approx(30 * 14 / 84))
    assert not propose((), make_gathered(110), COMPLAINT).taken_back
    assert not propose((), make_gathered(130)).taken_back


def test_a_future_is_made_of_whole_weeks_and_a_week_that_comes_again_has_other_coins():
    future = draw_future(3, seed=1)
    assert len(future.days) == 14 * WEEK
    assert (future.days.reshape(-1, WEEK) % WEEK == np.arange(WEEK)).all()
    weeks, throws = future.days[::WEEK] // WEEK, future.throws[::WEEK]
    assert {(throws[weeks == week] == np.arange((weeks == week).sum()) % 4).all() for week in range(3)} == {True}


def test_a_turn_is_where_the_last_word_begins_to_hold():
    words = {0.0: "worse", 0.1: "better", 0.2: "cannot tell", 0.3: "better", 0.4: "better"}
    assert find_turn(words) == {"first": "worse", "last": "better", "at": 0.3}


# A/A tests


def test_claims_are_counted_over_all_looks():
    random = np.random.default_rng(0)
    units = Units(random.exponential(1.0, 28 * 100) - 1, np.repeat(np.arange(28), 100), np.arange(28 * 100))
    claims = count_claims(units, 400, seed=1)
    assert claims[SEQUENCE] <= 20
    assert claims[EVERY_DAY] > 3 * claims[AT_THE_END] / 2 > 0
    same_again = np.tile(units.values[:100], 28)
    for_good = units._replace(coin=np.tile(np.arange(100), 28), values=same_again)
    assert count_claims(for_good, 400, seed=1)[SEQUENCE] > 40


# Candidates


@pytest.fixture(scope="module")
def january(facts):
    """A part of the facts, which is quicker to look through."""
    return facts.only(facts.flights["flight_id"].iloc[15_000:22_000])


def test_there_are_sixteen_recipes_and_a_champions_and_they_say_probabilities(january):
    recipes = list_recipes(usual=1)
    assert len(recipes) == 17
    asked = january.flights.iloc[5_000:5_600].assign(asked_at=lambda rows: rows["scheduled_at"] - NOTICE)
    rows = read_as_of(january, asked.reset_index(drop=True), -NOTICE)
    rows["day"] = np.where(np.arange(len(rows)) < 400, np.datetime64("2013-02-01"), np.datetime64("2013-05-01"))
    rows["late"] = np.arange(len(rows)) % 3 == 0
    for name in ("in force", "by airport", "without weather", "latest count twice", "bag"):
        risk = recipes[name](rows)(rows)
        assert ((risk > 0) & (risk < 1)).all()


def test_what_is_read_too_late_knows_what_came_and_what_is_broken_is_another_vector(january):
    asked = january.flights.iloc[5_000:5_300].assign(asked_at=lambda rows: rows["scheduled_at"] - NOTICE)
    asked = asked.reset_index(drop=True)
    right, leaky = (read_as_of(january, asked, after) for after in (-NOTICE, 8 * NOTICE))
    known = [np.corrcoef(of["aircraft_last_arr_delay"].fillna(0), right["late"])[0, 1] for of in (right, leaky)]
    assert known[1] > known[0] + 0.2
    assert (right["minutes_to_departure"] == leaky["minutes_to_departure"]).all()
    for name, rows in break_rows(january, right, asked).items():
        assert not rows[[*FEATURES]].equals(right[[*FEATURES]]), name
        assert rows["late"].equals(right["late"]), name


def test_a_slow_model_is_late_when_many_ask_and_the_table_answers_then(served):
    grown = Proposal("grown", SOUND, np.zeros(1), np.full(len(served.late), 0.9))
    fast, slow = (slow_down(grown, served, np.full(len(served.late), 0.1), median) for median in (0.001, 0.1))
    assert (fast.missing, fast.kind) == (0.0, SLOW)
    assert 0.3 < slow.missing < 0.7
    assert (slow.served == 0.1).mean() == slow.missing


# All of it, small


def test_a_small_experiment_tells_what_every_way_loses(served):
    past = make_flights(days=30, seed=5)

    def make(name, kind, before, after):
        return Proposal(name, kind, make_risk(past, before, len(name)), make_risk(served, after, len(name)))

    proposals = [make("champion", SOUND, 0.5, 0.5), make("better", SOUND, 0.8, 0.8), make("leaky", LEAKY, 0.8, 0.2)]
    proposals += [make("slow", SLOW, 0.8, 0.2), make("broken", BROKEN, 0.8, 0.2)]
    season = Season(proposals, past, served)
    result = measure_all(season, make("table", SOUND, 0.2, 0.2), SIDES, Size((0.1, 0.3), futures=8, tests=40))
    lost = {(row["side"], row["rule"]): row for row in result["ways"] if row["share"] == 0.1}
    assert len(result["ways"]) == 2 * 8
    assert lost["offline_only", SHOWN]["worse_released"] == 1
    assert lost["shadow_ab", SHOWN]["lost"]["value"] < lost["offline_only", SHOWN]["lost"]["value"]
    assert {row["seeming"] for row in result["seeming"]} == {0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0}
    assert [len(result[name]) for name in ("errors", "same", "ranks")] == [4, 3, 4]
    assert "offline only" in result["headline"]


def test_weights_of_the_second_dial_lead_from_the_sound_ones_to_the_others():
    kinds = {"champion": SOUND, "a": SOUND, "b": SLOW}
    proposals = [Proposal(name, kind, np.zeros(1), np.zeros(1)) for name, kind in kinds.items()]
    way, of = Way("side", SHOWN), Trialled(1.0, released=False, taken_back=False, days=0, twice=0)
    tried = {(way, "a"): [of], (way, "b"): [of._replace(lost=5.0)]}
    assert [lose(tried, way, proposals, seeming)[0] for seeming in (0.0, 0.25, 1.0)] == [1.0, 2.0, 5.0]
