"""The glossary's page is fresh, and the translations use its words."""

import pytest

from publish.languages import glossary, message_catalogue
from publish.languages.glossary import Term


def term(english, japanese, **more):
    return Term(english, japanese, "what it means", "意味", **more)


STORE, FEATURE = term("feature store", "特徴量ストア"), term("feature", "特徴量", forms=("characteristic",))
SKEW = term("skew", "偏り", accepted=("偏っ",))


def test_the_page_is_what_the_terms_make():
    assert glossary.render_page() == {glossary.PAGE: glossary.PAGE.read_text()}


def test_every_term_is_there_once_and_has_its_meaning_in_both_languages():
    terms = glossary.read_terms()
    assert len(terms) >= 40
    assert len({each.english for each in terms}) == len(terms)
    assert [each.english for each in terms if not (each.meaning.endswith(".") and each.meaning_ja.endswith("。"))] == []
    assert [each.english for each in terms if "\n" in "".join(each.row) or "|" in each.meaning + each.meaning_ja] == []


@pytest.mark.parametrize("name", message_catalogue.list_names())
def test_translations_use_the_words_of_the_glossary(name):
    pairs, terms = message_catalogue.read_translations(name).items(), glossary.read_terms()
    assert {message: found for message, said in pairs if (found := glossary.find_unkept(message, said, terms))} == {}


@pytest.mark.parametrize(
    ("message", "translation", "unkept"),
    [
        ("Features are stored.", "フィーチャーを格納する。", ["feature"]),
        ("A characteristic is stored.", "属性を格納する。", ["feature"]),
        ("The feature store is full.", "特徴量の倉庫が満杯。", ["feature store"]),
        ("The feature store is full.", "特徴量ストアが満杯。", []),
        ("Skew, or a feature?", "歪み、それとも特徴量?", ["skew"]),
        ("Is it skew?", "偏っているか。", []),
        ("See `feature` in [feature](feature.md) and skew-free, featured.", "見る。", []),
    ],
)
def test_a_term_is_looked_for_as_a_word_of_prose_and_only_the_longest_counts(message, translation, unkept):
    found = glossary.find_unkept(message, translation, [FEATURE, STORE, SKEW])
    assert [line.partition(":")[0] for line in found] == unkept
