"""Without a server: the page is kept, and reads what is written in the browser."""

import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hands import expect_text, write
from playwright.sync_api import expect
from served import served

import digitrec

PAGE = Path(digitrec.__file__).parent / "service" / "page"

KEPT = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"


@pytest.fixture
def left_alone(open_page):
    """The page, kept by the browser, whose server has gone."""
    with served() as server:
        page = open_page(f"{server.url}/", service_workers="allow")
        page.wait_for_function(KEPT)
    page.reload()
    yield page
    assert all("ERR_CONNECTION_REFUSED" in line for line in page.complaints)
    page.complaints.clear()  # Chromium's own lines about the server


def test_what_is_written_is_read_in_the_browser(left_alone):
    write(left_alone, "42", size=0.4)
    expect_text(left_alone, "42")
    where = left_alone.locator("#where")
    expect(where).to_contain_text("The server cannot be reached")
    expect(where).to_contain_text("Photos are for the server")
    expect(left_alone.locator("#boxes .box")).to_have_count(2)
    expect(left_alone.locator("#digits .bars li")).to_have_count(20)
    expect(left_alone.locator("#maps canvas").first).to_be_visible()


def test_a_photo_waits_for_the_server(left_alone, digit_pictures):
    left_alone.set_input_files("#picture-file", digit_pictures[3])
    status = left_alone.locator("#status")
    expect(status).to_contain_text("The server, which reads photos, cannot be reached")


def test_a_scribble_is_no_digit_here_either(left_alone):
    box = left_alone.locator("#paper").bounding_box()
    left_alone.mouse.move(box["x"] + 60, box["y"] + 200)
    left_alone.mouse.down()
    for step in range(12):
        left_alone.mouse.move(box["x"] + 60 + 40 * step, box["y"] + 150 + 100 * (step % 2))
    left_alone.mouse.up()
    expect(left_alone.locator("#digits .word")).to_have_text("✕ not a digit")


@pytest.fixture
def copy(tmp_path):
    """The page's files, served by Python's own server: their folder, and the address."""
    folder = shutil.copytree(PAGE, tmp_path / "page")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.mark.parametrize("name", ["index.html", "words.js"])
def test_a_kept_page_is_the_newest_while_there_is_a_server(copy, open_page, name):
    folder, address = copy
    page = open_page(address, service_workers="allow")
    page.wait_for_function(KEPT)
    text = (folder / name).read_text()
    (folder / name).write_text(
        text.replace("</main>", "</main><i>new</i>").replace("Empty:", "New:")
    )
    page.reload()
    if name == "index.html":
        expect(page.locator("i")).to_have_text("new")
    else:
        said = "import('./words.js').then((m) => m.sentence({ status: 'empty' }).told)"
        assert page.evaluate(said).startswith("New:")


def test_who_wants_it_reads_here_and_sends_nothing(page):
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request))
    page.check("#here")
    write(page, "7")
    expect_text(page, "7")
    expect(page.locator("#where")).to_contain_text("Read in this browser")
    assert sent == []
    page.uncheck("#here")
    expect(page.locator("#where")).to_contain_text("Read by the server")
    assert len(sent) == 1


def test_a_phone_may_install_it(open_page):
    page = open_page(service_workers="allow")
    page.wait_for_function(KEPT)
    browser = page.context.new_cdp_session(page)
    assert browser.send("Page.getAppManifest")["errors"] == []
    found = browser.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in found if one["errorId"] != "in-incognito"] == []
