"""Takes the README's picture of the page, from the real server in a real browser.

    python docs/screenshot.py             writes docs/pictures/page.png

Wants Chromium and the extras dev and serve.
"""

import argparse
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sample_pictures import FOLDER, STROKES

TEXT = "427"
WINDOW = {"width": 1180, "height": 880}
LEFT, TOP, STEP = 0.06, 0.14, 0.3
"""By the paper's width: where the first digit is, and how far it is to the next."""
PEN = "20"
PATIENCE = 30.0


def main(argv: list[str] | None = None) -> int:
    """Run the script; return its exit status."""
    own = argparse.ArgumentParser(description=__doc__)
    own.add_argument("--output", type=Path, default=FOLDER / "page.png", metavar="FILE")
    options = own.parse_args(argv)
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "digitrec", "serve", "--port", str(port)])
    try:
        wait_for(port)
        take(f"http://127.0.0.1:{port}/", options.output)
    finally:
        server.terminate()
        server.wait()
    return 0


def take(address: str, output: Path) -> None:
    """Write TEXT on the page, wait for the answer, and keep what is seen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=WINDOW, color_scheme="light")
        page.goto(address)
        page.fill("#brush", PEN)
        write(page, TEXT)
        page.locator("#text", has_text=TEXT).wait_for()
        page.mouse.move(0, 0)
        page.screenshot(path=output)
        browser.close()


def write(page: Page, text: str) -> None:
    """Write digits side by side with the mouse."""
    box = page.locator("#paper").bounding_box()
    scale = box["width"] * STEP / 100
    for number, sign in enumerate(text):
        left = box["x"] + box["width"] * (LEFT + STEP * number) - 20 * scale
        top = box["y"] + box["width"] * TOP - 20 * scale
        for stroke in STROKES[int(sign)]:
            points = [(left + x * scale, top + y * scale) for x, y in stroke]
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points[1:]:
                page.mouse.move(*point)
            page.mouse.up()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port: int) -> None:
    """Wait until a server listens. Raises SystemExit when it takes too long."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"expected a server at port {port} within {PATIENCE:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
