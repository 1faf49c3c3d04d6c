"""Strokes that are only outlines, as a felt pen leaves that runs dry: what is between is filled."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.normalize import HALF_INK, stroke_width

GAP_IN_STROKE = 0.15
"""Of the digit: a gap is narrower. So are most of MNIST's strokes, while loops are wider."""

HOLLOW = 0.5
"""Strokes are hollow when there is so much gap for the ink around it: the loop of an 8 that is as
narrow as a gap is short, too, and has far more ink around it."""

CHILD, PARENT = 2, 3
"""Columns of OpenCV's levels of outlines: the first inside one, and the one it is in, or -1."""

Mask = NDArray[np.bool_]


def gaps_in(core: Mask) -> Mask:
    """The gaps inside hollow strokes, (height, width) bool.

    What is inside an inner outline is none: between the two outlines of a 0 there is its stroke,
    and inside the inner one there is paper.

    Args:
        core: where ink is.
    """
    gaps = np.zeros(core.shape, bool)
    outlines, found = cv2.findContours(core.astype(np.uint8), cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return gaps
    levels = found[0]
    for number in np.flatnonzero((levels[:, PARENT] < 0) & (levels[:, CHILD] >= 0)).tolist():
        x, y, width, height = cv2.boundingRect(outlines[number])
        box = slice(y, y + height), slice(x, x + width)
        holes = _just_inside(levels, [number])
        islands = [outlines[inner] for inner in _just_inside(levels, holes)]
        around = [outlines[hole] for hole in holes]
        rest = ~_filled(islands, x, y, width, height)
        gap = _filled(around, x, y, width, height) & rest & ~core[box]
        ink = _filled([outlines[number]], x, y, width, height) & rest & core[box]
        if gap.sum() >= HOLLOW * ink.sum() and _is_narrow(gap, around):
            gaps[box] |= gap
    return gaps


def closed(values: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Values (height, width) of a digit of that size with its narrow gaps filled."""
    side = max(round(GAP_IN_STROKE * size), 2) | 1
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.morphologyEx(values, cv2.MORPH_CLOSE, brush), np.float32)


def _is_narrow(gap: Mask, holes: Sequence[cv2.typing.MatLike]) -> bool:
    """Whether a gap is narrow beside the longest hole that it is in."""
    longest = max(max(cv2.boundingRect(hole)[2:]) for hole in holes)
    return stroke_width(np.where(gap, 2.0 * HALF_INK, 0)) <= GAP_IN_STROKE * longest


def _just_inside(levels: cv2.typing.MatLike, numbers: Sequence[int]) -> list[int]:
    """The outlines whose next outline outwards is one of these."""
    chosen = np.zeros(len(levels) + 1, bool)  # the last is the parent -1 of the outermost
    chosen[numbers] = True
    return np.flatnonzero(chosen[levels[:, PARENT]]).tolist()


def _filled(
    outlines: Sequence[cv2.typing.MatLike], x: int, y: int, width: int, height: int
) -> Mask:
    """What outlines enclose, themselves included, in a box."""
    mask = np.zeros((height, width), np.uint8)
    if outlines:
        cv2.drawContours(mask, outlines, -1, 1, cv2.FILLED, offset=(-x, -y))
    return mask.astype(bool)
