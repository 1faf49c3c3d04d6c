"""One PNG that shows why: the picture, each digit with its probabilities, the maps over it, words.

Pillow alone, so that a .tflite file is explained where nothing else is installed.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from digitrec.insight.explanation import Explanation
from digitrec.insight.plots import BLUE, ORANGE
from digitrec.insight.words import a
from digitrec.reading.drawing import (
    FAINT,
    PAPER,
    TEXT,
    WORDS,
    Colour,
    below_each_other,
    beside_each_other,
    fitted,
    font,
    named,
    shortened,
    wrapped,
)
from digitrec.reading.placing import Field
from digitrec.reading.reader import Seen
from digitrec.reading.stages import CELL, GAP, MARGIN, WIDTH, cell, head, with_boxes

PICTURE = 300
"""Pixels a side of the picture, at most."""

LARGEST_PANEL = 156
BETWEEN = 10
"""Pixels a side of a map, at most, and from one to the next."""

PALEST = 130
"""Grey of what is black on the picture under a map, so that colours are seen on it."""

OPAQUE = 0.85
"""Share of the map's colour where it is strongest."""

SMOOTHED = {"saliency": 1.0, "smoothgrad": 1.0}
"""Pixels of the 28x28 that these maps are blurred by: a pen draws no single pixels, and what more
ink would do to one says little."""

FOR, AGAINST = ORANGE, BLUE
"""The colours of what speaks for a class, and against it."""


def sheet(
    seen: Seen,
    explained: Sequence[Explanation],
    numbers: Sequence[int],
    fields: Sequence[Field],
    notes: Sequence[str] = (),
) -> Image.Image:
    """All of it on one sheet.

    Args:
        seen: the picture and its reading.
        explained: of the digits that are shown.
        numbers: which of the picture's digits these are, from 0.
        fields: where the 28x28 of each digit of the picture lies, see reading.placing.
        notes: what else to say, such as which maps are missing.
    """
    rows = [head(seen), _beginning(seen, notes)]
    for one, number in zip(explained, numbers, strict=True):
        rows += [_told(one), _panels(seen, one, fields[number])]
    return below_each_other(rows, GAP, MARGIN)


def overlaid(base: NDArray[np.uint8], values: NDArray[np.floating]) -> Image.Image:
    """A map (28, 28) over what it is of, (side, side, 3): orange for it, blue against it."""
    side = len(base)
    larger = cv2.resize(
        np.asarray(values, np.float32), (side, side), interpolation=cv2.INTER_LINEAR
    )
    strength = larger / max(float(np.abs(values).max()), 1e-12)
    colours = np.where(strength[..., None] > 0, _rgb(FOR), _rgb(AGAINST)).astype(np.float32)
    share = OPAQUE * np.clip(np.abs(strength), 0, 1)[..., None]
    return Image.fromarray((base * (1 - share) + colours * share).astype(np.uint8))


def part_of(pixels: NDArray[np.uint8], field: Field, side: int) -> NDArray[np.uint8]:
    """A square of a picture (H, W, 3), as (side, side, 3); beyond its edges they go on."""
    left, top, extent = field
    height, width = pixels.shape[:2]
    room = int(max(-left, -top, left + extent - width, top + extent - height, 0)) + 1
    wider = np.pad(pixels, ((room, room), (room, room), (0, 0)), mode="edge")
    box = (left + room, top + room, left + room + extent, top + room + extent)
    picture = Image.fromarray(wider)
    return np.asarray(picture.resize((side, side), Image.Resampling.BICUBIC, box))


def _beginning(seen: Seen, notes: Sequence[str]) -> Image.Image:
    """The picture with its boxes, and what the colours mean."""
    picture = with_boxes(seen, fitted(Image.fromarray(seen.picture.pixels), PICTURE, PICTURE))
    width = WIDTH - picture.width - GAP
    legend: list[tuple[str, Colour]] = [
        ("orange speaks for the class", _rgb(FOR)),
        ("blue speaks against it", _rgb(AGAINST)),
        ("integrated gradients, occlusion: the ink that is there", FAINT),
        ("saliency, smoothgrad, guided: what more ink would do", FAINT),
        ("grad-cam, layer-cam: where the last maps of features answer to it", FAINT),
    ]
    legend += [(line, WORDS) for note in notes for line in wrapped(note, TEXT, width, 3)]
    words = Image.new("RGB", (width, (TEXT + 6) * len(legend)), PAPER)
    pen = ImageDraw.Draw(words)
    for row, (line, colour) in enumerate(legend):
        pen.text((0, row * (TEXT + 6)), shortened(line, TEXT, width), colour, font(TEXT))
    return beside_each_other([picture, words], GAP)


def _told(one: Explanation) -> Image.Image:
    """The digit as the network sees it with its probabilities, and beside it the words."""
    width = WIDTH - CELL[0] - GAP
    lines = [line for words in one.words for line in wrapped(words, TEXT, width, 3)]
    told = Image.new("RGB", (width, max((TEXT + 6) * len(lines), 1)), PAPER)
    pen = ImageDraw.Draw(told)
    for row, line in enumerate(lines):
        pen.text((0, row * (TEXT + 6)), line, WORDS, font(TEXT))
    return beside_each_other([cell(one.digit, one.image), told], GAP)


def _panels(seen: Seen, one: Explanation, field: Field) -> Image.Image:
    """The maps over the digit in the picture, and the part that decides."""
    shown = list(_shown(one))
    room = (WIDTH - (len(shown) - 1) * BETWEEN) // len(shown) - 2
    side = min(room, LARGEST_PANEL)
    base = _pale(part_of(seen.picture.pixels, field, side))
    panels = [named(shortened(name, TEXT, side), overlaid(base, values)) for name, values in shown]
    return beside_each_other(panels, BETWEEN)


def _shown(one: Explanation) -> Iterator[tuple[str, NDArray[np.floating]]]:
    for method, values in one.maps.items():
        soft = SMOOTHED.get(method)
        blurred = cv2.GaussianBlur(values, (0, 0), soft) if soft else values
        yield method.replace("-", " "), np.asarray(blurred)
    if one.without:
        yield f"{a(one.without.digit)} without", one.without.part.astype(np.float32)


def _pale(part: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A part of a picture in grey, with room for colours on what is black."""
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.float32)
    pale = PALEST + grey * (255 - PALEST) / 255
    return np.repeat(pale[..., None], 3, axis=2).astype(np.uint8)


def _rgb(colour: str) -> Colour:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue
