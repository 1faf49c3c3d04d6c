"""Ground of several flat parts: a table beside the sheet, a dark band, a box of another colour.

Each part has ink of its own polarity. Parts are told by the picture's border, which is ground:
where it changes, a straight edge begins, and it ends where the border changes back.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.ink.ground import LEAST_LIGHT, TINY_SIDE, Grey, middle, shrunk

LEAST_PART = 1 / 4
"""Of the picture's longer side: how deep a part is at least, and how much of the border it takes.
What is less is a stroke that touches the border, as the bar of a 7 does that is cropped tight."""

PARTED = 0.5
"""Share of the picture's contrast by which parts differ: less is a shadow or a fold."""

STRAIGHT = 0.6
"""Share of an edge's length on which its two sides differ; ink that crosses the edge hides some."""

EDGE = 1.5
"""Pixels, of the size that is looked at, by which an edge is blurred: what is there is not taken
for a part's ink. In tiny pictures ink is kept there: they have none to lose."""

LEAST_SIDE = 20
"""Pixels a side, as MNIST's box has: in less there is no room for a digit and parts."""

LEAST_INK = 0.01
"""Share of a part that is ink: a thin digit has as much of the part it is in."""

INK_BESIDE = 0.4
"""Of the contrast of the ink in the clearest part: what has less in another part is dirt."""

Mask = NDArray[np.bool_]
Point = tuple[float, float]


@dataclass(frozen=True)
class _Edge:
    """A straight edge between two points x, y of the border, in pixels of the shrunk picture."""

    start: Point
    end: Point

    def distance(self, shape: tuple[int, ...], scale: float) -> NDArray[np.float32]:
        """How far each pixel of a picture that is shrunk by `scale` is from it; < 0 is cut off."""
        (x0, y0), (x1, y1) = self.start, self.end
        y, x = ((np.arange(side, dtype=np.float32) + 0.5) * scale - 0.5 for side in shape)
        y = y[:, None]
        length = max(float(np.hypot(x1 - x0, y1 - y0)), 1e-6)
        return np.asarray(((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length, np.float32)


@dataclass(frozen=True)
class _Part:
    """One part: where it is, how much each pixel differs from its ground, and which way."""

    mask: Mask
    ink: Grey
    dark: bool
    contrast: float


def evened(grey: Grey) -> tuple[Grey, bool] | None:
    """The picture as dark ink on one light ground, and whether its clearest ink was dark.

    None where the ground is not parted; where no part has ink, for then it was no ground; and where
    several have ink of the same polarity, for then it is light that differs.
    """
    small = shrunk(grey)
    edges = _edges(small) if min(small.shape) >= LEAST_SIDE else []
    if not edges:
        return None
    apart = [edge.distance(grey.shape, small.shape[1] / grey.shape[1]) for edge in edges]
    nearest = np.min(np.abs(apart), axis=0)
    cut = [distance < 0 for distance in apart]
    rest = ~np.logical_or.reduce(cut)
    places = [*((mask, 1) for mask in cut), (rest, len(cut))]
    depths = [nearest[mask].max(initial=0) * times for mask, times in places]
    if min(depths) < LEAST_PART * max(small.shape) - 1:
        return None
    on_edge = nearest <= EDGE
    parts = [_part(grey, mask, on_edge) for mask, _ in places]
    best = max(parts, key=lambda part: part.contrast)
    inked = [part for part in parts if part.contrast >= INK_BESIDE * best.contrast]
    if best.contrast < PARTED * _contrast(small) or (
        len(inked) > 1 and len({part.dark for part in inked}) == 1
    ):
        return None
    paper = np.full(grey.shape, 255, np.float32)
    for part in inked:
        paper[part.mask] -= part.ink[part.mask]
    if max(grey.shape) >= TINY_SIDE:
        paper[on_edge] = 255
    return paper, best.dark


def _part(grey: Grey, mask: Mask, on_edge: Mask) -> _Part:
    """A part by what is on it; the contrast of dark ink is as if the part were white."""
    values = grey[mask & ~on_edge]
    if not len(values):
        return _Part(mask, np.zeros_like(grey), True, 0.0)
    level = middle(values)
    light = middle(values, 1 - LEAST_INK) - level
    dark = (level - middle(values, LEAST_INK)) * 255 / max(level, 255 * LEAST_LIGHT)
    ink = np.clip(level - grey if dark >= light else grey - level, 0, None)
    return _Part(mask, ink, dark >= light, max(dark, light))


def _contrast(grey: Grey) -> float:
    return middle(grey, 0.99) - middle(grey, 0.01)


def _edges(grey: Grey) -> list[_Edge]:
    """The straight edges that cut parts off, the cut part on the negative side; none if none."""
    ring = _ring(grey.shape)
    values = grey[ring[:, 1], ring[:, 0]]
    levels = np.rint(values).astype(np.uint8)
    _, parted = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = parted.ravel() > 0
    if bright.all() or not bright.any():
        return []
    step = float(values[bright].mean() - values[~bright].mean())
    if step < PARTED * _contrast(grey):
        return []
    starts = _changes(bright, round(LEAST_PART * max(grey.shape)))
    if len(starts) not in (2, 4):
        return []
    places = [_between(ring[start - 1], ring[start]) for start in starts]
    pairs = [[(0, 1), (2, 3)], [(1, 2), (3, 0)]] if len(places) == 4 else [[(0, 1)]]
    for pair in pairs:
        edges = [_Edge(places[first], places[second]) for first, second in pair]
        if all(_is_straight(edge, grey, step) for edge in edges):
            return edges
    return []


def _ring(shape: tuple[int, ...]) -> NDArray[np.int64]:
    """The border's pixels x, y, clockwise from the upper left corner."""
    height, width = shape
    top = [(x, 0) for x in range(width - 1)]
    right = [(width - 1, y) for y in range(height - 1)]
    bottom = [(x, height - 1) for x in range(width - 1, 0, -1)]
    left = [(0, y) for y in range(height - 1, 0, -1)]
    return np.array([*top, *right, *bottom, *left], np.int64).reshape(-1, 2)


def _changes(bright: Mask, least: int) -> list[int]:
    """Where the border changes between bright and dark, without runs of fewer than `least`."""
    bright = bright.copy()
    while True:
        starts = np.flatnonzero(bright != np.roll(bright, 1)).tolist()
        if not starts:
            return []
        runs = [end - start for start, end in pairwise([*starts, starts[0] + len(bright)])]
        shortest = int(np.argmin(runs))
        if runs[shortest] >= least:
            return [int(start) for start in starts]
        run = (np.arange(runs[shortest]) + starts[shortest]) % len(bright)
        bright[run] = ~bright[run]


def _between(one: NDArray[np.int64], other: NDArray[np.int64]) -> Point:
    return (float(one[0] + other[0]) / 2, float(one[1] + other[1]) / 2)


def _is_straight(edge: _Edge, grey: Grey, step: float) -> bool:
    """Whether the picture differs on the two sides of the edge, nearly all along it."""
    (x0, y0), (x1, y1) = edge.start, edge.end
    length = float(np.hypot(x1 - x0, y1 - y0))
    aside = EDGE + 0.5 if max(grey.shape) >= TINY_SIDE else 0.5
    along = np.arange(0.5, length) / length
    off = np.array([-(y1 - y0), x1 - x0]) * aside / length
    sides = []
    for sign in (-1, 1):
        x = np.clip(np.rint(x0 + along * (x1 - x0) + sign * off[0]), 0, grey.shape[1] - 1)
        y = np.clip(np.rint(y0 + along * (y1 - y0) + sign * off[1]), 0, grey.shape[0] - 1)
        sides.append(grey[y.astype(int), x.astype(int)])
    return float((np.abs(sides[0] - sides[1]) >= step / 2).mean()) >= STRAIGHT
