"""The pages, served for real and looked at with a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, sync_playwright

from scorecard.serve import running
from scorecard.workspace import Workspace
from tests.dashboard.made_up import make

_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class Visit:
    """A browser's page, with every address it asked for and every error it met."""

    page: Page
    root: str
    requests: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])

    def open(self, path: str = "") -> Page:
        """Go to a path under the server's root and wait until the page stands."""
        self.page.goto(f"{self.root}/{path}")
        return self.settled()

    def settled(self) -> Page:
        """Wait until the page's heading stands and nothing is being drawn."""
        self.page.wait_for_selector("h1", timeout=60_000)
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        assert self.page.get_by_test_id("stException").count() == 0
        return self.page

    @property
    def outside(self) -> list[str]:
        """The addresses asked for that are not this machine's."""
        local = ("127.0.0.1",)
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname not in local
        ]


@pytest.fixture(scope="session")
def playwright_here() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright_here: Playwright) -> Iterator[Browser]:
    """Chromium; where it is missing, the tests of the pages are skipped and say so."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed: run `make browser`")
    browser = playwright_here.chromium.launch(executable_path=path, args=_SWITCHES)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> tuple[Path, Workspace]:
    """A synthetic organisation, measured."""
    return make(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def address(town: tuple[Path, Workspace]) -> Iterator[str]:
    """Where the synthetic organisation is served."""
    with running(*town, port=0) as server:
        yield server.address


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a window of a size on a server; in the end nothing may have failed or gone outside."""
    visits: list[Visit] = []

    def look(root: str, width: int = 1440, height: int = 1000) -> Visit:
        page = browser.new_page(viewport={"width": width, "height": height})
        visit = Visit(page, root)
        visits.append(visit)

        def asked(request: Request) -> None:
            visit.requests.append(request.url)

        def told(message: ConsoleMessage) -> None:
            # Opened at /department, Streamlit's frontend looks there for its server, is told 404,
            # and finds it at the root.
            probe = "/_stcore/" in message.location.get("url", "")
            if message.type == "error" and not probe:
                visit.errors.append(message.text)

        page.on("request", asked)
        page.on("console", told)
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        return visit

    yield look
    for visit in visits:
        visit.page.close()
        assert visit.outside == []
        assert visit.errors == []


@pytest.fixture
def visit(look: Callable[..., Visit], address: str) -> Visit:
    """A wide window on the synthetic organisation."""
    return look(address)
