"""Ink becomes digits in reading order: pieces joined, touching digits split, the rest left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.reading import cuts
from digitrec.reading.ink import Ink, grown
from digitrec.reading.lines import in_lines
from digitrec.reading.pieces import (
    Piece,
    connected,
    gap_between,
    joined,
    trimmed,
    typical_height,
    union,
    without_things,
)

Rate = Callable[[Sequence[NDArray[np.float32]]], NDArray[np.float64]]
"""Digits' inks to how sure it is that each is one digit, 0 to 1: a classifier's confidence."""

LEAST_AREA = 1e-4
"""Share of the ink under which a piece is not even looked at."""

SPECK = 0.02
"""Pieces smaller than this share of the largest are specks; a 5's loose bar is ten times that."""

WIDE = 0.75
"""Width by the line's height from which a piece may be two digits, if it is no sure one."""

SURE = 0.9
"""A piece of this confidence is not cut, up to TOO_WIDE."""

TOO_WIDE = 1.3
"""Width by height that hardly any digit has: sure or not, a cut is tried."""

WIDEST = 2.0
"""Width by height beyond which nothing is one digit."""

MOST_PARTS = 6
"""Parts of one digit, at most, when it is put together again."""

CUT_COST = 0.5
JOIN_COST = 0.7
LOW_COST = 4.0
WIDE_COST = 1.5
"""In nats beside the classifier's: for a cut through a stroke; for joining what does not touch;
for being low or wide, by how much. A cut has to pay for itself."""

LOWEST = 0.6
"""Of the line's height: lower parts are hardly digits."""


@dataclass(frozen=True)
class Place:
    """One digit: its piece of ink, its line from 0, and whether it was cut from another."""

    piece: Piece
    line: int
    cut: bool = False


def find_digits(ink: Ink, rate: Rate) -> list[Place]:
    """The digits in reading order.

    Args:
        ink: a picture's ink.
        rate: says how sure it is that some ink is one digit.
    """
    least = max(int(LEAST_AREA * ink.core.sum()), 1)
    pieces = connected(ink.core, least)
    if not pieces:
        return []
    pieces = without_things(pieces, ink.core.shape)
    height = typical_height(pieces)
    lines = in_lines(joined(pieces, height))
    return [
        Place(piece, number, cut)
        for number, line in enumerate(lines)
        for piece, cut in _digits_of(line, ink, rate)
    ]


def whole(ink: Ink) -> list[Place]:
    """All ink as one digit, without specks, frames and what comes in from the edges."""
    pieces = connected(ink.core, max(int(LEAST_AREA * ink.core.sum()), 1))
    if not pieces:
        return []
    pieces = without_things(pieces, ink.core.shape)
    largest = max(piece.area for piece in pieces)
    kept = [piece for piece in pieces if piece.area >= SPECK * largest]
    return [Place(union(kept), 0)]


def ink_of(piece: Piece, ink: Ink) -> NDArray[np.float32]:
    """The soft ink of a piece, with its edge, in a box that has room for that."""
    height, width = ink.core.shape
    top, left = max(piece.y - ink.edge, 0), max(piece.x - ink.edge, 0)
    bottom, right = min(piece.bottom + ink.edge, height), min(piece.right + ink.edge, width)
    own = np.zeros((bottom - top, right - left), bool)
    own[piece.y - top : piece.bottom - top, piece.x - left : piece.right - left] = piece.mask
    others = ink.core[top:bottom, left:right] & ~own
    near = grown(own, ink.edge) & ~others
    return np.where(near, ink.strokes[top:bottom, left:right], 0).astype(np.float32)


def _digits_of(line: list[Piece], ink: Ink, rate: Rate) -> list[tuple[Piece, bool]]:
    """A line's pieces, cut and joined so that they are likeliest to be digits."""
    height = typical_height(line)
    sure = rate([ink_of(piece, ink) for piece in line])
    parts: list[Piece] = []
    links: list[float] = []
    before: Piece | None = None
    for piece, confidence in zip(line, sure.tolist(), strict=True):
        wide = piece.width / height
        if wide > TOO_WIDE or (wide > WIDE and confidence < SURE):
            found, crossed = cuts.parts(piece, piece.thickness())
        else:
            found, crossed = [piece], []
        if before is not None:
            near = gap_between(before, piece, max(round(piece.thickness()), 1))
            links.append(-JOIN_COST if np.isfinite(near) else -np.inf)
        links += [CUT_COST * ink_crossed for ink_crossed in crossed]
        parts += found
        before = piece
    return _best(parts, links, height, ink, rate)


def _best(
    parts: list[Piece], links: list[float], height: float, ink: Ink, rate: Rate
) -> list[tuple[Piece, bool]]:
    """The cheapest way to read consecutive parts as digits, by dynamic programming.

    `parts` go from left to right. `links` are what lies between each two: the cost of the cut, or
    less than 0 where nothing is cut, the cost of joining them; minus infinity never joins them.
    """
    spans = [
        (start, stop)
        for start in range(len(parts))
        for stop in range(start + 1, min(start + MOST_PARTS, len(parts)) + 1)
        if not np.isneginf(links[start : stop - 1]).any()
    ]
    pieces = {span: union(parts[span[0] : span[1]]) for span in spans}
    spans = [s for s in spans if s[1] == s[0] + 1 or pieces[s].width <= WIDEST * height]
    sure = rate([ink_of(pieces[span], ink) for span in spans])
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * len(parts)
    for (start, stop), confidence in zip(spans, sure.tolist(), strict=True):
        cost = best[start][0] - np.log(max(confidence, 1e-6))
        cost += _shape_cost(pieces[start, stop], height)
        cost += sum(-link for link in links[start : stop - 1] if link < 0)
        cost += links[start - 1] if start and links[start - 1] > 0 else 0.0
        if cost < best[stop][0]:
            best[stop] = (cost, start)
    found: list[tuple[Piece, bool]] = []
    stop = len(parts)
    while stop:
        start = best[stop][1]
        cut = any(0 <= at < len(links) and links[at] >= 0 for at in (start - 1, stop - 1))
        found.append((trimmed(pieces[start, stop]), cut))
        stop = start
    return found[::-1]


def _shape_cost(piece: Piece, height: float) -> float:
    low = max(LOWEST - piece.height / height, 0.0)
    wide = max(piece.width / max(height, piece.height) - 1, 0.0)
    return LOW_COST * low + WIDE_COST * wide
