"""Every message is translated, and the Japanese README is the English one with other words."""

import re
import shutil
from pathlib import Path

import pytest

from publish import eight_part, ledger
from publish.languages import __main__ as command
from publish.languages import message_catalogue, readme_translation
from publish.marked_parts import read_part, replace_part

pytestmark = pytest.mark.slow

LINK = re.compile(r"\]\(([^)]+)\)")
ROOT = Path(__file__).parents[2]
NAMES = message_catalogue.list_names()


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    command.extract(folder)
    return folder


@pytest.fixture
def locale(tmp_path):
    return shutil.copytree(message_catalogue.LOCALE, tmp_path / "locale")


def test_every_message_of_every_source_is_translated_and_nothing_else(templates):
    found = command.find_states(templates)
    assert {name: str(state) for name, state in found.items() if not state.in_order} == {}
    assert {"README", "notebooks"} <= found.keys()


def untranslated(of):
    next(message for message in of if message.id).string = ""


def fuzzy(of):
    next(message for message in of if message.id).flags.add("fuzzy")


def obsolete(of):
    of.add("Something that nobody says any more.", "もう誰も言わないこと。")


@pytest.mark.parametrize("fault", [untranslated, fuzzy, obsolete], ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_a_planted_fault_is_found(fault, name, templates, locale):
    path = message_catalogue.find_path(name, locale)
    broken = message_catalogue.read_catalogue(path)
    fault(broken)
    message_catalogue.write_catalogue(broken, path)
    found = command.find_states(templates, locale)
    assert [other for other in found if not found[other].in_order] == [name]
    assert len(getattr(found[name], fault.__name__)) == 1


def test_a_catalogue_without_a_source_is_obsolete(templates, locale):
    shutil.copy(message_catalogue.find_path("notebooks", locale), message_catalogue.find_path("gone", locale))
    assert not command.find_states(templates, locale)["gone"].in_order


def test_a_merge_keeps_what_is_in_order_byte_for_byte(templates, locale):
    command.merge(templates, locale)
    assert {name: message_catalogue.find_path(name, locale).read_text() for name in NAMES} == {
        name: message_catalogue.find_path(name).read_text() for name in NAMES
    }


def test_a_changed_message_becomes_fuzzy_and_a_gone_one_obsolete_until_it_is_dropped(tmp_path):
    before, after = (
        {text: "" for text in texts} for texts in (("One thing and another.", "x y"), ("One thing, another.",))
    )
    locale, first, second = (tmp_path / name for name in ("locale", "first", "second"))
    message_catalogue.write_catalogue(message_catalogue.make_template(before), first / "page.pot")
    message_catalogue.write_catalogue(message_catalogue.make_template(after), second / "page.pot")
    command.merge(first, locale)
    done = message_catalogue.read_catalogue(message_catalogue.find_path("page", locale))
    done["One thing and another."].string = done["x y"].string = "訳"
    message_catalogue.write_catalogue(done, message_catalogue.find_path("page", locale))
    command.merge(second, locale)
    assert str(command.find_states(second, locale)["page"]) == "0 translated, 0 untranslated, 1 fuzzy, 1 obsolete"
    command.merge(second, locale, drop_obsolete=True)
    assert str(command.find_states(second, locale)["page"]) == "0 translated, 0 untranslated, 1 fuzzy, 0 obsolete"


def test_catalogues_hold_no_date_and_no_line_number():
    texts = {name: message_catalogue.find_path(name).read_text() for name in NAMES}
    assert [name for name, text in texts.items() if re.search(r"^\"\S+-Date:|^#:.*:\d+|^#, python", text, re.M)] == []


def test_the_japanese_readme_is_what_the_catalogue_makes_of_the_english_one():
    fresh = readme_translation.translate_page(
        readme_translation.read_page(), message_catalogue.read_translations(readme_translation.NAME)
    )
    stored = (ROOT / readme_translation.JAPANESE).read_text()
    for made_of_results in (eight_part.NAME, ledger.NAME):
        fresh = replace_part(fresh, made_of_results, read_part(stored, made_of_results))
    assert stored == fresh


@pytest.mark.parametrize("page", [readme_translation.ENGLISH, readme_translation.JAPANESE])
def test_every_link_leads_to_a_file_or_to_a_heading_of_the_page(page):
    text = (ROOT / page).read_text()
    targets = [target for target in LINK.findall(text) if "://" not in target]
    places = {f"#{anchor}" for anchor in readme_translation.list_anchors(text)}
    assert len(targets) > 20
    assert [t for t in targets if t not in places and (t.startswith("#") or not (ROOT / t).exists())] == []
