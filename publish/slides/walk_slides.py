"""Walks through a built deck as a person would, in Chromium, and says what that person would complain about."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from lab.engine.workspace import REPOSITORY

WIDTH, HEIGHT = 1280, 720
READABLE = 16
"""Pixels of a letter's height on a wall of 720 lines, at least; below, the back row gives up."""
SHOW = "n => { const at = Reveal.getIndices(Reveal.getSlides()[n - 1]); Reveal.slide(at.h, at.v ?? 0, 99); }"
"""Turns to one slide, all its fragments with it."""
LOOK = (REPOSITORY / "slides" / "static" / "look.js").read_text()


def walk(opened: Browser, deck: Path, shots: Path | None = None) -> list[str]:
    """Every fault of a deck (its HTML file), slide by slide (from 1; 0: the deck as a whole), in one line.

    Writes a picture of each slide into ``shots``.
    """
    page = opened.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    faults: list[str] = []
    here = [0]

    def note(what: str) -> None:
        faults.append(f"{deck.stem}, slide {here[0]}: {what}")

    _listen(page, note)
    page.goto(deck.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    for number in range(1, page.evaluate("Reveal.getTotalSlides()") + 1):
        here[0] = number
        page.evaluate(SHOW, number)
        page.wait_for_function("[...Reveal.getCurrentSlide().querySelectorAll('img')].every(i => i.complete)")
        for what in page.evaluate(LOOK, READABLE):
            note(what)
        if shots is not None:
            shots.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=shots / f"{deck.stem}-{number:02d}.png")
    here[0] = 0
    for what in _dead_links(page, deck):
        note(what)
    page.close()
    return faults


def _listen(page: Page, note: Any) -> None:
    page.on("console", lambda said: note(f"console: {said.text}") if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: note(f"error on the page: {error}"))
    page.on("requestfailed", lambda request: note(f"not loaded: {request.url}"))
    page.on("request", lambda request: note(f"leaves the machine: {request.url}") if _leaves(request.url) else None)


def _leaves(address: str) -> bool:
    return not address.startswith(("file:", "data:", "blob:", "about:"))


def _dead_links(page: Page, deck: Path) -> list[str]:
    """Links that lead nowhere: files that are not there, and places in the deck that do not exist."""
    links = page.evaluate("[...document.querySelectorAll('.slides a[href]')].map(a => a.getAttribute('href'))")
    return [f"dead link: {link}" for link in links if not _leads(page, deck, link)]


def _leads(page: Page, deck: Path, link: str) -> bool:
    file, _, place = link.partition("#")
    if _leaves(file) and "://" in file:
        return False  # a deck works without a network
    if file and file != deck.name:
        return (deck.parent / file).exists()
    return not place or bool(page.evaluate("id => document.getElementById(id) !== null", place.lstrip("/")))
