"""Two ways to search for settings, behind one door: each does the job, and each keeps what it is."""

import inspect
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from lab.cards import read_cards
from problem.contract import CATEGORIES, FEATURES
from problem.search import GRID, LIBRARY, SPACE, STUDY, Months, make_score

SIDES = {card.id: card.package for card in read_cards().values() if card.experiment == "search"}


def make_rows(count=300, seed=0, flipped=False):
    """Flights that are late where the weather is bad; or, flipped, where it is good."""
    random = np.random.default_rng(seed)
    rows = pd.DataFrame({name: random.normal(size=count) for name in FEATURES})
    rows[list(CATEGORIES)] = random.choice(["A", "B"], (count, 3))
    bad = rows["precip"] + random.normal(0, 0.3, count) > 0.5
    return rows.assign(late=(bad != flipped).astype(int))


MONTHS = Months(make_rows(), make_rows(seed=1), make_rows(seed=2))
BEST = GRID[77]


def score(settings):
    """A hill with its top at ``BEST``."""
    ways = [abs(SPACE[name].index(a) - SPACE[name].index(b)) for name, a, b in zip(SPACE, settings, BEST, strict=True)]
    return float(sum(ways))


class Counter:
    """Counts what it is asked, and dies when told to."""

    def __init__(self, die_at=10**6, error=KeyboardInterrupt):
        self.asked, self._die_at, self._error = [], die_at, error

    def __call__(self, settings):
        if len(self.asked) == self._die_at:
            raise self._error("out of memory")
        self.asked.append(settings)
        return score(settings)


@pytest.fixture(params=SIDES)
def make_searcher(request):
    return import_module(f"{SIDES[request.param]}.searcher").Searcher


def open_side(name, *arguments, **options):
    return import_module(f"{SIDES[name]}.searcher").Searcher(*arguments, **options)


def test_there_is_one_anti_pattern_and_one_pattern():
    assert sorted(card.kind for card in read_cards().values() if card.id in SIDES) == ["anti-pattern", "pattern"]


def test_there_are_120_settings_and_the_librarys_and_the_studys_are_among_them():
    assert len(set(GRID)) == 120
    assert {LIBRARY, STUDY} <= set(GRID)


def test_the_best_of_what_was_tried_is_found_and_nothing_is_scored_twice(make_searcher):
    counter = Counter()
    found = make_searcher(seed=3).search(counter, 40)
    assert score(found) == min(map(score, counter.asked))
    assert 1 < len(counter.asked) == len(set(counter.asked)) <= 40


def test_the_same_seed_tries_the_same(make_searcher):
    first, again, other = Counter(), Counter(), Counter()
    for counter, seed in ((first, 1), (again, 1), (other, 2)):
        make_searcher(seed=seed).search(counter, 30)
    assert first.asked == again.asked != other.asked


def test_a_report_says_what_the_test_rows_say_of_the_settings_found(make_searcher, tmp_path):
    found = make_searcher(tmp_path / "home").run(MONTHS, 4)
    assert found.reported == pytest.approx(make_score(MONTHS.fit, MONTHS.test)(found.settings))


def test_without_rows_nothing_is_searched(make_searcher, tmp_path):
    with pytest.raises(ValueError, match="300 rows to fit and 0 to judge by: a search needs both"):
        make_searcher(tmp_path).run(Months(MONTHS.fit, MONTHS.earlier[:0], MONTHS.test[:0]), 4)


def test_a_search_that_was_killed_goes_on_with_the_next_try(make_searcher, tmp_path):
    killed, after = Counter(die_at=5), Counter()
    with pytest.raises(KeyboardInterrupt):
        make_searcher(tmp_path).search(killed, 20)
    best = make_searcher(tmp_path).search(after, 20)
    assert set(killed.asked) & set(after.asked) == set()
    assert len(killed.asked) == 5
    assert len(after.asked) <= 15
    assert score(best) == min(map(score, killed.asked + after.asked))


def test_a_try_that_fails_rules_its_settings_out_and_the_search_goes_on(make_searcher):
    def fail_at_the_top(settings):
        if settings in (BEST, LIBRARY):
            raise ValueError("the fit did not end")
        return score(settings)

    assert make_searcher().search(fail_at_the_top, 60) not in (BEST, LIBRARY)


def test_if_every_try_fails_one_line_says_so(make_searcher):
    with pytest.raises(ValueError, match=r"^none of \d+ (settings|tries) could be scored$"):
        make_searcher().search(Counter(die_at=0, error=ValueError), 5)


@pytest.mark.parametrize(
    ("side", "file", "says"),
    [
        ("tuned_by_hand", "tried.csv", "holds a line that is no settings with a loss: mend it by hand"),
        ("parameter_search", "search.journal", "cannot be read: move it away, and the search begins anew"),
    ],
)
def test_what_was_tried_and_cannot_be_read_is_named_in_one_line_and_left_as_it_is(side, file, says, tmp_path):
    open_side(side, tmp_path).search(score, 3)
    kept = tmp_path / file
    kept.write_text(f"nothing of the kind\n{kept.read_text()}")
    before = kept.read_text()
    with pytest.raises(ValueError, match=says) as error:
        open_side(side, tmp_path).search(score, 5)
    assert "\n" not in str(error.value)
    assert kept.read_text() == before


def test_half_a_line_at_the_end_of_the_journal_costs_nothing_else(tmp_path):
    first, after = Counter(), Counter()
    open_side("parameter_search", tmp_path).search(first, 6)
    journal = tmp_path / "search.journal"
    journal.write_bytes(journal.read_bytes()[:-7])
    open_side("parameter_search", tmp_path).search(after, 12)
    open_side("parameter_search", tmp_path).search(Counter(die_at=0), 12)  # all there, nothing is tried again
    assert len(set(first.asked[:-1]) & set(after.asked)) == 0


def find_what_decides(side, tmp_path):
    """Whether other test rows bring other settings; otherwise all is alike."""
    flipped = MONTHS._replace(test=make_rows(seed=2, flipped=True))
    return [open_side(side, tmp_path / name).run(rows, 12) for name, rows in (("a", MONTHS), ("b", flipped))]


def test_the_exhibit_lets_the_test_rows_decide(tmp_path):
    as_it_is, flipped = find_what_decides("tuned_by_hand", tmp_path)
    assert as_it_is.settings != flipped.settings
    assert as_it_is.looks == 12


def test_the_reference_looks_at_the_test_rows_once_when_the_settings_are_chosen(tmp_path):
    as_it_is, flipped = find_what_decides("parameter_search", tmp_path)
    assert as_it_is.settings == flipped.settings
    assert as_it_is.looks == flipped.looks == 1
    assert as_it_is.reported != flipped.reported


def test_the_reference_is_told_what_is_beside_what():
    assert "suggest_int" in inspect.getsource(import_module(f"{SIDES['parameter_search']}.searcher"))
