"""Outlines are filled, and loops are not."""

import cv2
import numpy as np
import pytest
from drawn_writing import digit, felt_pen, writing

from digitrec.reading.ink.hollow import GAP_IN_STROKE, HOLLOW, closed, gaps_in


def outline(core: np.ndarray, thickness: int = 2) -> np.ndarray:
    """Its edge, that many pixels thick, inwards."""
    brush = np.ones((2 * thickness + 1, 2 * thickness + 1), np.uint8)
    return core & ~cv2.erode(core.astype(np.uint8), brush).astype(bool)


@pytest.mark.parametrize("name", range(10))
def test_outlines_of_digits_are_filled_and_their_loops_are_not(name):
    whole = np.pad(digit(name, 100, thickness=14) > 0.5, 3)
    hollow = outline(whole)
    assert (hollow | gaps_in(hollow) == whole).all()


@pytest.mark.parametrize("thickness", [3, 6, 10, 16])
@pytest.mark.parametrize("name", range(10))
def test_whole_strokes_have_no_gaps(name, thickness):
    assert not gaps_in(digit(name, 100, thickness=thickness) > 0.5).any()


def test_each_digit_of_a_line_is_filled_for_itself():
    ink = writing("1038", thickness=14)
    hollow = outline(ink > 0.5)
    assert (hollow | gaps_in(hollow) == (ink > 0.5)).all()


def test_touching_round_digits_are_no_outline():
    assert not gaps_in(writing("0000", thickness=8, gap=-0.08) > 0.5).any()


def ring(width: int, height: int, thick: int) -> np.ndarray:
    """A rectangle's outline around an empty field of that size."""
    mask = np.ones((height + 2 * thick, width + 2 * thick), bool)
    mask[thick:-thick, thick:-thick] = False
    return np.pad(mask, 2)


@pytest.mark.parametrize("share", [0.5, 0.9, 1.2, 2])
def test_a_gap_is_narrow(share):
    field = ring(round(share * GAP_IN_STROKE * 200), 200, thick=3)
    assert gaps_in(field).any() == (share < 1)


@pytest.mark.parametrize("share", [0.5, 0.9, 1.1, 2])
def test_there_is_much_gap_for_the_ink(share):
    width, height = 12, 200
    thick = round(width / (2 * HOLLOW * share))
    field = ring(width, height, thick)
    gap = width * height / field.sum()
    assert gaps_in(field).any() == (gap >= HOLLOW)


@pytest.mark.parametrize("gap", [0.2, 0.35])
def test_closing_fills_a_dry_pens_gaps_also_where_they_are_open(gap):
    whole = writing("3", thickness=18)
    dry = felt_pen(whole, gap=gap)
    dry[:, 100:104] = 0
    filled = closed(dry * 255, 100) > 127
    assert (filled & (whole > 0.5)).sum() > 0.97 * (whole > 0.5).sum()


def test_nothing_to_fill():
    assert not gaps_in(np.zeros((20, 30), bool)).any()
    assert not gaps_in(np.ones((20, 30), bool)).any()
