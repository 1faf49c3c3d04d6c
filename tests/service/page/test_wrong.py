"""A wrong digit is put right; the server keeps it only where it is asked to, with consent."""

import sqlite3
from contextlib import closing

import pytest
from hands import expect_text, write
from playwright.sync_api import expect
from served import served


@pytest.fixture
def read(page):
    write(page, "17", size=0.4)
    expect_text(page, "17")
    return page


def test_the_person_says_what_it_is(read):
    read.locator(".wrong").nth(1).click()
    dialog = read.locator("#wrong")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="4", exact=True).click()
    expect(dialog).to_be_hidden()
    expect_text(read, "14")
    expect(read.locator("#digits .said")).to_have_text("you: 4")
    assert read.evaluate("document.activeElement.className") == "wrong"


def test_it_may_be_no_digit_at_all(read):
    read.locator(".wrong").nth(0).click()
    read.get_by_role("button", name="No digit").click()
    expect_text(read, "7")


@pytest.mark.parametrize("how", ["Escape", "Cancel"])
def test_or_nothing_is_said(read, how):
    read.locator(".wrong").nth(0).click()
    if how == "Escape":
        read.keyboard.press("Escape")
    else:
        read.get_by_role("button", name="Cancel").click()
    expect(read.locator("#wrong")).to_be_hidden()
    expect_text(read, "17")


def test_a_server_that_keeps_nothing_says_so(read):
    read.locator(".wrong").nth(0).click()
    expect(read.locator("#consent-none")).to_be_visible()
    expect(read.locator("#consent")).to_be_hidden()


@pytest.fixture
def keeping(open_page, tmp_path):
    """The page of a server that keeps corrections, with a 1 and a 7 read; and what it has kept."""
    file = tmp_path / "kept.sqlite"

    def kept():
        with closing(sqlite3.connect(file)) as connection:
            return connection.execute("SELECT label FROM corrections").fetchall()

    with served("--corrections", file) as server:
        page = open_page(f"{server.url}/")
        write(page, "17", size=0.4)
        expect_text(page, "17")
        yield page, kept


def say(page, number, name):
    page.locator(".wrong").nth(number).click()
    page.locator("#wrong").get_by_role("button", name=name, exact=True).click()
    expect(page.locator("#wrong")).to_be_hidden()


def test_nothing_is_kept_that_nobody_agreed_to(keeping):
    page, kept = keeping
    page.locator(".wrong").nth(0).click()
    expect(page.locator("#consent")).to_be_visible()
    expect(page.locator("#consent")).not_to_be_checked()
    page.keyboard.press("Escape")
    say(page, 0, "4")
    expect(page.locator("#digits .said")).to_have_text("you: 4")
    assert kept() == []


def test_what_is_agreed_to_is_kept(keeping):
    page, kept = keeping
    page.locator(".wrong").nth(1).click()
    page.check("#consent")
    page.keyboard.press("Escape")
    say(page, 1, "1")
    expect(page.locator("#digits .said")).to_have_text("you: 1, kept")
    say(page, 0, "No digit")
    expect(page.locator("#digits .said").first).to_have_text("you: no digit, kept")
    assert kept() == [("1",), (None,)]
