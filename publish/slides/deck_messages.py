"""What is to be translated of the decks: their text, and the words in pictures and results."""

import tempfile
from pathlib import Path

from publish.languages import message_catalogue
from publish.slides import build_decks, slide_shapes
from publish.slides.slide_values import WORDS_OF_RESULTS


def write_deck_messages(folder: Path) -> None:
    """Write the decks' messages to ``folder`` as Sphinx finds them; numbers stay the names that a deck gives them."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        build_decks.stage_text(source)
        values = dict.fromkeys(build_decks.named_values(), "0")
        build_decks.run("gettext", source, Path(scratch) / "messages", "en", values, quiet=("image.not_readable",))
        found = message_catalogue.read_catalogue(Path(scratch) / "messages" / "slides.pot")
    message_catalogue.write_catalogue(
        message_catalogue.make_template({str(m.id): "" for m in found if m.id}), folder / "slides.pot"
    )


def write_word_messages(folder: Path) -> None:
    """Write the single words to ``folder``."""
    remarks = dict.fromkeys(slide_shapes.words(), "in a picture") | dict.fromkeys(WORDS_OF_RESULTS, "a result")
    message_catalogue.write_catalogue(message_catalogue.make_template(remarks), folder / f"{build_decks.WORDS}.pot")
