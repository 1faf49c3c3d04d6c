"""Where touching digits may be cut: seams from top to bottom through as little ink as can be."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitrec.reading.pieces import Mask, Piece, trimmed

SIDEWAYS = 0.05
"""Of a pixel of ink: what a step to the side costs, so that a seam through paper is straight."""

APART = 0.12
"""Of the height: cuts nearer to each other than this are one."""

MOST_CUTS = 12

CROSSED = 2.5
"""Seams that cross more ink than so many strokes' width are none."""


def parts(piece: Piece, thickness: float) -> tuple[list[Piece], list[float]]:
    """The piece in parts from left to right, and how much ink each cut crosses.

    Args:
        piece: what may be several digits.
        thickness: the width of its strokes.

    Returns:
        One part more than there are cuts; the ink at each cut in widths of a stroke.
    """
    seams, crossed = _seams(piece.mask, thickness)
    if not seams:
        return [piece], []
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
    """Seams (height,) from left to right: the first column on the right at each row; their ink."""
    down, down_from = _cheapest(mask)
    up, up_from = _cheapest(mask[::-1])
    middle = len(mask) // 2
    total = down[middle] + up[len(mask) - 1 - middle] - mask[middle]
    chosen: list[int] = []
    apart = APART * len(mask)
    width = mask.shape[1]
    for column in np.argsort(total, kind="stable").tolist():
        if total[column] > CROSSED * thickness or len(chosen) == MOST_CUTS:
            break
        if apart <= column <= width - apart and all(abs(column - c) >= apart for c in chosen):
            chosen.append(column)
    chosen.sort()
    seams = []
    for column in chosen:
        upper = _trace(down_from, middle, column)
        lower = _trace(up_from, len(mask) - 1 - middle, column)
        seams.append(np.concatenate([upper[::-1], lower[1:]]))
    return seams, [float(total[column]) / max(thickness, 1) for column in chosen]


def _cheapest(mask: Mask) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """What the cheapest way from the top to each pixel costs, and the step it came by."""
    costs = mask.astype(np.float32)
    steps = np.zeros(mask.shape, np.int8)
    edge = np.float32(np.inf)
    for row in range(1, len(mask)):
        above = costs[row - 1]
        left = np.concatenate([[edge], above[:-1]]) + SIDEWAYS
        right = np.concatenate([above[1:], [edge]]) + SIDEWAYS
        ways = np.stack([above, left, right])
        best = ways.argmin(axis=0)
        steps[row] = np.array([0, -1, 1], np.int8)[best]
        costs[row] += ways.min(axis=0)
    return costs, steps


def _trace(steps: NDArray[np.int8], row: int, column: int) -> NDArray[np.int64]:
    """The columns of the way to a pixel, from it back to the top."""
    way = [column]
    for at in range(row, 0, -1):
        column += int(steps[at, column])
        way.append(column)
    return np.array(way)
