"""Break-even by overlap on costs whose answers are plain."""

import math

import pytest

from measure.cost.overlap import OVERLAPS, Parts, find_meetings, find_shared


def test_models_that_share_everything_pay_for_their_features_once():
    assert find_shared(Parts(10, 1), 1.0, models=3).cumulated == (11, 12, 13)


def test_models_that_share_nothing_pay_every_time():
    assert find_shared(Parts(10, 1), 0.0, models=3).cumulated == (11, 22, 33)


def test_what_is_paid_once_is_paid_once():
    assert find_shared(Parts(10, 1, once=100), 0.0, models=3).cumulated == (111, 122, 133)
    assert find_meetings(Parts(10, 2, once=100), Parts(0, 11, once=100)) == find_meetings(Parts(10, 2), Parts(0, 11))


def test_half_is_half():
    assert find_shared(Parts(10, 1), 0.5, models=3).cumulated == (11, 17, 23)


@pytest.mark.parametrize("overlap", [-0.1, 1.1])
def test_an_overlap_is_a_share(overlap):
    with pytest.raises(ValueError, match="is a share"):
        find_shared(Parts(10, 1), overlap)


def test_where_the_features_cost_the_same_on_both_sides_nothing_shared_never_pays_and_all_shared_does():
    # The rival pays 10 for the features and 1 to fit; reading a store costs 1 more.
    found = find_meetings(Parts(10, 2), Parts(0, 11))
    assert (found[0.0], found[1.0]) == (math.inf, 2)


def test_where_they_meet_is_counted_by_hand():
    # 12 for the first model and 9.5 for each later one, against 9.75 each: 2.25 behind, 0.25 nearer with each.
    assert find_meetings(Parts(10, 2), Parts(0, 9.75))[0.25] == 10


def test_more_overlap_never_breaks_even_later():
    for rival in (3, 5, 8, 11, 20):
        found = list(find_meetings(Parts(10, 2), Parts(0, rival)).values())
        assert found == sorted(found, reverse=True)
    assert list(find_meetings(Parts(10, 2), Parts(0, 5))) == list(OVERLAPS)
