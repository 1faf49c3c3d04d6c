"""Ink to digits in reading order, rated by how like the drawn digits each part is."""

import time
from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from drawn_writing import Coverage, digit, placed, slanted_line, writing
from numpy.typing import NDArray

from digitrec.reading import layout
from digitrec.reading.ink import Ink
from digitrec.reading.layout import find_digits, ink_of, whole
from digitrec.reading.layout.pieces import Piece, connected
from digitrec.reading.normalize import to_mnist

LIKE, UNLIKE = 0.9, 0.6
"""Correlation with a drawn digit from which an ink surely is one, and up to which it is none."""


def flat(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    soft = cv2.GaussianBlur(image.astype(np.float64), (0, 0), 1).ravel()
    return soft / max(float(np.linalg.norm(soft)), 1e-9)


TEMPLATES = np.stack([flat(to_mnist(digit(name) * 255)) for name in range(10)])


def likeness(inks: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    """(N, 10): the correlation of each ink with each drawn digit."""
    return np.stack([TEMPLATES @ flat(to_mnist(ink)) for ink in inks])


def rate(inks: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    if not inks:
        return np.zeros(0)
    best = likeness(inks).max(axis=1)
    return np.clip((best - UNLIKE) / (LIKE - UNLIKE), 0.01, 1)


def ink_from(coverage: Coverage) -> Ink:
    strokes = (coverage * 255).astype(np.float32)
    return Ink(strokes, coverage > 0.5, 1.0, ())


def read(coverage: Coverage) -> str:
    """The text that the templates read in what was found, line by line."""
    ink = ink_from(coverage)
    lines: dict[int, str] = {}
    for place in find_digits(ink, rate):
        name = int(likeness([ink_of(place.piece, ink)])[0].argmax())
        lines[place.line] = lines.get(place.line, "") + str(name)
    return "\n".join(lines[number] for number in sorted(lines))


def with_marks(coverage: Coverage, *boxes: tuple[int, int, int, int]) -> Coverage:
    """The same with solid boxes (x, y, width, height) of ink."""
    marked = coverage.copy()
    for x, y, width, height in boxes:
        marked[y : y + height, x : x + width] = 1
    return marked


def test_no_ink_is_no_digits():
    empty = ink_from(np.zeros((50, 50), np.float32))
    assert find_digits(empty, rate) == []
    assert whole(empty) == []


@pytest.mark.parametrize("text", ["7", "2048", "0123456789", "12\n345", "90\n18\n27"])
@pytest.mark.parametrize("height", [30, 100])
def test_digits_apart_are_read_in_order(text, height):
    assert read(writing(text, height=height)) == text


@pytest.mark.parametrize("degrees", [-8, 8])
def test_slanted_lines(degrees):
    assert read(slanted_line(writing("20385\n69230"), degrees)).count("\n") == 1


@pytest.mark.parametrize("text", ["00", "000", "20", "35", "808", "6006"])
@pytest.mark.parametrize("overlap", [0.03, 0.06])
def test_touching_digits_are_parted(text, overlap):
    ink = writing(text, gap=-overlap)
    assert read(ink) == text
    found = find_digits(ink_from(ink), rate)
    if len(connected(ink > 0.5)) == 1:
        assert all(place.cut for place in found)


@pytest.mark.parametrize("name", range(10))
@pytest.mark.parametrize("stretch", [0.5, 0.75, 1.0])
def test_one_digit_is_not_two(name, stretch):
    found = find_digits(ink_from(writing(str(name), stretch=stretch)), rate)
    assert [place.cut for place in found] == [False]


def test_a_5_with_a_loose_bar_is_one_digit():
    five = digit(5)
    rows = slice(14, 20)
    loose = np.concatenate([five[: rows.start], np.zeros((5, five.shape[1]), np.float32)])
    loose = np.concatenate([loose, five[rows.start :]])
    sheet = placed(loose, (200, 300), 60, 40)
    found = find_digits(ink_from(np.maximum(sheet, placed(digit(2), (200, 300), 180, 40))), rate)
    assert len(found) == 2
    assert found[0].piece.y == 40


@pytest.mark.parametrize("where", [0.35, 0.65])
def test_a_broken_digit_is_one(where):
    """A rule was taken away across a 3: two halves with a gap of four pixels."""
    sheet = writing("232")
    row = round(60 + 100 * where)
    sheet[row : row + 4] = 0
    assert len(find_digits(ink_from(sheet), rate)) == 3


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("dot", (178, 150, 10, 10)),
        ("comma", (178, 145, 8, 35)),
        ("dash", (178, 105, 50, 8)),
        ("long dash", (178, 105, 160, 8)),
    ],
)
def test_marks_between_digits_are_no_digits(name, mark):
    sheet = with_marks(writing("23 85", stretch=1.0), mark)
    clear = find_digits(ink_from(writing("23 85", stretch=1.0)), rate)
    assert len(clear) == 4
    assert len(find_digits(ink_from(sheet), rate)) == 4, name


def test_an_equals_sign_is_no_digit():
    sheet = np.pad(writing("308"), ((0, 0), (0, 120)))
    x = sheet.shape[1] - 140
    marked = with_marks(sheet, (x, 90, 60, 8), (x, 125, 60, 8))
    assert read(marked) == "308"


def test_a_comma_below_the_line_is_no_line_of_its_own():
    sheet = writing("208")
    marked = with_marks(sheet, (sheet.shape[1] - 50, 155, 9, 45))
    assert read(marked) == "208"


@pytest.mark.parametrize("share", [0.35, 0.5])
def test_small_zeros_between_tall_digits_are_read(share):
    small = digit(0, height=round(100 * share), thickness=14)
    sheet = np.pad(writing("27"), ((0, 0), (0, 100)))
    zero = placed(small, sheet.shape, sheet.shape[1] - 130, 100)
    assert read(np.maximum(sheet, zero)) == "270"


def test_specks_are_no_digits():
    random = np.random.default_rng(0)
    sheet = writing("394")
    spots = [(int(x), int(y), 3, 3) for x, y in random.integers(5, 55, (30, 2))]
    assert read(with_marks(sheet, *spots)) == "394"


def test_a_frame_around_digits_is_left_out():
    sheet = writing("62")
    height, width = sheet.shape
    frame = np.zeros(sheet.shape, np.uint8)
    cv2.rectangle(frame, (20, 20), (width - 20, height - 20), 1, 4)
    assert read(np.maximum(sheet, frame.astype(np.float32))) == "62"


def test_all_ink_is_one_digit_when_told_so_but_specks():
    sheet = with_marks(writing("11"), (5, 5, 2, 2))
    (place,) = whole(ink_from(sheet))
    assert (place.piece.x, place.piece.y) == (60, 60)
    assert place.piece.height == 100
    assert not place.cut


def test_the_ink_of_a_piece_has_none_of_its_neighbours():
    sheet = writing("11", gap=0.05)
    ink = ink_from(sheet)
    first, second = find_digits(ink, rate)
    assert second.piece.x - first.piece.right < 8
    total = sum(float(ink_of(place.piece, ink).sum()) for place in (first, second))
    assert total == pytest.approx(float(ink.strokes.sum()), rel=0.01)


def test_the_soft_edge_goes_with_a_piece():
    ink = ink_from(np.full((20, 20), 0.3, np.float32))
    core = np.zeros((20, 20), bool)
    core[8:12, 8:12] = True
    soft = Ink(ink.strokes, core, 1.0, (), edge=3)
    assert ink_of(Piece(8, 8, np.ones((4, 4), bool)), soft).shape == (10, 10)


def test_a_texture_of_thousands_of_pieces_takes_bounded_time():
    random = np.random.default_rng(0)
    noise = cv2.GaussianBlur(random.random((1000, 1000)).astype(np.float32), (0, 0), 4)
    rated = []

    def count(inks: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
        rated.append(len(inks))
        return np.full(len(inks), 0.2)

    texture = (noise > np.quantile(noise, 0.7)).astype(np.float32)
    began = time.process_time()
    found = find_digits(ink_from(texture), count)
    assert time.process_time() - began < 10
    assert len(found) <= layout.MOST_PIECES * 13
    assert len(rated) == 2  # all that there is to rate goes to the classifier together
