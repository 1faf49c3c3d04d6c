"""Pictures: chosen, photographed, dropped, pasted; what cannot be read is said."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from hands import expect_text, paper, write
from PIL import Image
from playwright.sync_api import expect

from digitrec.reading.views import TURNS

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"


@pytest.mark.parametrize("name", ["picture", "photo"])
def test_a_photo_is_read_with_a_box_over_it(page, name):
    page.set_input_files(f"#{name}-file", PICTURES / "five.jpg")
    expect_text(page, "5")
    with Image.open(PICTURES / "five.jpg") as image:
        ratio = image.width / image.height
    frame = page.locator("#boxes").bounding_box()
    assert frame["width"] / frame["height"] == pytest.approx(ratio, rel=0.02)
    box = page.locator("#boxes .box").bounding_box()
    assert frame["x"] < box["x"]
    assert box["x"] + box["width"] < frame["x"] + frame["width"]


def test_the_phones_camera_is_asked_for(page):
    expect(page.locator("#photo-file")).to_have_attribute("capture", "environment")
    with page.expect_file_chooser() as chooser:
        page.click("#picture-button")
    chooser.value.set_files(PICTURES / "seven.png")
    expect_text(page, "7")


GIVE = """
([kind, base64, type]) => {
    const bytes = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "a.png", { type }));
    const options = { bubbles: true, cancelable: true };
    document.body.dispatchEvent(kind === "paste"
        ? new ClipboardEvent(kind, { ...options, clipboardData: data })
        : new DragEvent(kind, { ...options, dataTransfer: data }));
}
"""


def give(page, kind, content, media="image/png"):
    page.evaluate(GIVE, [kind, base64.b64encode(content).decode(), media])


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_is_given(page, kind):
    if kind == "drop":
        give(page, "dragover", b"")
        expect(page.locator("#sheet")).to_have_class("paper dropping")
    give(page, kind, (PICTURES / "three.png").read_bytes())
    expect_text(page, "3")
    expect(page.locator("#sheet")).to_have_class("paper")


def test_who_writes_on_a_picture_gets_a_new_sheet_and_may_go_back(page):
    give(page, "paste", (PICTURES / "three.png").read_bytes())
    expect_text(page, "3")
    write(page, "1")
    expect_text(page, "1")
    page.click("#undo-button")
    expect_text(page, "3")


def test_what_is_no_picture_is_said(page):
    give(page, "drop", b"a poem", "text/plain")
    expect(page.locator("#status")).to_contain_text("expected a picture")
    page.complaints.clear()  # Chromium's own line about the status
    write(page, "1")
    expect_text(page, "1")


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_that_lies_is_shown_as_it_was_read(page, turns):
    content = io.BytesIO()
    with Image.open(PICTURES / "numbers.jpg") as image:
        ratio = image.width / image.height
        image.rotate(-90 * turns, expand=True).save(content, "JPEG")
    give(page, "paste", content.getvalue(), "image/jpeg")
    expect_text(page, "20481957")
    expect(page.locator("#notes")).to_contain_text(TURNS[turns])
    frame = page.locator("#boxes").bounding_box()
    assert frame["width"] / frame["height"] == pytest.approx(ratio, rel=0.02)
    two = page.locator("#boxes .box").first.bounding_box()
    assert dark(page, two) > 3 * dark(page, {**two, "x": two["x"] - two["width"]})


def dark(page, box):
    """Share of dark pixels that are seen in a box."""
    with Image.open(io.BytesIO(page.screenshot(clip=box))) as seen:
        grey = np.asarray(seen.convert("L"))
    return (grey[6:-6, 6:-6] < 90).mean() + 0.01


def test_the_notes_of_a_turn_are_known(page):
    turned = "import('./read.js').then(({ turnsOf }) => turnsOf(['a note', '%s']))"
    assert [page.evaluate(turned % note) for note in TURNS.values()] == list(TURNS)


def test_a_large_photo_is_sent_small(page):
    page.evaluate(
        """() => {
            const send = window.fetch;
            window.fetch = async (path, options) => {
                const { width, height } = await createImageBitmap(options.body);
                window.sent = [width, height];
                return send(path, options);
            };
        }"""
    )
    content = io.BytesIO()
    with Image.open(PICTURES / "five.jpg") as image:
        image.resize((6000, 8000)).save(content, "JPEG")
    give(page, "paste", content.getvalue(), "image/jpeg")
    expect_text(page, "5")
    assert page.evaluate("sent") == [1536, 2048]
    box, frame = page.locator("#boxes .box").bounding_box(), page.locator("#boxes").bounding_box()
    assert 0.3 < box["height"] / frame["height"] < 0.95


def test_an_empty_picture_is_empty(page):
    content = io.BytesIO()
    Image.new("L", (300, 200), 250).save(content, "PNG")
    give(page, "paste", content.getvalue())
    expect(page.locator("#status")).to_contain_text("Empty: there is no ink")
    assert paper(page).is_visible()
