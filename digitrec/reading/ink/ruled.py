"""Ruled and squared paper, underlines and frames: long thin straight lines are taken out."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.ink.ground import middle

Mask = NDArray[np.bool_]
Small = NDArray[np.uint8]

LOOKING_SIDE = 384
"""Lines are looked for in this size, in which a tilted line is still straight."""

LONG = 2.5
"""A line is so many times as long as what hangs on it is high; a 7's bar or a 5's once at most."""

LONG_FROM_EDGE_TO_EDGE = 1.5
"""What is enough for a line that crosses the whole picture."""

WHOLE = 0.9
"""Share of the picture's width that reaches from edge to edge, but for a frame's margin."""

SHEET = 3
"""So many lines from edge to edge make ruled paper, however high the writing is."""

THIN = 1 / 32
"""Share of the picture that the lines of ruled paper are thick, at most."""

ACROSS = 0.3
"""Share of the picture that a line is long, at least."""

TILTS = (-3, -2, -1, 0, 1, 2, 3)
"""Degrees by which a sheet lies askew."""

CROSSED = 1.5
"""Where ink is so many times as high as the lines are thick, and a pixel, a stroke crosses them."""

LEAST_REST = 0.1
"""Share of the ink that must be left: what is all line is a 1 or a dash."""


def without_rules(core: Mask) -> tuple[Mask, bool]:
    """The ink without long thin straight lines, and whether there were any.

    Where a stroke crosses a line it stays whole: only what is thin across the line goes. Upright
    lines go from edge to edge and only together with level ones, as in a frame or on squared
    paper: alone they are 1s.
    """
    level = _lines(core, _long_enough)
    if level is None:
        return core, False
    rest = core & ~level
    upright = _lines(np.ascontiguousarray(rest.T), _from_edge_to_edge)
    if upright is not None:
        rest &= ~upright.T
    if rest.sum() < LEAST_REST * core.sum():
        return core, False
    return rest, True


def _lines(core: Mask, chosen: Callable[[Small, Small], Small]) -> Mask | None:
    """Pixels of the lines that run from left to right and are chosen, or None."""
    small = _shrunk(core)
    length = max(int(ACROSS * small.shape[1]), 8)
    lines = np.zeros_like(small)
    for tilt in TILTS:
        opened = cv2.morphologyEx(
            small, cv2.MORPH_OPEN, _ray(length, tilt), borderType=cv2.BORDER_CONSTANT, borderValue=0
        )
        lines |= np.asarray(opened, np.uint8) & small
    lines = chosen(small, lines)
    if not lines.any():
        return None
    found = cv2.resize(lines, core.shape[::-1], interpolation=cv2.INTER_NEAREST)
    reach = -(-max(core.shape) // LOOKING_SIDE) + 1
    near = cv2.dilate(found, np.ones((2 * reach + 1, 1), np.uint8)).astype(bool) & core
    on_lines = (found > 0) & core
    if not on_lines.any():
        return None
    heights = _heights(core)
    thick = middle(heights[on_lines].astype(np.float32))
    return near & (heights <= CROSSED * thick + 1)


def _long_enough(small: Small, lines: Small) -> Small:
    """The lines that are long beside what hangs on them, or that make ruled paper."""
    count, pieces, facts = _apart(lines)
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


def _from_edge_to_edge(small: Small, lines: Small) -> Small:
    _, pieces, facts = _apart(lines)
    kept = facts[:, cv2.CC_STAT_WIDTH] >= WHOLE * small.shape[1]
    kept[0] = False
    return kept[pieces].astype(np.uint8) & lines


def _apart(lines: Small) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    """How many lines there are, the ground as one; each pixel's line from 1; their boxes."""
    near = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    count, pieces, facts, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    return count, np.asarray(pieces, np.int32), np.asarray(facts, np.int32)


def _heights(core: Mask) -> NDArray[np.int32]:
    """How high the ink is, without a gap, in each pixel's column; 0 where there is none."""
    height = len(core)
    rows = np.arange(height, dtype=np.int32)[:, None]
    above = np.maximum.accumulate(np.where(core, np.int32(-1), rows), axis=0)
    below = np.minimum.accumulate(np.where(core, np.int32(height), rows)[::-1], axis=0)[::-1]
    return np.where(core, below - above - 1, 0)


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
