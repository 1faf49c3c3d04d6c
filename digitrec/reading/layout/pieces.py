"""Connected pieces of ink: where each is, and which belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.ink.ground import middle
from digitrec.reading.normalize import stroke_width

Mask = NDArray[np.bool_]

TALL = 0.7
"""Share of the ink in pieces lower than the writing's height: many write 0 half as high as 7."""

LARGE = 0.45
"""Share of the typical height that makes a digit: lower case and small zeros are over half."""

SMALL = 0.25
"""The same for what is no straight stroke: some write 0 as a ring between tall digits."""

FRAGMENT = 0.12
"""Smaller than this share of the typical height, both ways, is a speck."""

DRAWN = 3
"""So many times as long as it is thick is what a pen has drawn; the rest are dots."""

STRAIGHT = 1.25
"""Length by diagonal: a bow's is 1.1, a 7's 1.4, a 0's 2.2."""

OVERLAP = 0.4
"""Share of the narrower piece's width that lies above or below the wider, in one digit."""

GAP = 0.15
"""Of the typical height: how far apart the pieces of one digit lie. A 5's bar lies nearer."""

JOINED_HEIGHT = 1.5
"""Of the typical height, at most, when pieces are joined: more would join two lines. Twice that
when they nearly touch, for where all digits are broken the typical height is that of a part."""

JOINED_WIDTH = 1.2
"""The same across: a 5's bar reaches far to the right, a rule or a dash beyond both its sides."""


@dataclass(frozen=True)
class Piece:
    """Some ink: `mask` (height, width) bool, whose upper left corner is at x, y."""

    x: int
    y: int
    mask: Mask

    @property
    def width(self) -> int:
        """In pixels."""
        return self.mask.shape[1]

    @property
    def height(self) -> int:
        """In pixels."""
        return self.mask.shape[0]

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.y + self.height

    @property
    def area(self) -> int:
        """How many pixels are ink."""
        return int(self.mask.sum())

    @cached_property
    def thickness(self) -> float:
        """Mean width of its strokes, in pixels."""
        return max(stroke_width(self.mask.astype(np.uint8) * 255), 1.0)

    @property
    def length(self) -> float:
        """Of its strokes, in pixels: its ink by their width."""
        return self.area / self.thickness


def union(pieces: Sequence[Piece]) -> Piece:
    """One piece of several."""
    left, top = min(piece.x for piece in pieces), min(piece.y for piece in pieces)
    right = max(piece.right for piece in pieces)
    bottom = max(piece.bottom for piece in pieces)
    mask = np.zeros((bottom - top, right - left), bool)
    for piece in pieces:
        rows = slice(piece.y - top, piece.bottom - top)
        mask[rows, piece.x - left : piece.right - left] |= piece.mask
    return Piece(left, top, mask)


def trimmed(piece: Piece) -> Piece:
    """The piece in the smallest box that holds its ink."""
    rows = np.flatnonzero(piece.mask.any(axis=1))
    columns = np.flatnonzero(piece.mask.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    inside = piece.mask[top : rows[-1] + 1, left : columns[-1] + 1]
    return Piece(piece.x + left, piece.y + top, inside)


def connected(core: Mask, least: int = 1) -> list[Piece]:
    """The connected pieces of the ink, without those of fewer pixels than `least`."""
    _, labels, facts, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8), connectivity=8)
    found = []
    for number, (x, y, width, height, area) in enumerate(facts.tolist()):
        if number and area >= least:
            mask = labels[y : y + height, x : x + width] == number
            found.append(Piece(x, y, mask))
    return found


def typical_height(pieces: Sequence[Piece]) -> float:
    """The height that TALL of the ink is in pieces lower than."""
    return middle_by_ink(pieces, [piece.height for piece in pieces])


def middle_by_ink(pieces: Sequence[Piece], values: Sequence[float]) -> float:
    """The value that TALL of the ink is in pieces of less than."""
    areas = [piece.area for piece in pieces]
    return middle(np.repeat(np.array(values, np.float32), areas), TALL)


def is_straight(piece: Piece) -> bool:
    """Whether it is hardly longer than from corner to corner: a dot, a dash, a comma, a 1."""
    return piece.length < STRAIGHT * float(np.hypot(piece.height, piece.width))


def is_drawn(piece: Piece) -> bool:
    """Whether a pen has drawn it: it is no dot."""
    return max(piece.height, piece.width) >= DRAWN * piece.thickness


def joined(pieces: list[Piece], height: float) -> list[Piece]:
    """Pieces of one digit put together; what is then too small for a digit is left out."""
    pieces = [
        p for p in pieces if max(p.height, p.width) >= FRAGMENT * height and not _is_rule(p, height)
    ]
    pieces.sort(key=lambda piece: -piece.area)
    whole: list[Piece] = []
    for piece in pieces:
        host = _host(piece, whole, height)
        if host is None:
            whole.append(piece)
        else:
            whole[host] = union([whole[host], piece])
    return [p for p in whole if p.height >= (LARGE if is_straight(p) else SMALL) * height]


def _is_rule(piece: Piece, height: float) -> bool:
    """Whether it is a long dash, or what is left of a ruled line."""
    flat = piece.height < LARGE * height and piece.width > JOINED_WIDTH * height
    return flat and is_straight(piece)


def _host(piece: Piece, whole: Sequence[Piece], height: float) -> int | None:
    """Which of the larger pieces a piece belongs to: the nearest that it lies above or below."""
    best, nearest = None, GAP * height + 1
    for number, other in enumerate(whole):
        if not _may_be_one(piece, other, height):
            continue
        gap = gap_between(piece, other, round(nearest) + 1)
        if gap <= nearest:
            best, nearest = number, gap
    return best


def _may_be_one(piece: Piece, host: Piece, height: float) -> bool:
    """Whether a piece lies so that it may belong to the digit of a larger one."""
    tall = max(piece.bottom, host.bottom) - min(piece.y, host.y)
    wide = max(piece.right, host.right) - min(piece.x, host.x)
    overlap = min(piece.right, host.right) - max(piece.x, host.x)
    stacked = overlap >= OVERLAP * min(piece.width, host.width)
    large = piece.height >= LARGE * height
    if wide > _widest(host, height) or tall > 2 * JOINED_HEIGHT * height:
        return False
    if stacked and tall <= JOINED_HEIGHT * height and not (large and host.height >= 0.9 * height):
        return True
    return (stacked or not large) and _nearly_touch(piece, host)


def _widest(host: Piece, height: float) -> float:
    """What is joined makes a digit no wider than that: rules and dashes stay out."""
    return max(JOINED_WIDTH * height, host.width)


def _nearly_touch(piece: Piece, other: Piece) -> bool:
    """Whether a stroke was broken off another: it is as near as a stroke is thick."""
    if not is_drawn(piece):
        return False
    return near(piece, other, min(piece.thickness, other.thickness))


def near(one: Piece, other: Piece, pixels: float) -> bool:
    """Whether at most so many pixels of paper lie between two pieces."""
    return gap_between(one, other, int(pixels) + 2) <= pixels + 1


def gap_between(one: Piece, other: Piece, most: int) -> float:
    """Pixels from piece to piece, 1 where they touch, or infinity when more than `most`."""
    left, top = one.x - most, one.y - most
    right, bottom = one.right + most, one.bottom + most
    if other.right <= left or other.x >= right or other.bottom <= top or other.y >= bottom:
        return float("inf")
    ground = np.ones((bottom - top, right - left), np.uint8)
    ground[most:-most, most:-most][one.mask] = 0
    distance = cv2.distanceTransform(ground, cv2.DIST_L2, 3)
    x0, x1 = max(other.x, left), min(other.right, right)
    y0, y1 = max(other.y, top), min(other.bottom, bottom)
    part = other.mask[y0 - other.y : y1 - other.y, x0 - other.x : x1 - other.x]
    near = distance[y0 - top : y1 - top, x0 - left : x1 - left][part]
    return float(near.min()) if near.size else float("inf")
