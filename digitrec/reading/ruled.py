"""Ruled and squared paper, underlines and frames: long thin straight lines are taken out."""

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

LOOKING_SIDE = 384
"""Lines are looked for in this size, in which a tilted line is still straight."""

LONG = 2.5
"""A line is so many times as long as what hangs on it is high; a 7's bar or a 5's once at most."""

LONG_FROM_EDGE_TO_EDGE = 1.5
"""What is enough for a line that crosses the whole picture."""

WHOLE = 0.95
"""Share of the picture's width that reaches from edge to edge."""

SHEET = 3
"""So many lines from edge to edge make ruled paper, however high the writing is."""

THIN = 1 / 32
"""Share of the picture that the lines of ruled paper are thick, at most."""

ACROSS = 0.3
"""Share of the picture that a line is long, at least."""

TILTS = (-3, -2, -1, 0, 1, 2, 3)
"""Degrees by which a sheet lies askew."""

LEAST_REST = 0.1
"""Share of the ink that must be left: what is all line is a 1 or a dash."""


def without_rules(core: Mask) -> tuple[Mask, bool]:
    """The ink without long thin straight lines, and whether there were any.

    Where a stroke crosses a line it stays whole: only what is thin across the line goes.
    """
    across = _lines(core)
    if across is None:
        return core, False
    removed = core & ~across
    upright = _lines(np.ascontiguousarray(removed.T))
    if upright is not None:
        removed &= ~upright.T
    if removed.sum() < LEAST_REST * core.sum():
        return core, False
    return removed, True


def _lines(core: Mask) -> Mask | None:
    """Pixels of the lines that run from left to right, or None."""
    small = _shrunk(core)
    width = small.shape[1]
    length = max(int(ACROSS * width), 8)
    lines = np.zeros_like(small)
    for tilt in TILTS:
        opened = cv2.morphologyEx(small, cv2.MORPH_OPEN, _ray(length, tilt))
        lines |= np.asarray(opened, np.uint8)
    if not lines.any():
        return None
    lines = _long_enough(small, lines)
    if not lines.any():
        return None
    near = cv2.resize(lines, core.shape[::-1], interpolation=cv2.INTER_NEAREST)
    grown = -(-max(core.shape) // LOOKING_SIDE) + 1
    grow = np.ones((2 * grown + 1, 1), np.uint8)
    return _thin_across(core, cv2.dilate(near, grow).astype(bool) & core)


def _long_enough(small: NDArray[np.uint8], lines: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The lines that are long beside what hangs on them, or that make ruled paper."""
    near = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    count, pieces, facts, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    _, whole, sizes, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    width = small.shape[1]
    kept = np.zeros(count, bool)
    thin = np.zeros(count, bool)
    for number in range(1, count):
        line = (pieces == number) & (lines > 0)
        hanging = sizes[whole[line], cv2.CC_STAT_HEIGHT].max()
        length = facts[number, cv2.CC_STAT_WIDTH]
        edge_to_edge = length >= WHOLE * width
        kept[number] = length >= hanging * (LONG_FROM_EDGE_TO_EDGE if edge_to_edge else LONG)
        thin[number] = edge_to_edge and line.sum() / length <= max(THIN * min(small.shape), 2)
    if thin.sum() >= SHEET:
        kept |= thin
    return kept[pieces].astype(np.uint8) & lines


def _thin_across(core: Mask, near: Mask) -> Mask:
    """Pixels of the lines where nothing crosses them."""
    heights = near.sum(axis=0)
    heights = heights[heights > 0]
    if not len(heights):
        return near
    lines = max(int(np.ceil(_count(near))), 1)
    thick = int(np.sort(heights)[len(heights) // 2]) // lines + 2
    brush = np.ones((2 * thick + 1, 1), np.uint8)
    tall = cv2.morphologyEx(core.astype(np.uint8), cv2.MORPH_OPEN, brush).astype(bool)
    return near & ~tall


def _count(near: Mask) -> float:
    """How many lines there are above each other, in the middle."""
    starts = near[1:] & ~near[:-1]
    counts = np.sort(starts.sum(axis=0) + near[0])
    return float(counts[len(counts) // 2])


def _ray(length: int, tilt: float) -> NDArray[np.uint8]:
    rise = round(np.tan(np.radians(tilt)) * length)
    kernel = np.zeros((abs(rise) + 1, length), np.uint8)
    start = abs(rise) if rise < 0 else 0
    cv2.line(kernel, (0, start), (length - 1, abs(rise) - start), 1)
    return kernel


def _shrunk(core: Mask) -> NDArray[np.uint8]:
    """At most LOOKING_SIDE a side; a pixel with any ink is ink."""
    scale = LOOKING_SIDE / max(core.shape)
    ink = core.astype(np.uint8)
    if scale >= 1:
        return ink
    height, width = (max(round(side * scale), 1) for side in core.shape)
    soft = cv2.resize(ink * 255, (width, height), interpolation=cv2.INTER_AREA)
    return (soft > 40).astype(np.uint8)
