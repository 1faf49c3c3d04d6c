"""How the page is made: small, by itself, safe, readable, for every device and screen readers."""

import re
from pathlib import Path

import pytest
from hands import expect_text, write
from playwright.sync_api import expect

import digitrec

PAGE = Path(digitrec.__file__).parent / "service" / "page"
MOST_BYTES = 150_000
FILES = sorted(path.name for path in PAGE.iterdir())


def text(name):
    return (PAGE / name).read_text(encoding="utf-8")


def test_all_of_it_is_small():
    assert sum((PAGE / name).stat().st_size for name in FILES) < MOST_BYTES


def test_all_of_it_is_kept_for_times_without_a_server():
    kept = re.search(r"const FILES = \[(.*?)\];", text("sw.js"), re.DOTALL)[1]
    names = set(re.findall(r'"(.*?)"', kept))
    assert names == {"./", *FILES} - {"index.html", "sw.js"}


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".png")])
def test_it_asks_nobody_else(name):
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text(name)))
    assert addresses <= {"http://www.w3.org"}  # the name of SVG


def test_nothing_is_written_into_the_html():
    page = text("index.html")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert re.findall(r"<script[^>]*>[^<]*", page) == ['<script type="module" src="main.js">']


CONTRAST = """
() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => [r, g, b]
        .map((value) => value / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((all, c, i) => all + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (element) => {
        const colour = rgba(getComputedStyle(element).backgroundColor);
        return colour[3] || !element.parentElement ? colour : ground(element.parentElement);
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        const isShown = element.checkVisibility() && !element.closest(":disabled, .aloud, script");
        if (!walker.currentNode.data.trim() || !isShown) continue;
        const two = [rgba(getComputedStyle(element).color), ground(element)].map(luminance);
        const ratio = (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
        found.push([walker.currentNode.data.trim(), ratio]);
    }
    return found;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("status", ["ok", "uncertain", "not_a_digit", "blank"])
def test_all_words_have_the_contrast_of_aa(open_page, scheme, status):
    page = open_page(color_scheme=scheme)
    if status != "blank":
        digit = {
            "digit": 2, "confidence": 0.6, "status": status, "line": 0, "box": [9, 90, 50, 80],
            "probabilities": [0, 0, 0.6, 0, 0, 0, 0, 0.4, 0, 0],
        }  # fmt: skip
        reading = {"status": status, "text": "2", "digits": [digit], "notes": ["a note"]}
        page.route("**/predict*", lambda route: route.fulfill(json=reading))
        write(page, "2")
        expect(page.locator("#digits li.digit")).to_have_count(1)
    ratios = page.evaluate(CONTRAST)
    assert len(ratios) > 10
    assert [one for one in ratios if one[1] < 4.5] == []


NAMELESS = """
() => [...document.querySelectorAll("button, input, canvas, a, img, select, [role]")]
    .filter((one) => one.checkVisibility() && !one.closest("[aria-hidden=true]"))
    .filter((one) => !(one.ariaLabel || one.innerText || one.labels?.[0]?.innerText || one.alt))
    .map((one) => one.outerHTML)
"""


def test_every_control_and_picture_has_a_name(page):
    write(page, "17", size=0.4)
    expect_text(page, "17")
    expect(page.locator("#steps img").first).to_be_visible()
    assert page.evaluate(NAMELESS) == []
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("dialog", ["access", "wrong"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_asked_is_readable_and_named_on_a_small_phone(open_page, dialog, scheme):
    page = open_page(color_scheme=scheme, viewport={"width": 320, "height": 640})
    page.evaluate(f"document.getElementById('{dialog}').showModal()")
    assert [one for one in page.evaluate(CONTRAST) if one[1] < 4.5] == []
    assert page.evaluate(NAMELESS) == []
    assert page.locator(f"#{dialog}").evaluate("dialog => dialog.scrollWidth") <= 320


@pytest.mark.parametrize("width", [320, 390, 820, 1600])
def test_nothing_is_wider_than_the_window(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    write(page, "1702", size=0.22)
    expect_text(page, "1702")
    expect(page.locator("#maps canvas").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_phone_has_buttons_large_enough_for_a_finger(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    for button in page.locator(".tools button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44


def test_who_wants_no_motion_gets_none(open_page):
    page = open_page(reduced_motion="reduce")
    write(page, "1")
    expect_text(page, "1")
    bar = page.locator(".bar").first
    assert bar.evaluate("bar => getComputedStyle(bar).transitionDuration") == "0s"
