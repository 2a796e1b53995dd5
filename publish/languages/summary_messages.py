"""What each lesson is about, in two to four sentences: English in ``notebooks/summaries.toml``, Japanese in the lesson.

``publish.notebooks`` puts the Japanese below a lesson's title, and so does ``make derived``, which runs no cell.
"""

import tomllib
from pathlib import Path

from lab.engine.workspace import REPOSITORY
from publish.languages.message_catalogue import read_translations

NAME = "notebooks"
SUMMARIES = REPOSITORY / "notebooks" / "summaries.toml"
HEADING = "In short"
WARNING = "It tells what came out. If you want to predict first, skip it and come back."


def read_summaries(source: Path = SUMMARIES) -> dict[str, str]:
    """The English summary of each lesson, on one line, by the stem of its file's name."""
    return {lesson: " ".join(text.split()) for lesson, text in tomllib.loads(source.read_text()).items()}


def list_messages() -> dict[str, str]:
    """All messages, each with a remark for translators."""
    frame = {HEADING: "heading of a summary", WARNING: "below that heading"}
    return frame | {text: f"notebooks/_src/{lesson}.py" for lesson, text in read_summaries().items()}


def find_summary(lesson: str, source: Path = SUMMARIES) -> str | None:
    """The Markdown of a lesson's summary in Japanese; None for a lesson without one, or not yet translated."""
    japanese = read_translations(NAME)
    parts = [japanese.get(message) for message in (HEADING, WARNING, read_summaries(source).get(lesson, ""))]
    return None if None in parts else "## {}\n\n*{}*\n\n{}".format(*parts)
