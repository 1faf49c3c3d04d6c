"""Pieces of ink: which make one digit, and which are rules and dots."""

import cv2
import numpy as np
import pytest
from drawn_writing import digit

from digitrec.reading.layout.pieces import (
    Piece,
    connected,
    gap_between,
    is_straight,
    joined,
    near,
    typical_height,
    union,
)


def block(x: int, y: int, width: int, height: int) -> Piece:
    return Piece(x, y, np.ones((height, width), bool))


def on(shape: tuple[int, int], *blocks: Piece) -> list[Piece]:
    """The connected pieces of a field with these blocks."""
    field = np.zeros(shape, bool)
    for piece in blocks:
        field[piece.y : piece.bottom, piece.x : piece.right] |= piece.mask
    return connected(field)


def drawn_line(width: int, height: int, thickness: int = 6) -> Piece:
    field = np.zeros((height + 20, width + 20), np.uint8)
    cv2.line(field, (10, 10), (10 + width, 10 + height), 1, thickness)
    (piece,) = connected(field.astype(bool))
    return piece


def test_a_piece_knows_its_place():
    (piece,) = on((50, 60), block(10, 20, 8, 12))
    assert (piece.x, piece.y, piece.width, piece.height) == (10, 20, 8, 12)
    assert (piece.right, piece.bottom, piece.area) == (18, 32, 96)


@pytest.mark.parametrize("thickness", [4, 8, 12])
def test_thickness_and_length_of_a_stroke(thickness):
    stroke = drawn_line(0, 150, thickness)
    assert stroke.thickness == pytest.approx(thickness, abs=0.2 * thickness + 1)
    assert stroke.length == pytest.approx(150, rel=0.3)


def test_the_union_holds_the_ink_of_all():
    whole = union([block(0, 0, 4, 4), block(10, 6, 4, 4)])
    assert (whole.x, whole.y, whole.width, whole.height, whole.area) == (0, 0, 14, 10, 32)


@pytest.mark.parametrize("name", [0, 2, 3, 5, 6, 8, 9])
def test_digits_that_turn_back_are_not_straight(name):
    (piece,) = connected(digit(name) > 0.5, 20)
    assert not is_straight(piece)


@pytest.mark.parametrize("piece", [drawn_line(0, 80), drawn_line(60, 60), drawn_line(50, 5)])
def test_strokes_at_any_angle_are_straight(piece):
    assert is_straight(piece)


def test_dots_are_straight():
    assert is_straight(block(0, 0, 8, 8))


@pytest.mark.parametrize(("paper", "most", "expected"), [(0, 5, 1), (3, 5, 4), (9, 5, np.inf)])
def test_gaps_are_measured_from_pixel_to_pixel(paper, most, expected):
    found = gap_between(block(0, 0, 10, 10), block(10 + paper, 0, 10, 10), most)
    assert found == pytest.approx(expected, rel=0.05)  # OpenCV's 3x3 distance is 0.955 a pixel


@pytest.mark.parametrize(("paper", "expected"), [(3, True), (4, False)])
def test_near_counts_the_paper_between(paper, expected):
    assert near(block(0, 0, 10, 10), block(10 + paper, 0, 10, 10), 3) is expected


def test_a_line_is_as_high_as_its_tall_digits():
    """Half of the ink, and more than half of the digits, are 0s of half the height."""
    tall = [block(60 * number, 0, 20, 100) for number in range(3)]
    small = [block(300 + 60 * number, 50, 30, 50) for number in range(4)]
    assert sum(piece.area for piece in small) == sum(piece.area for piece in tall)
    assert typical_height([*tall, *small]) == 100


@pytest.mark.parametrize(("gap", "count"), [(4, 1), (10, 1), (30, 2)])
def test_a_bar_above_a_digit_belongs_to_it_when_it_is_near(gap, count):
    body, bar = block(0, 40, 40, 60), block(5, 34 - gap, 45, 6)
    found = joined([body, bar], 100)
    assert len(found) == 1
    assert found[0].area == (body.area + bar.area if count == 1 else body.area)


@pytest.mark.parametrize(("upper", "gap", "count"), [(45, 6, 1), (45, 40, 2), (90, 6, 2)])
def test_a_digit_in_two_halves_is_one_and_two_lines_are_two(upper, gap, count):
    found = joined([block(0, 0, 40, upper), block(0, upper + gap, 40, 50 + upper // 2)], 100)
    assert len(found) == count


def test_a_stroke_that_nearly_touches_is_joined_and_a_dot_is_not():
    body = block(0, 0, 8, 100)
    stroke, dot = block(14, 30, 30, 8), block(14, 30, 8, 8)
    assert joined([body, stroke], 100)[0].area == body.area + stroke.area
    assert joined([body, dot], 100)[0].area == body.area


def test_a_rule_under_digits_is_not_part_of_them():
    digits = [block(60 * number, 0, 40, 100) for number in range(3)]
    found = joined([*digits, block(0, 104, 200, 3)], 100)
    assert sorted(piece.area for piece in found) == [4000, 4000, 4000]


@pytest.mark.parametrize(("share", "kept"), [(0.6, True), (0.3, False)])
def test_low_straight_strokes_are_left_out(share, kept):
    found = joined([block(0, 0, 50, 100), block(100, 0, 6, round(100 * share))], 100)
    assert (len(found) == 2) is kept


@pytest.mark.parametrize(("share", "kept"), [(0.4, True), (0.3, True), (0.15, False)])
def test_small_rings_are_kept_and_specks_are_not(share, kept):
    (ring,) = connected(digit(0, height=round(100 * share), thickness=6) > 0.5)
    found = joined([block(0, 0, 50, 100), Piece(100, 30, ring.mask)], 100)
    assert (len(found) == 2) is kept
