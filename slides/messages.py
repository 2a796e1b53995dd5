"""What is to be translated of the decks: their text, and the words in pictures and results."""

import tempfile
from pathlib import Path

from languages import catalogue
from slides import build, shapes
from slides.values import WORDS_OF_RESULTS


def deck_messages(folder: Path) -> None:
    """Write the decks' messages to ``folder`` as Sphinx finds them; numbers stay the names that a deck gives them."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        build.stage_text(source)
        values = dict.fromkeys(build.named_values(), "0")
        build.run("gettext", source, Path(scratch) / "messages", "en", values, quiet=("image.not_readable",))
        found = catalogue.read(Path(scratch) / "messages" / "slides.pot")
    catalogue.write(catalogue.template({str(m.id): "" for m in found if m.id}), folder / "slides.pot")


def word_messages(folder: Path) -> None:
    """Write the single words to ``folder``."""
    remarks = dict.fromkeys(shapes.words(), "in a picture") | dict.fromkeys(WORDS_OF_RESULTS, "a result")
    catalogue.write(catalogue.template(remarks), folder / f"{build.WORDS}.pot")
