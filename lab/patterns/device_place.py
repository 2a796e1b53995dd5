"""Where devices stand in an experiment: services as processes, and pages in a real Chromium."""

import http.server
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as BrowserPage

from lab.engine.browser import open_browser
from lab.engine.workspace import REPOSITORY, StudyError
from lab.load.served_system import HOST, free_port
from lab.patterns.device_runtimes import FILES, find_runtime
from parts.supervisor.program import CALM, Program
from parts.supervisor.supervisor import keep_running
from problem.on_the_device import Body

PATIENCE, PAUSE = 60.0, 0.02
"""Seconds until a page that does not come to what is expected is given up; seconds between two looks."""
IS_OPEN = "() => window.firstAnswer"
IS_KEPT = "async () => (await navigator.serviceWorker.ready).active.state === 'activated'"


@dataclass
class OpenPage:
    """A page that answers; ``first`` is how many seconds it took from asking for it to its first answer."""

    page: BrowserPage
    site: "Site"
    first: float

    def ask(self, bodies: list[Body]) -> tuple[list[float], float]:
        """See ``problem.on_the_device.Page``."""
        risk, seconds = self.page.evaluate("(bodies) => window.answer(bodies)", bodies)
        return list(risk), float(seconds)

    def cut(self) -> None:
        """From now on there is no network, nor the server that the page came from; what is kept is kept before."""
        self.wait_until(IS_KEPT)
        self.site.stop()
        self.page.context.set_offline(True)

    def wait_until(self, script: str, told: Any = None) -> None:
        """Until a function of the page, which may take its time, says true; raises ``StudyError`` if it never does."""
        until = time.monotonic() + PATIENCE
        while not self.page.evaluate(script, told):
            if time.monotonic() > until:
                raise StudyError(f"the page never came to {script}")
            time.sleep(PAUSE)

    def visit_again(self) -> float:
        """Ask for the page once more; seconds to its first answer."""
        self.page.reload()
        return wait_for_answer(self.page)


@dataclass
class DevicePlace:
    """See ``problem.on_the_device.Place``; all visits share one browser, each as a person of their own."""

    browser: Browser

    @contextmanager
    def serve(self, module: str, home: Path) -> Iterator[int]:
        """See the contract; raises ``NotStarted`` if it does not become ready."""
        port = free_port()
        told = {"PORT": str(port), "HOST": HOST, "MODELS": str(home), "PYTHONPATH": str(REPOSITORY)}
        with keep_running([Program(module, (sys.executable, "-m", module), port, told, path="/ready")], CALM):
            yield port

    @contextmanager
    def visit(self, folder: Path) -> Iterator[OpenPage]:
        """See the contract."""
        shutil.copytree(find_installed(), folder / "runtime", dirs_exist_ok=True)
        site, context = Site(folder), self.browser.new_context()
        try:
            yield open_page(context, site)
        finally:
            context.close()
            site.stop()


class Site:
    """The files of a folder over HTTP on the loopback, until it is stopped."""

    def __init__(self, folder: Path) -> None:
        handler = partial(_Files, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer((HOST, 0), handler)
        self._runs = Thread(target=self._server.serve_forever)
        self._runs.start()

    @property
    def address(self) -> str:
        """Of its front page."""
        return f"http://{HOST}:{self._server.server_port}/"

    def stop(self) -> None:
        """For good; once more does nothing."""
        if self._runs.is_alive():
            self._server.shutdown()
            self._server.server_close()
            self._runs.join()


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing: pages ask for a dozen files each."""


@contextmanager
def open_place() -> Iterator[DevicePlace]:
    """A place with a headless Chromium; raises ``StudyError`` if the machine has none."""
    with open_browser() as browser:
        yield DevicePlace(browser)


def open_page(context: BrowserContext, site: Site) -> OpenPage:
    """A first visit."""
    page = context.new_page()
    page.goto(site.address)
    return OpenPage(page, site, wait_for_answer(page))


def wait_for_answer(page: BrowserPage) -> float:
    """Seconds to the page's first answer, as its own clock has them."""
    page.wait_for_function(IS_OPEN)
    return float(page.evaluate(IS_OPEN))


def find_installed() -> Path:
    """The browser's runtime; raises ``StudyError`` where it was not made."""
    folder = find_runtime()
    if not all((folder / file).exists() for file in FILES):
        raise StudyError("no runtime for browsers: run `make environments`, once and with a network")
    return folder
