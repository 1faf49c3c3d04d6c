"""The live camera: frames are read one after the other, and vote."""

import pytest
from hands import expect_text, write
from playwright.sync_api import expect


@pytest.fixture
def live(page):
    page.click("#camera-button")
    expect(page.locator("#camera-button")).to_have_attribute("aria-pressed", "true")
    return page


def test_what_the_camera_sees_is_read(live):
    expect_text(live, "35")
    expect(live.locator("#boxes .box")).to_have_count(2)
    expect(live.locator("#where")).to_contain_text("most of the last frames")
    frame, video = live.locator("#boxes").bounding_box(), live.locator("#video").bounding_box()
    assert frame["width"] == pytest.approx(video["width"], abs=4)  # both are 4 by 3


def test_it_ends_when_the_button_is_pressed_again(live):
    expect_text(live, "35")
    live.click("#camera-button")
    expect(live.locator("#video")).to_be_hidden()
    expect_text(live, "")
    live.wait_for_timeout(600)
    expect_text(live, "")
    assert live.evaluate("video.srcObject") is None


def test_it_ends_when_something_is_written(live):
    expect_text(live, "35")
    write(live, "7")
    expect_text(live, "7")
    expect(live.locator("#camera-button")).to_have_attribute("aria-pressed", "false")
    live.wait_for_timeout(600)
    expect_text(live, "7")


def test_a_camera_that_is_refused_is_said(open_page):
    page = open_page()
    page.evaluate(
        """() => {
            const refused = new DOMException("Permission denied", "NotAllowedError");
            navigator.mediaDevices.getUserMedia = () => Promise.reject(refused);
        }"""
    )
    page.click("#camera-button")
    expect(page.locator("#where")).to_have_text("No camera: Permission denied")
    write(page, "7")
    expect_text(page, "7")


def test_without_a_server_there_is_nobody_to_read_frames(page):
    page.route("**/predict*", lambda route: route.abort())
    page.click("#camera-button")
    expect(page.locator("#where")).to_contain_text("The server, which reads photos, cannot be")
    page.click("#camera-button")
    page.complaints.clear()  # Chromium's own lines about the server
    page.check("#here")
    page.click("#camera-button")
    expect(page.locator("#where")).to_contain_text("Photos are read by the server")
    expect(page.locator("#camera-button")).to_have_attribute("aria-pressed", "false")
