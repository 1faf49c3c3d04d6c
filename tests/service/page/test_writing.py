"""Writing: by mouse, pen, finger and keys; undone, redone, cleared; several digits and lines."""

import pytest
from hands import expect_text, paper, write
from playwright.sync_api import Page, expect

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "has_touch": True,
    "is_mobile": True,
}


def is_blank(page: Page) -> None:
    expect_text(page, "")
    expect(page.locator("#hint")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Nothing is written yet")


@pytest.mark.parametrize("way", ["mouse", "pen"])
def test_a_seven_is_read(page, way):
    write(page, "7", way=way)
    expect_text(page, "7")
    expect(page.locator("#status")).to_contain_text("Read surely")
    expect(page.locator("#where")).to_contain_text("Read by the server in")


def test_every_digit_is_read(page):
    write(page, "01234", size=0.19, top=0.1)
    write(page, "56789", size=0.19, top=0.45)
    expect_text(page, "0123456789")
    assert page.locator("#text .line").all_text_contents() == ["01234", "56789"]
    expect(page.locator("#boxes .box")).to_have_count(10)
    assert page.locator("#boxes .box").all_text_contents() == list("0123456789")


def test_boxes_are_around_the_ink(page):
    write(page, "42", size=0.4, top=0.2)
    expect_text(page, "42")
    frame, sheet = page.locator("#boxes").bounding_box(), paper(page).bounding_box()
    assert frame["x"] == pytest.approx(sheet["x"], abs=2)
    assert frame["width"] == pytest.approx(sheet["width"], abs=4)
    two = page.locator("#boxes .box").nth(1).bounding_box()
    left = sheet["x"] + sheet["width"] * (0.03 + 0.47)
    pen = 26 / 640 * sheet["width"]
    # A 2 reaches from 28 to 74 of 100 across and from 14 to 86 down, with half the pen beside it.
    assert two["x"] == pytest.approx(left + 0.4 * 0.28 * sheet["width"] - pen / 2, abs=6)
    assert two["width"] == pytest.approx(0.4 * 0.46 * sheet["width"] + pen, abs=10)
    assert two["height"] == pytest.approx(0.4 * 0.72 * sheet["width"] + pen, abs=10)


@pytest.mark.parametrize("by", ["buttons", "keys"])
def test_undo_redo_and_clear(page, by):
    def do(name, key):
        if by == "keys":
            page.keyboard.press(key)
        else:
            page.click(f"#{name}-button")

    write(page, "17", size=0.4)
    expect_text(page, "17")
    do("undo", "Control+z")
    expect_text(page, "1")
    do("redo", "Control+y")
    expect_text(page, "17")
    do("clear", "Delete")
    is_blank(page)
    do("undo", "Control+z")
    expect_text(page, "17")
    do("redo", "Control+Shift+Z")
    is_blank(page)


def test_what_cannot_be_done_is_switched_off(page):
    for name in ("undo", "redo", "clear"):
        expect(page.locator(f"#{name}-button")).to_be_disabled()
    write(page, "1")
    expect(page.locator("#undo-button")).to_be_enabled()
    expect(page.locator("#redo-button")).to_be_disabled()
    page.click("#undo-button")
    expect(page.locator("#undo-button")).to_be_disabled()
    expect(page.locator("#redo-button")).to_be_enabled()
    is_blank(page)


def test_the_pen_is_as_wide_as_it_is_set(page):
    def inked():
        page.mouse.click(*centre(page))
        return page.evaluate(
            """() => {
                const copy = new OffscreenCanvas(paper.width, paper.height).getContext("2d");
                copy.drawImage(paper, 0, 0);
                const { data } = copy.getImageData(0, 0, paper.width, paper.height);
                return data.filter((value, place) => place % 4 === 3 && value).length;
            }"""
        )

    page.fill("#brush", "10")
    thin = inked()
    page.click("#clear-button")
    page.fill("#brush", "40")
    thick = inked()
    assert thick / thin == pytest.approx(16, rel=0.2)


def centre(page):
    box = paper(page).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_paper_has_the_screens_own_pixels(open_page):
    page = open_page(device_scale_factor=2)
    sides = page.evaluate("[paper.width, paper.clientWidth, paper.height, paper.clientHeight]")
    assert sides[0] == 2 * sides[1]
    assert sides[2] == 2 * sides[3]


def test_a_finger_writes_and_does_not_scroll(open_page):
    page = open_page(**PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    write(page, "35", size=0.4, way="touch")
    expect_text(page, "35")
    assert page.evaluate("scrollY") == 0
    # The page is longer than the window, and scrolls beside the paper.
    assert page.evaluate("document.documentElement.scrollHeight > innerHeight")
    expect(page.locator("#photo-button")).to_be_visible()


def test_a_hand_that_rests_beside_a_pen_writes_nothing(open_page):
    page = open_page(**PHONE)
    write(page, "1", size=0.4, way="pen")
    expect_text(page, "1")
    write(page, "35", size=0.4, way="touch")
    page.wait_for_timeout(500)
    expect_text(page, "1")


def test_a_second_finger_ends_the_stroke(open_page):
    page = open_page(**PHONE)
    x, y = centre(page)
    browser = page.context.new_cdp_session(page)
    one, two = {"x": x, "y": y, "id": 0}, {"x": x + 60, "y": y, "id": 1}
    for kind, touches in (("Start", [one]), ("Start", [one, two]), ("End", [])):
        options = {"type": f"touch{kind}", "touchPoints": touches}
        browser.send("Input.dispatchTouchEvent", options)
    is_blank(page)
    expect(page.locator("#undo-button")).to_be_disabled()


def test_keys_alone_write_a_one(page):
    paper(page).focus()
    for _ in range(8):
        page.keyboard.press("ArrowUp")
    page.keyboard.press(" ")
    for _ in range(16):
        page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    expect_text(page, "1")


def test_every_control_is_reached_by_the_tab_key(page):
    write(page, "17", size=0.4)
    expect_text(page, "17")
    page.click("#undo-button")  # so that redo can be reached as well
    expect_text(page, "1")
    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring == "solid" or page.evaluate("document.activeElement === document.body")
    wanted = {"here", "paper", "undo-button", "redo-button", "clear-button", "brush"}
    wanted |= {"picture-button", "camera-button", "seen", "wrong"}
    assert wanted <= reached


def test_writing_goes_on_while_it_is_read(page):
    """What is written last counts, however slow the answer to what was there before."""
    page.route("**/predict*", lambda route: (page.wait_for_timeout(400), route.continue_()))
    write(page, "1")
    page.wait_for_timeout(300)
    write(page, " 7".replace(" ", ""), top=0.0, size=0.25)
    expect_text(page, "71")
