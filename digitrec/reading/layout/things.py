"""What is no writing: frames, tables, shadows and fingers that come in from the edges."""

from collections.abc import Sequence

from digitrec.reading.layout.pieces import (
    DRAWN,
    LARGE,
    Piece,
    is_drawn,
    is_straight,
    middle_by_ink,
)

EDGE_THING = 2.5
"""What touches the picture's edge and is so many times as high or as thick as the writing is a
shadow, a finger or a table."""

LONG_EDGE = 1.3
"""Times the size of the writing from which a strip along the edge is none of its strokes."""

INNER_ENOUGH = 0.1
"""Share of the ink away from the edges that is enough to know the writing by."""

FRAME_RIM = 0.1
FRAME_SHARE = 0.85
"""A frame has so much of its ink in the outer tenth of its box; a round 0 has about half there."""


def without_things(pieces: list[Piece], shape: tuple[int, int]) -> list[Piece]:
    """The pieces without frames, and without shadows, fingers and tables at the edges."""
    kept = [piece for piece in pieces if not _is_frame(piece, pieces)] or pieces
    inner = [piece for piece in kept if not _touches(piece, shape) and is_drawn(piece)]
    if sum(p.area for p in inner) < INNER_ENOUGH * sum(p.area for p in kept):
        return kept
    size = middle_by_ink(inner, [_size(piece) for piece in inner])
    thick = max(piece.thickness for piece in inner if _size(piece) >= LARGE * size)
    flush = _along_edges(kept, shape, LONG_EDGE * size)
    return [
        piece
        for piece in kept
        if not any(piece is other for other in flush)
        and not (_touches(piece, shape) and _is_thing(piece, EDGE_THING * size, 2 * thick))
    ]


def _size(piece: Piece) -> float:
    """Of a digit: two that touch count as one."""
    return max(piece.height, piece.width / 2)


def _along_edges(pieces: Sequence[Piece], shape: tuple[int, int], long: float) -> list[Piece]:
    """Strips along an edge of the picture that are longer than that, all those of an edge taken
    together: a table beside the sheet, a frame. A 1 that is cropped tight is shorter."""
    height, width = shape
    strips = [piece for piece in pieces if is_straight(piece)]
    upright = [piece for piece in strips if piece.height >= DRAWN * piece.width]
    lying = [piece for piece in strips if piece.width >= DRAWN * piece.height]
    edges = (
        [piece for piece in upright if piece.x <= 1],
        [piece for piece in upright if piece.right >= width - 1],
        [piece for piece in lying if piece.y <= 1],
        [piece for piece in lying if piece.bottom >= height - 1],
    )
    return [
        piece
        for edge in edges
        if sum(max(other.height, other.width) for other in edge) > long
        for piece in edge
    ]


def _is_thing(piece: Piece, size: float, thick: float) -> bool:
    return _size(piece) > size or piece.thickness > thick


def _touches(piece: Piece, shape: tuple[int, int]) -> bool:
    height, width = shape
    return piece.x <= 1 or piece.y <= 1 or piece.right >= width - 1 or piece.bottom >= height - 1


def _is_frame(piece: Piece, pieces: Sequence[Piece]) -> bool:
    """Whether it is a rectangle's outline with something in it."""
    holds = any(
        other is not piece
        and other.x > piece.x
        and other.right < piece.right
        and other.y > piece.y
        and other.bottom < piece.bottom
        and other.height > 0.2 * piece.height
        for other in pieces
    )
    if not holds:
        return False
    rim_y, rim_x = (max(round(FRAME_RIM * side), 1) for side in piece.mask.shape)
    inside = int(piece.mask[rim_y:-rim_y, rim_x:-rim_x].sum())
    return inside < (1 - FRAME_SHARE) * piece.area
