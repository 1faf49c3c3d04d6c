"""A real browser without a window, and the server that its pages come from.

Debian's chromium is run, not a download of Playwright's. Without one the tests are skipped with the
reason, and fail under $CI.
"""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import drawn_digits
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from served import served

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = {"viewport": {"width": 1280, "height": 900}, "service_workers": "block"}
"""A desktop's window, without what keeps the page for later."""

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the browser's camera sees: the digits 3 and 5 in a hand-held frame."""
    path = tmp_path_factory.mktemp("film") / "film.mjpeg"
    frame = Image.new("RGB", (640, 480), "white")
    for number, digit in enumerate((3, 5)):
        frame.paste(drawn_digits.draw(digit, size=240), (60 + 280 * number, 120))
    content = io.BytesIO()
    frame.save(content, "JPEG", quality=90)
    path.write_bytes(10 * content.getvalue())
    return path


@pytest.hookimpl(tryfirst=True)  # before pytest's own looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a browser is needed for."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")  # its loop would be in the way of the asyncio of other tests
def chromium(film: Path) -> Iterator[Browser]:
    """Chromium, with a camera that sees the film."""
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    camera += [f"--use-file-for-fake-video-capture={film}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path(), args=["--no-sandbox", *camera])
        yield browser
        browser.close()


def path() -> str:
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    reason = f"no browser is on this machine ({', '.join(BROWSERS)}): apt-get install chromium"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; under CI its tests have to run")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a server."""
    with served() as server:
        yield f"{server.url}/"


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Open]:
    """Opens the page in a window of its own; at the end nothing has complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "by Playwright" not in message.text:
            complaints.append(message.text)

    def opened(address: str = site, **options: Any) -> Page:
        contexts.append(chromium.new_context(**{**QUIET, **options}))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.complaints = complaints
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Open) -> Page:
    """The page on a desktop."""
    return open_page()
