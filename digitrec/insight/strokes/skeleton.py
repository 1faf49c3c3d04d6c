"""Strokes as lines one pixel wide: where they end, where they meet, which parts they have."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.layout.pieces import Mask

AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""Row and column of a pixel's neighbours from the upper one clockwise: bits 0 to 7 of its code."""


def thinned(ink: Mask) -> Mask:
    """Ink (height, width) worn down to lines that keep its pieces, its holes and its ends.

    Guo and Hall, "Parallel thinning with two-subiteration algorithms" (1989).
    """
    lines = ink
    while True:
        before = lines
        for removable in _removable():
            lines = lines & ~removable[codes(lines)]
        if np.array_equal(before, lines):
            return lines


def pruned(lines: Mask, least: int) -> Mask:
    """Lines without branches of up to `least` pixels, which thinning leaves at rough edges.

    Every end is taken back by so many pixels, then what still is an end grows along the lines
    again: a branch that is gone leaves no end to grow from. What is no branch of anything stays.
    """
    shorter = lines
    for _ in range(least):
        shorter = shorter & ~ends(shorter)
    tips = ends(shorter)
    for _ in range(least):
        tips = _grown(tips) & lines
    kept = shorter | tips
    _, pieces = cv2.connectedComponents(lines.astype(np.uint8), connectivity=8)
    return kept | (lines & ~np.isin(pieces, pieces[kept]))


def ends(lines: Mask) -> Mask:
    """Pixels at which a line ends: all their neighbours lie together, and are one or two."""
    found = codes(lines)
    return lines & (_lines_from()[found] == 1) & (_neighbours()[found] <= 2)


def meetings(lines: Mask) -> Mask:
    """Pixels from which three lines or more go out."""
    return lines & (_lines_from()[codes(lines)] >= 3)


def parts(lines: Mask) -> NDArray[np.int32]:
    """Each line from an end or a meeting to the next as a number from 1; 0 elsewhere."""
    apart = lines & ~_grown(meetings(lines))
    _, found = cv2.connectedComponents(apart.astype(np.uint8), connectivity=8)
    return np.asarray(found, np.int32)


def count(mask: Mask, apart: int = 1) -> int:
    """Places: pixels that lie together, or nearly, are one.

    Args:
        mask: the pixels.
        apart: up to how many pixels from each other.
    """
    brush = np.ones((apart + 1, apart + 1), np.uint8)
    field = np.pad(mask, apart).astype(np.uint8)
    pieces, _ = cv2.connectedComponents(cv2.dilate(field, brush), connectivity=8)
    return int(pieces) - 1


def codes(lines: Mask) -> NDArray[np.uint8]:
    """Which of each pixel's eight neighbours are set, as bits by AROUND; outside there is none."""
    weights = np.zeros((3, 3), np.float32)
    for bit, (down, right) in enumerate(AROUND):
        weights[1 + down, 1 + right] = 1 << bit
    field = lines.astype(np.uint8)
    return np.asarray(cv2.filter2D(field, -1, weights, borderType=cv2.BORDER_CONSTANT), np.uint8)


def _grown(mask: Mask) -> Mask:
    return cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)


def _bits() -> NDArray[np.int64]:
    """(256, 8): the bits of each code."""
    return (np.arange(256)[:, None] >> np.arange(8)) & 1


@cache
def _neighbours() -> NDArray[np.int64]:
    """(256,): how many neighbours there are."""
    return _bits().sum(axis=1)


@cache
def _lines_from() -> NDArray[np.int64]:
    """(256,): how many runs of neighbours there are on the way round."""
    bits = _bits()
    return ((bits == 0) & (np.roll(bits, -1, axis=1) == 1)).sum(axis=1)


@cache
def _removable() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(256,) each: what the first and the second half of a round of thinning take away."""
    around = _bits().T.astype(bool)  # (8, 256), from the upper neighbour clockwise
    north, northeast, east, southeast, south, southwest, west, northwest = around
    sides, corners = around[::2], around[1::2]
    parted = (~sides & (corners | np.roll(sides, -1, axis=0))).sum(axis=0)
    pairs = [(corners | one).sum(axis=0) for one in (sides, np.roll(sides, -1, axis=0))]
    thick = np.minimum(*pairs)
    simple = (parted == 1) & (thick >= 2) & (thick <= 3)
    return (
        simple & ~((north | northeast | ~southeast) & east),
        simple & ~((south | southwest | ~northwest) & west),
    )
