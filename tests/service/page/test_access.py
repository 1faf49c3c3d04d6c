"""A server that wants a key gets it from the person, once a window."""

import pytest
from hands import expect_text, write
from playwright.sync_api import expect
from served import served

REFUSED = "status of 401"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text("opensesame\n")
    kept = keys.with_name("kept.sqlite")
    with served("--api-key-file", keys, "--corrections", kept) as server:
        yield f"{server.url}/"


@pytest.fixture
def asked(open_page, address):
    """The page, on which a 1 is written, and which asks for a key."""
    page = open_page(address)
    write(page, "1")
    expect(page.locator("#access")).to_be_visible()
    yield page
    assert page.complaints
    assert all(REFUSED in line for line in page.complaints)
    page.complaints.clear()  # Chromium's own lines about the answers


def give(page, key):
    page.get_by_role("textbox", name="Key").fill(key)
    page.get_by_role("button", name="Use this key").click()


def test_with_a_key_the_server_reads(asked, address):
    give(asked, "opensesame")
    expect_text(asked, "1")
    expect(asked.locator("#where")).to_contain_text("Read by the server")
    expect(asked.locator("#access")).to_be_hidden()
    asked.goto(address)
    write(asked, "7")
    expect_text(asked, "7")
    expect(asked.locator("#where")).to_contain_text("Read by the server")
    kept = asked.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 1]


def test_corrections_bring_the_key_too(asked):
    give(asked, "opensesame")
    expect_text(asked, "1")
    asked.locator(".wrong").click()
    asked.check("#consent")
    asked.locator("#wrong").get_by_role("button", name="4", exact=True).click()
    expect(asked.locator("#digits .said")).to_have_text("you: 4, kept")


def test_a_wrong_key_is_said_and_another_may_be_given(asked):
    expect(asked.locator("#key-refused")).to_be_hidden()
    give(asked, "openwheat")
    expect(asked.locator("#key-refused")).to_be_visible()
    give(asked, "opensesame")
    expect_text(asked, "1")


@pytest.mark.parametrize("how", ["Escape", "Read in this browser instead"])
def test_without_one_it_is_read_in_the_browser(asked, how):
    if how == "Escape":
        asked.keyboard.press("Escape")
    else:
        asked.get_by_role("button", name=how).click()
    expect(asked.locator("#here")).to_be_checked()
    expect(asked.locator("#where")).to_contain_text("Read in this browser")
    expect_text(asked, "1")
    asked.uncheck("#here")
    expect(asked.locator("#access")).to_be_visible()


def test_the_camera_asks_once_and_ends_without_a_key(open_page, address):
    page = open_page(address)
    page.click("#camera-button")
    expect(page.locator("#access")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#video")).to_be_hidden()
    page.wait_for_timeout(600)
    expect(page.locator("#access")).to_be_hidden()
    assert all(REFUSED in line for line in page.complaints)
    page.complaints.clear()
