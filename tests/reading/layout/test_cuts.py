"""Seams between touching digits: what they cross, and that no ink is lost."""

import cv2
import numpy as np
import pytest
from drawn_writing import writing

from digitrec.reading.layout import cuts
from digitrec.reading.layout.pieces import Piece, connected, union


def piece_of(text: str, **how: float) -> Piece:
    (piece,) = connected(writing(text, **how) > 0.5, 20)
    return piece


def rings(count: int, step: int = 40) -> Piece:
    """Rings 46 wide that overlap by a stroke, side by side."""
    field = np.zeros((60, 60 + step * count), np.uint8)
    for number in range(count):
        cv2.circle(field, (30 + step * number, 30), 20, 1, 6)
    (piece,) = connected(field.astype(bool))
    return piece


def test_two_touching_digits_are_parted_through_one_stroke():
    piece = piece_of("00", gap=-0.04)
    parts, crossed = cuts.parts(piece)
    assert len(parts) == len(crossed) + 1
    best = int(np.argmin(crossed))
    left = union(parts[: best + 1])
    assert left.right - piece.x == pytest.approx(piece.width / 2, abs=0.06 * piece.width)
    assert 1 <= crossed[best] < 2


def test_a_cut_through_a_loop_crosses_two_strokes():
    _, crossed = cuts.parts(piece_of("0"))
    assert min(crossed) >= 2


@pytest.mark.parametrize("text", ["0", "23", "885", "4"])
def test_no_ink_is_lost_nor_doubled(text):
    piece = piece_of(text, gap=-0.1)
    parts, _ = cuts.parts(piece)
    assert sum(part.area for part in parts) == piece.area
    whole = union(parts)
    assert (whole.x, whole.y) == (piece.x, piece.y)
    assert np.array_equal(whole.mask, piece.mask)


def test_digits_that_touch_along_a_stroke_are_still_parted_there():
    """A cut along the common side of two boxes pays little for its way through the ink."""
    field = np.zeros((80, 140), np.uint8)
    cv2.rectangle(field, (10, 10), (70, 70), 1, 6)
    cv2.rectangle(field, (70, 10), (130, 70), 1, 6)
    (piece,) = connected(field.astype(bool))
    parts, crossed = cuts.parts(piece)
    assert any(
        abs(union(parts[: number + 1]).right - 70) <= 6 and cost <= cuts.CROSSED
        for number, cost in enumerate(crossed)
    )


def test_no_seam_slips_through_a_line_of_pixels_that_touch_by_their_corners():
    mask = np.zeros((40, 60), bool)
    mask[0, :] = mask[-1, :] = True
    mask[np.arange(40), np.arange(40) + 10] = True
    costs, _ = cuts._cheapest(mask, 1.0)
    assert costs[20, 5] - costs[20, 50] < 1  # one bar above each
    assert costs[-2, 55] >= 1
    through = np.where(np.arange(60) > 49, np.inf, 0)
    down, _ = cuts._cheapest(mask[:, :50], 1.0)
    assert (down[-1] + through[:50]).min() >= 2  # the bar and, left of the line's end, the line


def test_cuts_lie_apart_and_are_limited_in_number():
    piece = rings(16)
    parts, crossed = cuts.parts(piece)
    assert len(crossed) == cuts.MOST_CUTS
    edges = [union(parts[: number + 1]).right for number in range(len(crossed))]
    assert min(np.diff(edges)) >= cuts.APART * piece.height - 6


def test_a_solid_block_is_not_cut():
    block = Piece(0, 0, np.ones((40, 80), bool))
    parts, crossed = cuts.parts(block)
    assert len(parts) == len(crossed) + 1
    assert all(cost >= 1 for cost in crossed)
