"""The glossary's page is fresh, the translations use its words, and no Japanese text has an old form of one."""

from pathlib import Path

import pytest

from publish.languages import glossary, message_catalogue
from publish.languages.glossary import Form, Term


def term(english, japanese, **more):
    return Term(english, japanese, "what it means", "意味", **more)


STORE, FEATURE = term("feature store", "特徴量ストア"), term("feature", "特徴量", forms=("characteristic",))
SKEW = term("skew", "スキュー", accepted=("食い違",), old=("偏り", "偏っ"))
CONTROL, TELL = term("control", "対照群", old=("対照",)), Form("わかる", ("(?<!部)分かる",))
ROOT = Path(__file__).parents[2]
PAGES = ["README.ja.md", "slides/GUIDE.ja.md", "docs/catalogue.ja.md", "docs/glossary.md"]
SOURCES = ["notebooks/solutions/*.py", "docs/concepts/*.toml", "antipatterns/**/card.toml", "reference/**/card.toml"]


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
        ("Is it skew?", "食い違うか。", []),
        ("Is it skew?", "偏りか。", ["skew"]),
        ("See `feature` in [feature](feature.md) and skew-free, featured.", "見る。", []),
    ],
)
def test_a_term_is_looked_for_as_a_word_of_prose_and_only_the_longest_counts(message, translation, unkept):
    found = glossary.find_unkept(message, translation, [FEATURE, STORE, SKEW])
    assert [line.partition(":")[0] for line in found] == unkept


@pytest.mark.parametrize("name", message_catalogue.list_names())
def test_no_translation_has_an_old_form(name):
    pairs = message_catalogue.read_translations(name).items()
    assert {message: found for message, said in pairs if (found := glossary.find_old(said))} == {}


def test_no_other_japanese_text_has_an_old_form():
    paths = [ROOT / page for page in PAGES] + [path for pattern in SOURCES for path in sorted(ROOT.glob(pattern))]
    assert len(paths) > 20
    assert {path.name: found for path in paths if (found := glossary.find_old(path.read_text()))} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("行の偏りを測る。", ["偏り: スキュー"]),
        ("偏っている行、偏りのない行。", ["偏り: スキュー", "偏っ: スキュー"]),
        ("スキューを測る。値は食い違う。", []),
        ("対照を置く。対照群を置く。", ["対照: 対照群"]),
        ("それで分かる。部分かるた。", ["分かる: わかる"]),
    ],
)
def test_a_planted_old_form_is_found_and_the_one_that_holds_is_not(text, found):
    assert glossary.find_old(text, [SKEW, CONTROL, TELL]) == found


def test_each_old_form_that_is_listed_is_found_where_it_is_planted():
    terms = {each.english: each for each in glossary.read_terms()}
    planted = {"skew": "偏り", "point-in-time join": "時点整合の結合", "backfill": "遡り計算", "claim": "通説"}
    assert [name for name, old in planted.items() if not glossary.find_old(f"これは{old}です。", [terms[name]])] == []
    assert [each for each in glossary.read_forms() if not glossary.find_old("これで分かる:", [each])] == []
    assert [each.english for each in terms.values() if each.old and glossary.find_old(each.japanese, [each])] == []
