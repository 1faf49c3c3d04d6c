"""Ink becomes digits in reading order: pieces joined, touching digits split, the rest left out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.reading.ink import DigitInk, Ink, grown
from digitrec.reading.layout import cuts
from digitrec.reading.layout.lines import in_lines
from digitrec.reading.layout.paths import Chain, Link
from digitrec.reading.layout.pieces import (
    Piece,
    connected,
    is_straight,
    joined,
    near,
    typical_height,
    union,
)
from digitrec.reading.layout.things import without_things

Rate = Callable[[Sequence[DigitInk]], NDArray[np.float64]]
"""Digits' inks to how sure it is that each is one digit, 0 to 1: a classifier's confidence."""

LEAST_AREA = 1e-4
"""Share of the ink under which a piece is not even looked at."""

SPECK = 0.02
"""Pieces smaller than this share of the largest are specks; a 5's loose bar is ten times that."""

WIDE = 0.6
"""Width by height from which a piece may be two digits, if it is no sure one: 7 and 1 are
narrow, and nothing is cut but what the path then finds to be worth it."""

SURE = 0.9
"""A piece of this confidence is not cut, up to TOO_WIDE."""

TOO_WIDE = 1.3
"""Width by height that hardly any digit has: sure or not, a cut is tried."""

CUT_COST, LOOP_COST = 0.7, 1.5
"""In nats: for a cut through the one stroke in which two digits touch, and for each stroke more.
A cut has to pay for itself; one through a loop hardly can."""

JOIN_COST = 0.7
"""In nats: for taking two pieces that do not touch for one digit."""

NEAR = 0.1
"""Of the line's height: pieces so far apart may be one digit, if their strokes are thinner yet."""

LOW_LINE = 0.75
"""Of the picture's typical height: no line is taken to be lower."""

MOST_PIECES = 1000
"""The largest so many are looked at: a page of digits has fewer, a texture has thousands."""


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
    pieces = _pieces(ink)
    if not pieces:
        return []
    height = typical_height(pieces)
    lines = in_lines(joined(pieces, height))
    if not lines:
        return []
    sure = _rated([piece for line in lines for piece in line], ink, rate)
    chains = [_chain(line, [next(sure) for _ in line], height) for line in lines]
    sure = _rated([piece for chain in chains for piece in chain.spans.values()], ink, rate)
    return [
        Place(piece, number, cut)
        for number, chain in enumerate(chains)
        for piece, cut in chain.likeliest([next(sure) for _ in chain.spans])
    ]


def whole(ink: Ink) -> list[Place]:
    """All ink as one digit, without specks, frames and what comes in from the edges."""
    pieces = _pieces(ink)
    if not pieces:
        return []
    largest = max(piece.area for piece in pieces)
    kept = [piece for piece in pieces if piece.area >= SPECK * largest]
    return [Place(union(kept), 0)]


def is_crowded(ink: Ink) -> bool:
    """Whether there are more pieces of ink than are looked at."""
    return len(_large_pieces(ink)) > MOST_PIECES


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


def _pieces(ink: Ink) -> list[Piece]:
    """The largest connected pieces, without frames and what comes in from the edges."""
    found = sorted(_large_pieces(ink), key=lambda piece: -piece.area)[:MOST_PIECES]
    return without_things(found, ink.core.shape) if found else []


def _large_pieces(ink: Ink) -> list[Piece]:
    return connected(ink.core, max(int(LEAST_AREA * ink.core.sum()), 1))


def _rated(pieces: Sequence[Piece], ink: Ink, rate: Rate) -> Iterator[float]:
    return iter(rate([ink_of(piece, ink) for piece in pieces]).tolist())


def _chain(line: Sequence[Piece], sure: Sequence[float], page: float) -> Chain:
    """A line's pieces, those cut that may be several digits; `sure` that each is one.

    `page` is the typical height of all lines: one of nothing but commas has no height of its own.
    """
    height = max(typical_height(line), page if all(map(is_straight, line)) else LOW_LINE * page)
    parts: list[Piece] = []
    links: list[Link] = []
    for number, (piece, confidence) in enumerate(zip(line, sure, strict=True)):
        if number:
            links.append(_between(line[number - 1], piece, height))
        wide = piece.width / min(height, piece.height)
        if wide > TOO_WIDE or (wide > WIDE and confidence < SURE):
            found, crossed = cuts.parts(piece)
            links += [Link(cut=CUT_COST + LOOP_COST * max(c - 1, 0)) for c in crossed]
        else:
            found = [piece]
        parts += found
    return Chain(parts, links, height)


def _between(piece: Piece, following: Piece, height: float) -> Link:
    """Neighbours may be one digit when hardly more than a stroke's width lies between them."""
    together = near(piece, following, max(following.thickness, NEAR * height))
    return Link(join=JOIN_COST if together else float("inf"))
