"""A headless Chromium, for decks that are walked through and for models that answer in a page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from lab.engine.workspace import StudyError

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
"""As root in a container it has to run without its sandbox; and nothing here may look for another network."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The machine's own Chromium; raises ``StudyError`` if it has none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise StudyError("no Chromium here: install Debian's package chromium (and fonts-noto-cjk for Japanese)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
