"""The word for rounds has to hold in each of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measure.data.comparison import Word
from measure.data.rounds import judge_rounds


@pytest.mark.parametrize(
    ("ratios", "word"),
    [
        ([0.5, 0.6, 0.8], Word.BETTER),
        ([1.25, 2.0], Word.WORSE),
        ([0.8, 1.0, 1.25], Word.NO_DIFFERENCE),
        ([0.5, 0.5, 0.81], Word.CANNOT_TELL),  # better in most rounds
        ([1.24, 1.26], Word.CANNOT_TELL),
        ([0.5, 2.0], Word.CANNOT_TELL),
    ],
)
def test_a_word_holds_in_every_round(ratios, word):
    assert judge_rounds(ratios, 1.25) == word


@given(st.lists(st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0]), min_size=2))
def test_seen_from_the_rival_the_word_turns_round(ratios):
    turned = {Word.BETTER: Word.WORSE, Word.WORSE: Word.BETTER}
    own, rival = (judge_rounds(of, 1.5) for of in (ratios, [1 / ratio for ratio in ratios]))
    assert rival == turned.get(own, own)
