"""Replays of searches on tables that are known by hand."""

from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest

from lab.cards import read_cards
from lab.patterns.experiments import search
from lab.patterns.search_looks import (
    BASE,
    EARLIER,
    TEST,
    Looks,
    compare_guides,
    estimate_optimism,
    estimate_price_of_looks,
    replay_looks,
    sum_up_looks,
)
from lab.patterns.search_table import Table, measure_table, split_year
from lab.patterns.search_turns import compare_ways, draw_means, estimate_difference, find_enough
from lab.patterns.search_ways import (
    BUDGETS,
    DOWN,
    HAND,
    RANDOM,
    TPE,
    UP,
    Trail,
    choose,
    choose_all,
    follow,
    list_ways,
    place_windows,
    replay_ways,
)
from lab.patterns.weekly_models import make_year
from measure.data.comparison import Word
from problem.search import GRID, STUDY

SIDES = {card.id: card.package for card in read_cards().values() if card.experiment == "search"}
WAYS = list_ways({name: import_module(f"{package}.searcher").Searcher for name, package in SIDES.items()})
DAYS, COUNT = 182, len(GRID)


def make_table(quality, noise=0.0, seed=0, flights=100.0):
    """Settings of a known ``quality`` (nats a flight), the same every day but for noise (of a day's mean)."""
    random = np.random.default_rng(seed)
    losses = (np.reshape(quality, (-1, 1)) + random.normal(0, noise, (COUNT, DAYS))) * flights
    return Table(losses, np.full(DAYS, flights), np.ones(COUNT), np.ones(COUNT))


ALIKE = np.full(COUNT, 0.5)
SLOPE = 0.5 + np.arange(COUNT) / 1000


def test_a_table_gives_means_of_windows_and_of_fresh_months():
    table = make_table(SLOPE)
    assert table.judged == 91
    assert table.mean(3, 7) == pytest.approx(SLOPE)
    assert table.fresh == pytest.approx(SLOPE)


def test_a_table_outlives_its_record():
    table = make_table(SLOPE, noise=0.01)
    again = Table.from_json(table.to_json())
    assert again.fresh == pytest.approx(table.fresh, abs=1e-5)
    assert again.mean(7, 28) == pytest.approx(table.mean(7, 28), abs=1e-5)
    assert list(again.work) == list(table.work)


@pytest.mark.parametrize("days", [1, 7, 28])
def test_windows_do_not_meet_and_lie_before_the_fresh_months(days):
    for earlier, test in place_windows(300, days, 91):
        assert 0 <= earlier <= test - days <= 91 - 2 * days


def test_what_was_chosen_is_the_best_within_the_work():
    trail, losses = Trail([5, 2, 9, 0], 0.0), SLOPE
    work = np.ones(COUNT)
    assert [choose(trail, losses, work, budget) for budget in (1, 2, 3, 4, 80)] == [5, 2, 2, 0, 0]
    work[2] = 10.0
    assert [choose(trail, losses, work, budget) for budget in (0.5, 10, 11, 12)] == [5, 5, 2, 2]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_tries_no_settings_twice_and_a_seed_always_the_same(way):
    first, again, other = (follow(WAYS[way](seed), SLOPE, 40).places for seed in (1, 1, 2))
    assert first == again
    assert len(first) == len(set(first)) <= 40
    assert first != other


@pytest.mark.parametrize(("way", "first"), [(UP, GRID[0]), (DOWN, GRID[-1])])
def test_a_grid_begins_at_its_end_and_leaves_the_outer_setting_where_it_is(way, first):
    places = follow(WAYS[way](0), SLOPE, COUNT).places
    assert sorted(places) == list(range(COUNT))
    assert GRID[places[0]] == first
    turned = [sum(a != b for a, b in pairwise([GRID[place][name] for place in places])) for name in range(4)]
    assert min(turned) < 5


def test_a_planted_lead_is_found_and_half_a_margin_is_not_worth_having():
    table = make_table(SLOPE, noise=0.001)
    better = estimate_difference(table, [0] * 20, [10] * 20)
    assert better.value == pytest.approx(-0.01, abs=0.002)
    assert better.low < better.value < better.high < 0
    assert estimate_difference(table, [4] * 20, [4] * 20).value == 0


def test_a_mean_weighs_days_by_their_flights():
    drawn = draw_means(np.array([[10.0, *[0.0] * 34]] * 3), np.array([30.0, *[2.0] * 34]))
    assert drawn[0] == pytest.approx(10 / 98)


@pytest.mark.slow
def test_tpe_beats_random_where_the_valley_is_narrow_and_the_comparison_sees_it():
    quality = 0.5 + np.array([sum(np.array(settings) != np.array(GRID[7])) for settings in GRID]) / 20
    words = {(row["pair"], row["budget"]): row["word"] for row in compare(make_table(quality, noise=1e-4))}
    assert words[f"{TPE} against {RANDOM}", 40] == Word.BETTER


@pytest.mark.slow
def test_where_all_settings_are_alike_no_way_is_better_and_the_headline_says_what_the_rows_say():
    table = make_table(ALIKE, noise=1e-4)
    rows = compare(table)
    assert {row["word"] for row in rows} == {Word.NO_DIFFERENCE}
    told = search.tell(rows, compare_guides(table, replay_looks(table, WAYS)))
    assert told.startswith(
        "TPE and random differ nowhere; 120 looks at the test rows make a report too good by 0.000 ["
    )


def compare(table):
    return compare_ways(table, choose_all(table, replay_ways(table, WAYS)))


def test_swapped_sides_are_noticed():
    """By hand begins at the library's settings: with the sides swapped, another way does."""
    swapped = list_ways({name: import_module(f"{SIDES[other]}.searcher").Searcher for name, other in swap(SIDES)})
    assert follow(WAYS[HAND](0), SLOPE, 1).places != follow(swapped[HAND](0), SLOPE, 1).places
    with pytest.raises(TypeError):
        swapped[RANDOM](0)


def swap(sides):
    return zip(sides, reversed(list(sides)), strict=True)


def test_enough_is_where_more_work_brings_nothing_for_good():
    words = dict.fromkeys(BUDGETS, Word.NO_DIFFERENCE) | {1: Word.WORSE, 5: Word.CANNOT_TELL}
    rows = [{"pair": f"{TPE} against its end", "budget": budget, "word": word} for budget, word in words.items()]
    assert find_enough(rows, TPE) == 10
    assert find_enough([row | {"word": Word.WORSE} for row in rows], TPE) is None


def test_where_settings_are_alike_a_report_promises_what_noise_gives_and_one_look_promises_nothing():
    table = make_table(ALIKE, noise=0.01, flights=1.0)
    replayed = replay_looks(table, WAYS)
    by = {(row["guide"], row["days"], row["tries"]): row for row in sum_up_looks(table, replayed)}
    assert by[TEST, 1, 120]["value"] == pytest.approx(2.5 * 0.01, rel=0.25)  # the best of 120 draws, in deviations
    assert by[TEST, 1, 120]["value"] > 2 * by[TEST, 7, 120]["value"] > 2.5 * by[TEST, 28, 120]["value"] > 0
    assert by[TEST, 7, 1]["value"] < by[TEST, 7, 10]["value"] < by[TEST, 7, 120]["value"]
    assert abs(by[EARLIER, 7, 120]["value"]) < 0.003
    guides = {(row["what"], row["days"], row["tries"]): row for row in compare_guides(table, replayed)}
    assert guides["optimism", 1, 120]["word"] == Word.WORSE
    assert guides["choice", 1, 120]["word"] == Word.NO_DIFFERENCE


def test_what_a_planted_report_promises_too_much_is_its_optimism():
    table = make_table(SLOPE)
    kept = SLOPE[BASE] - SLOPE[3]
    honest, hopeful = (Looks(np.full(10, kept + extra), [3] * 10) for extra in (0.0, 0.02))
    assert estimate_optimism(table, honest).value == pytest.approx(0)
    assert estimate_price_of_looks(table, hopeful, honest).value == pytest.approx(0.02)


@pytest.mark.slow
def test_a_small_version_of_the_experiment_gives_what_the_lesson_reads():
    year = make_year()
    fit, judged = split_year(year)
    assert judged["day"].max() == DAYS - 1
    assert fit["week"].max() < judged["week"].min()
    table = measure_table(year.iloc[::20], [STUDY, GRID[0]])
    assert table.losses.shape == (2, DAYS)
    assert table.work[0] == 1 > table.work[1]
