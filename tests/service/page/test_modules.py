"""What is written twice, in Python and in JavaScript, does the same."""

import base64
from pathlib import Path

import numpy as np
import pytest
from drawn_digits import draw
from hands import expect_text, write
from litert_answers import answer
from PIL import ImageFilter
from playwright.sync_api import expect

import digitrec
from digitrec.compression.formats.js.source import source
from digitrec.reading import card as cards
from digitrec.reading.classifier import energies
from digitrec.reading.normalize import near_mnist_width, stroke_width, to_mnist
from digitrec.reading.reject import measures

COUNT = 1000
HOME = Path(digitrec.__file__).parent
PAGE = HOME / "service" / "page"
TINY = HOME.parent / "models" / "tiny-8kb.tflite"


def digits():
    """Ink of digits of many sizes, widths and turns, and of noise."""
    for digit in range(10):
        for size, thickness, turn in ((60, 8, 0), (200, 3, 10), (413, 14, -20), (200, 30, 5)):
            drawn = draw(digit, size=size, thickness=thickness, turn=turn)
            yield 255 - np.asarray(drawn.filter(ImageFilter.GaussianBlur(1)))
    noise = np.random.default_rng(1)
    yield from (noise.integers(0, 256, sides).astype(np.uint8) for sides in ((15, 9), (7, 30)))
    yield np.zeros((30, 40), np.uint8)


def as_sheet(ink):
    text = base64.b64encode(ink.tobytes()).decode()
    return {"width": ink.shape[1], "height": ink.shape[0], "text": text}


@pytest.fixture(scope="module")
def inks():
    return list(digits())


def run(page, inks, program):
    """What a program makes of each sheet of ink."""
    return page.evaluate(
        f"""async (sheets) => {{
            const load = (name) => import(new URL(name, location).href);
            const {{ toMnist }} = await load("normalize.js");
            const {{ nearMnistWidth, strokeWidth }} = await load("strokes.js");
            const {{ measures }} = await load("judge.js");
            const {{ pieces }} = await load("pieces.js");
            return sheets
                .map(({{ width, height, text }}) => ({{
                    width, height, ink: Uint8Array.from(atob(text), (c) => c.charCodeAt(0)),
                }}))
                .map((sheet) => {program});
        }}""",
        [as_sheet(ink) for ink in inks],
    )


def test_mnists_form_is_the_same_to_a_grey_level(page, inks):
    found = np.array(run(page, inks, "[...toMnist(sheet)]"))
    expected = np.array([to_mnist(ink).ravel() for ink in inks], int)
    assert np.abs(found - expected).max() <= 1
    assert (found == expected).mean() > 0.9999


def test_strokes_come_near_mnists_width_alike(page, inks):
    found = np.array(run(page, inks, "[...toMnist(nearMnistWidth(sheet))]"))
    expected = np.array([to_mnist(near_mnist_width(ink)).ravel() for ink in inks], int)
    plain = np.array([to_mnist(ink).ravel() for ink in inks], int)
    assert (np.abs(expected - plain).max(axis=1) > 50).sum() > 10  # thin and thick ones are changed
    assert np.abs(found - expected).max() <= 1


def test_widths_and_measures_are_the_same(page, inks):
    found = run(page, inks, "strokeWidth(sheet)")
    np.testing.assert_allclose(found, [stroke_width(ink) for ink in inks], atol=1e-3)
    found = run(page, inks, "measures(toMnist(sheet))")
    expected = [measures(to_mnist(ink)) for ink in inks]
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-4)


def test_energies_are_the_same(page):
    logits = np.random.default_rng(2).normal(0, 4, (20, 10))
    found = page.evaluate(
        """async (rows) => {
            const { energyOf } = await import(new URL("judge.js", location).href);
            return rows.map((row) => energyOf(row, 0.8));
        }""",
        logits.tolist(),
    )
    np.testing.assert_allclose(found, energies(logits, 0.8))


READ_ALL = """
async (text) => {
    const { run } = await import(new URL("model.js", location).href);
    const bytes = Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
    const logits = [];
    for (let at = 0; at < bytes.length; at += 784) {
        logits.push(run(bytes.subarray(at, at + 784)).logits);
    }
    return logits;
}
"""


@pytest.fixture
def answers(page):
    """What the page's model says in the browser, logits (N, 10)."""

    def of(images):
        return np.array(page.evaluate(READ_ALL, base64.b64encode(images.tobytes()).decode()))

    return of


@pytest.mark.mnist
def test_the_tiny_model_reads_mnist_in_the_browser(answers, mnist):
    part = mnist.validation.take(np.arange(COUNT))
    assert (answers(part.images).argmax(axis=1) == part.labels).mean() > 0.98


@pytest.mark.mnist
def test_it_answers_as_litert_does(answers, mnist):
    """`make tiny` writes both files."""
    content, images = TINY.read_bytes(), mnist.validation.images[:COUNT]
    assert (PAGE / "model.js").read_text() == source(content, cards.read(TINY)).text
    theirs, ours = answer(content, images), answers(images)
    np.testing.assert_array_equal(ours.argmax(axis=1), theirs.argmax(axis=1))
    step = np.diff(np.unique(theirs)).min()
    assert (np.abs(ours - theirs) < 2.01 * step).all()  # of eight bits, as the C source does


def lines(page, ink):
    """Of the pieces of a sheet: their lines and, in whole pixels, where they begin."""
    (found,) = run(page, [ink], "pieces(sheet).map(({ line, x, y }) => [line, x, y])")
    return found


def test_pieces_are_in_reading_order(page):
    sheet = np.zeros((100, 100), np.uint8)
    for x, y in ((70, 12), (10, 8), (40, 14), (55, 60), (20, 62)):
        sheet[y : y + 20, x : x + 10] = 255
    assert lines(page, sheet) == [[0, 10, 8], [0, 40, 14], [0, 70, 12], [1, 20, 62], [1, 55, 60]]


def test_a_hat_belongs_to_its_five_and_a_speck_to_nothing(page):
    sheet = np.zeros((100, 100), np.uint8)
    sheet[20:24, 30:50], sheet[30:70, 25:55] = 255, 255  # a hat, and a body below it
    sheet[90:93, 80:83] = 255
    assert lines(page, sheet) == [[0, 25, 20]]


PIXELS = """
[...document.querySelectorAll("#digits canvas")].map((canvas) =>
    [...canvas.getContext("2d").getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0))
"""


def test_the_browser_reads_what_is_written_as_the_server_does(page):
    write(page, "35", size=0.4)
    expect_text(page, "35")
    theirs = np.array(page.evaluate(PIXELS), float)
    page.check("#here")
    expect(page.locator("#where")).to_contain_text("Read in this browser")
    expect_text(page, "35")
    ours = np.array(page.evaluate(PIXELS), float)
    assert np.abs(ours - theirs).mean() < 6


VOTES = """
async (texts) => {
    const { Vote } = await import(new URL("vote.js", location).href);
    const vote = new Vote();
    return texts.map((text) => vote.add({ text })?.text ?? null);
}
"""


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ("aaa", [None, None, "a"]),
        ("abaXa", [None, None, None, None, "a"]),
        ("aaab", [None, None, "a", "a"]),
        ("aaabbb", [None, None, "a", "a", "a", None]),
        ("aaabbbb", [None, None, "a", "a", "a", None, "b"]),
        ("aaabbbbbbb", [None, None, "a", "a", "a", None, "b", "b", "b", "b"]),
    ],
)
def test_frames_vote(page, frames, said):
    assert page.evaluate(VOTES, list(frames)) == said
