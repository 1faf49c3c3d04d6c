"""What is shown of an answer: probabilities, statuses in words, notes, stages, the layers."""

import json

import pytest
from hands import expect_text, paper, write
from playwright.sync_api import expect


def answered(page, **changes):
    """Let the server answer this to whatever is written."""
    digit = {
        "digit": 2, "confidence": 0.6, "status": "uncertain", "line": 0, "box": [10, 10, 50, 80],
        "probabilities": [0, 0, 0.6, 0, 0, 0, 0, 0.4, 0, 0],
    }  # fmt: skip
    reading = {
        "file": None, "status": "uncertain", "text": "2", "digits": [digit], "notes": [],
        "error": None, **changes,
    }  # fmt: skip
    page.route("**/predict*", lambda route: route.fulfill(json=reading))
    write(page, "2")
    return digit


def test_ten_bars_say_how_likely_each_digit_is(page):
    answered(page)
    expect_text(page, "2")
    bars = page.locator("#digits .bars li")
    expect(bars).to_have_count(10)
    assert bars.locator(".aloud").nth(7).text_content() == "7: 40.0 %"
    heights = [bar.bounding_box()["height"] for bar in bars.locator(".bar").all()]
    assert heights[7] / heights[2] == pytest.approx(2 / 3, abs=0.05)
    assert max(heights[:2]) <= 1


def test_uncertain_is_said_and_drawn(page):
    answered(page)
    expect(page.locator("#status")).to_contain_text("Uncertain: look again at the 2")
    expect(page.locator("#boxes .box")).to_have_text("2?")
    expect(page.locator("#digits .word")).to_have_text("? uncertain")
    style = page.locator("#boxes .box").evaluate("box => getComputedStyle(box).borderStyle")
    assert style == "dashed"


def test_what_is_no_digit_is_said_and_is_not_in_the_text(page):
    digit = answered(page)
    no_digit = {**digit, "status": "not_a_digit"}
    page.unroute("**/predict*")
    page.click("#clear-button")
    answered(page, status="not_a_digit", text="", digits=[no_digit])
    expect(page.locator("#status")).to_contain_text("Not a digit")
    expect_text(page, "")
    expect(page.locator("#boxes .box")).to_have_text("✕")
    expect(page.locator("#digits .word")).to_have_text("✕ not a digit")


def test_empty_and_errors_are_words(page):
    answered(page, status="empty", text="", digits=[])
    expect(page.locator("#status")).to_contain_text("Empty: there is no ink")


def test_notes_are_shown_as_text(page):
    answered(page, notes=["2 touching digits split", "<b>not bold</b>"])
    expect(page.locator("#notes li")).to_have_text(["2 touching digits split", "<b>not bold</b>"])


def test_a_screen_reader_hears_the_answer_once(page):
    answered(page)
    status = page.locator("#status")
    expect(status).to_have_attribute("role", "status")
    heard = status.locator(":not([aria-hidden])")
    expect(heard).to_have_text(["2. Uncertain: look again at the 2"])


def test_what_the_network_saw_and_the_stages_are_shown(page):
    write(page, "70", size=0.4)
    expect_text(page, "70")
    pixels = page.locator("#digits canvas").first.evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 == 0)"
    )
    assert len(pixels) == 28 * 28
    assert max(pixels) == 255
    assert sum(value > 0 for value in pixels) < 300
    stages = page.locator("#steps img")
    assert stages.count() >= 3
    for stage in stages.all():
        assert stage.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


LIT = "[...document.querySelectorAll('#maps canvas')].map(c => c.toDataURL().length)"


def test_the_layers_light_up_while_a_digit_is_drawn(page):
    box = paper(page).bounding_box()
    x, y = box["x"] + 200, box["y"] + 100
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y, steps=5)
    expect(page.locator("#layers")).to_be_visible()
    before = page.evaluate(LIT)
    page.mouse.move(x + 40, y + 220, steps=5)
    page.wait_for_timeout(300)
    after = page.evaluate(LIT)
    page.mouse.up()
    assert len(before) == len(after) > 3
    assert before != after


def test_the_layers_of_another_digit_are_chosen(page):
    write(page, "17", size=0.4)
    expect_text(page, "17")
    seen = page.locator("#digits .seen")
    expect(seen.nth(1)).to_have_attribute("aria-pressed", "true")  # the last that was drawn
    before = page.evaluate(LIT)
    seen.nth(0).click()
    expect(seen.nth(0)).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(LIT) != before


def test_a_refusal_of_the_server_is_said(page):
    body = json.dumps({"error": "expected a picture; received a poem"})
    page.route("**/predict*", lambda route: route.fulfill(status=422, body=body))
    write(page, "1")
    expect(page.locator("#status")).to_contain_text("expected a picture; received a poem")
    page.complaints.clear()  # Chromium's own line about the 422
