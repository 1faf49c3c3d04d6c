"""A wrong digit is put right; the server keeps it only where it is asked to, with consent."""

import pytest
from hands import expect_text, write
from playwright.sync_api import expect


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
