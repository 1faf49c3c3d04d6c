"""Pieces of ink in reading order: lines from top to bottom, each from left to right."""

from collections.abc import Sequence

from digitrec.reading.layout.pieces import Piece

SHARED_HEIGHT = 0.35
"""Share of the lower piece's height that neighbours on a line have in common, slanted or not."""


def in_lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces by line.

    Each is linked to its nearest neighbour on the right at the same height; what is linked is a
    line, so that a line may rise or fall from one end to the other.
    """
    ordered = sorted(pieces, key=lambda piece: piece.x + piece.width / 2)
    line_of = list(range(len(ordered)))
    for number, piece in enumerate(ordered):
        follower = _follower(piece, ordered[number + 1 :])
        if follower is not None:
            old, new = line_of[number + 1 + follower], line_of[number]
            line_of = [new if line == old else line for line in line_of]
    lines = [
        [piece for piece, line in zip(ordered, line_of, strict=True) if line == number]
        for number in dict.fromkeys(line_of)
    ]
    return sorted(lines, key=_height)


def _follower(piece: Piece, others: Sequence[Piece]) -> int | None:
    """The next to the right that shares height with it."""
    for number, other in enumerate(others):
        shared = min(piece.bottom, other.bottom) - max(piece.y, other.y)
        if shared >= SHARED_HEIGHT * min(piece.height, other.height):
            return number
    return None


def _height(line: Sequence[Piece]) -> float:
    return sum(piece.y + piece.height / 2 for piece in line) / len(line)
