"""Where touching digits may be cut: seams from top to bottom that cross as few strokes as can be.

A seam between two digits crosses the one stroke in which they touch; a seam through a loop crosses
two. That, not how much ink lies under the knife, tells them apart: two 0s side by side may touch
along half of their height.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitrec.reading.layout.pieces import Mask, Piece, trimmed

SIDEWAYS = 0.05
"""Of a pixel of ink: what a step to the side costs, so that a seam through paper is straight."""

ALONG = 0.15
"""What a seam pays for going along a stroke, by going across: so much for each stroke's width."""

APART = 0.12
"""Of the height: cuts nearer to each other than this are one."""

MOST_CUTS = 12
"""Of one piece. More digits than that hardly ever touch; the work grows with their number."""

CROSSED = 3.5
"""Strokes that a cut may cross, with what it goes along them. A loop is two, with its knots."""


def parts(piece: Piece) -> tuple[list[Piece], list[float]]:
    """The piece in parts from left to right, and what each cut crosses.

    Args:
        piece: what may be several digits.

    Returns:
        One part more than there are cuts; how many strokes each cut crosses, with ALONG times the
        ink that it goes along, in widths of a stroke.
    """
    seams, crossed = _seams(piece.mask, piece.thickness)
    columns = np.arange(piece.width)[None, :]
    bounds = [np.zeros(piece.height, int), *seams, np.full(piece.height, piece.width)]
    found, costs = [], []
    for number, (left, right) in enumerate(pairwise(bounds)):
        inside = piece.mask & (columns >= left[:, None]) & (columns < right[:, None])
        if inside.any():
            found.append(trimmed(Piece(piece.x, piece.y, inside)))
            costs.append(crossed[number - 1] if number else 0.0)
    return found, costs[1:]


def _seams(mask: Mask, thickness: float) -> tuple[list[NDArray[np.int64]], list[float]]:
    """Seams (height,) from left to right: the first column on the right at each row; their cost."""
    down, down_from = _cheapest(mask, thickness)
    up, up_from = _cheapest(mask[::-1], thickness)
    middle = len(mask) // 2
    twice = mask[middle] * (thickness + ALONG)  # the way up and the way down both enter that stroke
    total = (down[middle] + up[len(mask) - 1 - middle] - twice) / thickness
    chosen = _valleys(total, APART * len(mask))
    seams = []
    for column in chosen:
        upper = _trace(down_from, middle, column)
        lower = _trace(up_from, len(mask) - 1 - middle, column)
        seams.append(np.concatenate([upper[::-1], lower[1:]]))
    return list(np.maximum.accumulate(seams)), [float(total[column]) for column in chosen]


def _valleys(total: NDArray[np.float64], apart: float) -> list[int]:
    """The columns that are cheapest to go through, not too near each other nor to the sides."""
    chosen: list[int] = []
    for column in np.argsort(total, kind="stable").tolist():
        if total[column] > CROSSED or len(chosen) == MOST_CUTS:
            break
        if apart <= column <= len(total) - apart and all(abs(column - c) >= apart for c in chosen):
            chosen.append(column)
    return sorted(chosen)


def _cheapest(mask: Mask, thickness: float) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """What the cheapest way from the top to each pixel costs, and the step it came by.

    Going into a stroke costs its thickness, each pixel in it ALONG.
    """
    height, width = mask.shape
    costs = np.empty((height, width))
    costs[0] = mask[0] * (thickness + ALONG)
    steps = np.zeros(mask.shape, np.int8)
    for row in range(1, height):
        ways = np.full((3, width), np.inf)
        above, here = mask[row - 1], mask[row]
        ways[0] = costs[row - 1] + thickness * (here & ~above)
        for way, to, by in ((1, np.s_[1:], np.s_[:-1]), (2, np.s_[:-1], np.s_[1:])):
            slips = above[to] & here[by]  # between two pixels of a stroke that touch by a corner
            into = ~above[by] & (here[to] | slips)
            ways[way, to] = costs[row - 1, by] + thickness * into + SIDEWAYS
        best = ways.argmin(axis=0)
        steps[row] = np.array([0, -1, 1], np.int8)[best]
        costs[row] = ways.min(axis=0) + ALONG * here
    return costs, steps


def _trace(steps: NDArray[np.int8], row: int, column: int) -> NDArray[np.int64]:
    """The columns of the way to a pixel, from it back to the top."""
    way = [column]
    for at in range(row, 0, -1):
        column += int(steps[at, column])
        way.append(column)
    return np.array(way)
