"""Writing on the page: by mouse, touch, pen and keys, digits of lines and arcs (drawn_digits)."""

from collections.abc import Iterator

from drawn_digits import STROKES
from playwright.sync_api import Locator, Page, expect

Points = list[tuple[float, float]]


def write(
    page: Page, text: str, *, size: float = 0.3, top: float = 0.3, way: str = "mouse"
) -> None:
    """Write digits side by side; size and top by the paper's width."""
    box = paper(page).bounding_box()
    step = box["width"] * 0.94 / len(text)
    for number, sign in enumerate(text):
        left = box["x"] + box["width"] * 0.03 + number * step
        for points in strokes(int(sign), left, box["y"] + top * box["width"], size * box["width"]):
            WAYS[way](page, points)


def strokes(digit: int, left: float, top: float, size: float) -> Iterator[Points]:
    for points in STROKES[digit]:
        yield [(left + x * size / 100, top + y * size / 100) for x, y in points]


def by_mouse(page: Page, points: Points) -> None:
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point)
    page.mouse.up()


def by_touch(page: Page, points: Points) -> None:
    """Real touches, of which the browser makes pointer events and, where it may, scrolling."""
    browser = page.context.new_cdp_session(page)

    def touch(kind: str, at: Points) -> None:
        there = [{"x": x, "y": y} for x, y in at]
        browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": there})

    touch("touchStart", points[:1])
    for point in points[1:]:
        touch("touchMove", [point])
    touch("touchEnd", [])
    browser.detach()


PEN = """
([points, kind]) => {
    const canvas = document.getElementById("paper");
    canvas.setPointerCapture = () => {};  // which knows real pointers alone
    const tell = (name, [clientX, clientY]) => canvas.dispatchEvent(new PointerEvent(name, {
        clientX, clientY, pointerId: 7, pointerType: kind, isPrimary: true, button: 0, buttons: 1,
        bubbles: true, cancelable: true, pressure: 0.5,
    }));
    tell("pointerdown", points[0]);
    points.slice(1).forEach((point) => tell("pointermove", point));
    tell("pointerup", points.at(-1));
}
"""


def by_pen(page: Page, points: Points) -> None:
    page.evaluate(PEN, [points, "pen"])


WAYS = {"mouse": by_mouse, "touch": by_touch, "pen": by_pen}


def paper(page: Page) -> Locator:
    return page.locator("#paper")


def expect_text(page: Page, text: str) -> None:
    """The answer on the page, its lines with blanks between them."""
    expect(page.locator("#text")).to_have_text(text, timeout=20_000)
