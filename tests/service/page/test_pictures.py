"""Pictures: chosen, photographed, dropped, pasted; what cannot be read is said."""

import base64
import io
from pathlib import Path

import pytest
from hands import expect_text, paper, write
from PIL import Image
from playwright.sync_api import expect

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


def test_an_empty_picture_is_empty(page):
    content = io.BytesIO()
    Image.new("L", (300, 200), 250).save(content, "PNG")
    give(page, "paste", content.getvalue())
    expect(page.locator("#status")).to_contain_text("Empty: there is no ink")
    assert paper(page).is_visible()
