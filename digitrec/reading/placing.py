"""Where on a picture each digit's 28x28 lies, to show on it what was found on the 28x28."""

from digitrec.reading import layout
from digitrec.reading.form import SIDE
from digitrec.reading.normalize import field
from digitrec.reading.reader import Seen

Field = tuple[float, float, float]
"""x and y of a square's upper left corner and its side, in pixels of the picture as opened."""


def fields(seen: Seen) -> list[Field]:
    """The square that the 28x28 of each digit shows, in reading order; it may leave the picture."""
    ink = seen.ink
    scale = ink.scale / seen.picture.scale
    if ink.in_form:
        return [(0.0, 0.0, SIDE * scale) for _ in seen.places]
    found = []
    for place in seen.places:
        piece = place.piece
        x, y, side = field(layout.ink_of(piece, ink))
        left, top = max(piece.x - ink.edge, 0), max(piece.y - ink.edge, 0)
        found.append(((left + x) * scale, (top + y) * scale, side * scale))
    return found
