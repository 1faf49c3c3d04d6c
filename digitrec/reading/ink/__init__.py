"""A picture becomes ink on empty ground: strokes bright, paper 0, whatever the colours were."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.form import SIDE, Polarity
from digitrec.reading.ink import ground, little, parts, sheet
from digitrec.reading.ink.colour import grey_of
from digitrec.reading.ink.hollow import closed, gaps_in
from digitrec.reading.ink.noise import without_salt
from digitrec.reading.ink.ruled import without_rules
from digitrec.reading.ink.threshold import core_of
from digitrec.reading.normalize import is_in_form, stroke_width
from digitrec.reading.picture import Picture

WORKING_SIDE = 1024
"""Larger pictures are shrunk to this: a digit that fills a tenth of it still has 100 pixels."""

FULL_INK = 0.99
"""Share of the ink under the grey that counts as full ink: a spark or a crumb is not."""

PAPER = 0.9
"""Share of the bare paper that is lighter than what counts as its texture: all but its dirt."""

SOFT_EDGE = 0.5
"""Of a stroke's width: how far its edge reaches in a picture that is out of focus or enlarged."""

FOREIGN = 0.5
"""Of the strokes' width: what is thinner may be a line that somebody drew through the digit."""

FILLED = "gaps in strokes filled"
DARK, LIGHT = "dark ink on light ground", "light ink on dark ground"

Mask = NDArray[np.bool_]

DigitInk = NDArray[np.float32] | NDArray[np.uint8]
"""Of one digit: float32 (height, width), or uint8 (28, 28) where it is in MNIST's form already."""


@dataclass(frozen=True)
class Ink:
    """Ink on empty ground.

    Attributes:
        strokes: (height, width) float32, 0 on the ground to 255 at full ink, soft at the edges.
        core: (height, width) bool, where ink is beyond doubt.
        scale: pixels of the picture for one pixel of `strokes`.
        edge: pixels that the soft edge reaches beyond the core.
        clear: whether there was no doubt of its polarity.
        in_form: whether `strokes` are one digit that is in MNIST's form already.
        notes: what was done, for the reading's notes.
    """

    strokes: NDArray[np.float32]
    core: Mask
    scale: float
    notes: tuple[str, ...]
    edge: int = 1
    clear: bool = True
    in_form: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is no ink at all."""
        return not self.strokes.any()

    def box(self) -> tuple[int, int, int, int]:
        """x, y, width and height of all ink, in pixels of `strokes`; all 0 without ink."""
        left, top, width, height = cv2.boundingRect(self.core.astype(np.uint8))
        return int(left), int(top), int(width), int(height)


def find(picture: Picture, polarity: Polarity = "auto") -> Ink:
    """Separate ink from its ground.

    Args:
        picture: an upright picture.
        polarity: whether the ink is "dark" or "light", or "auto" to see which it is.
    """
    pixels, scale = _working_size(picture.pixels)
    grey, coloured = grey_of(pixels)
    grey, salted = without_salt(grey)
    grey, cut_out = sheet.alone(grey)
    region = little.written(grey)
    ink = _ink_on(grey[region] if region else grey, polarity)
    ink = _placed(ink, region, grey.shape) if region else ink
    notes = ["ink told from ground by colour"] * coloured
    notes += ["noise filtered out"] * salted
    notes += ["only the sheet looked at"] * cut_out
    notes = [*ink.notes[:1], *notes, *ink.notes[1:]] * bool(ink.notes)
    return replace(ink, scale=scale * picture.scale, notes=tuple(notes))


def _ink_on(grey: ground.Grey, polarity: Polarity) -> Ink:
    """The ink on a ground that is all to be looked at, with its notes from polarity on."""
    grey, dark, clear, parted = _dark_on_light(grey, polarity)
    strokes, unevenness = ground.strokes_on(grey)
    found, local = core_of(strokes, unevenness)
    if not found.any():
        return Ink(np.zeros_like(strokes), found, 1.0, ())
    core, ruled = without_rules(found)
    gaps = gaps_in(core)
    core = core | gaps
    notes = [_note(dark)]
    notes += ["ground of several parts"] * parted
    notes += ["uneven light evened out"] * local
    notes += ["ruled lines removed"] * ruled
    notes += [FILLED] * bool(gaps.any())
    edge = max(round(SOFT_EDGE * stroke_width(core.astype(np.uint8) * 255)), 1)
    soft = _soft(strokes, core, found & ~core, edge)
    soft[gaps] = 255
    return Ink(soft, core, 1.0, tuple(notes), edge, clear)


def _placed(ink: Ink, region: little.Region, shape: tuple[int, ...]) -> Ink:
    """Ink of a part of a picture, in the whole of it."""
    strokes, core = np.zeros(shape, np.float32), np.zeros(shape, bool)
    strokes[region], core[region] = ink.strokes, ink.core
    return replace(ink, strokes=strokes, core=core)


def otherwise(picture: Picture, polarity: Polarity, ink: Ink) -> Iterator[Ink]:
    """What else the ink may be, for when it cannot be read.

    All that there is, if the picture has MNIST's size: it may be in MNIST's form already. It may
    be of the other polarity, if that is not clear. Its strokes may have gaps: a felt pen that runs
    dry leaves two edges with nothing between. And foreign lines may run through it, which are
    thinner than its strokes.
    """
    if picture.pixels.shape[:2] == (SIDE, SIDE):
        yield of_digit(grey_of(picture.pixels)[0].astype(np.uint8), polarity)
    if polarity == "auto" and not ink.clear:
        found = find(picture, "light" if DARK in ink.notes else "dark")
        if not found.empty:
            yield found
    if not ink.empty:
        yield _filled(ink)
        thick = _without_thin_lines(ink)
        if not thick.empty:
            yield thick


def _filled(ink: Ink) -> Ink:
    size = max(ink.box()[2:])
    core = closed(ink.core.astype(np.float32), size) > 0
    return replace(ink, strokes=closed(ink.strokes, size), core=core, notes=(*ink.notes, FILLED))


def _without_thin_lines(ink: Ink) -> Ink:
    side = max(round(FOREIGN * stroke_width(np.where(ink.core, 255, 0))), 2)
    brush = np.ones((side, side), np.uint8)
    core = cv2.morphologyEx(ink.core.astype(np.uint8), cv2.MORPH_OPEN, brush).astype(bool)
    near = grown(core, ink.edge) & (core | ~ink.core)
    strokes = np.where(near, ink.strokes, 0).astype(np.float32)
    return replace(ink, strokes=strokes, core=core, notes=(*ink.notes, "thin lines left out"))


def of_digit(image: NDArray[np.uint8], polarity: Polarity = "auto") -> Ink:
    """The ink of an image (height, width) uint8 of one digit and nothing else: all that there is.

    Polarity "auto" goes by the border, which is ground.
    """
    grey = image.astype(np.float32)
    dark = polarity == "dark" or (polarity == "auto" and ground.border_grey(grey) > 127)
    return _ink_of_digit(255 - grey if dark else grey, dark)


def in_form(image: NDArray[np.uint8], polarity: Polarity = "auto") -> Ink | None:
    """The ink of an image (28, 28) of one digit that is in MNIST's form already; else None.

    There is nothing to look for then: no ground, no light, no other ink. A corner of it is ground.
    """
    dark = polarity == "dark" or (polarity == "auto" and image[0, 0] > 127)
    strokes = 255 - image if dark else image
    return _ink_of_digit(strokes.astype(np.float32), dark) if is_in_form(strokes) else None


def _ink_of_digit(strokes: NDArray[np.float32], dark: bool) -> Ink:
    return Ink(strokes, strokes > 0, 1.0, (_note(dark),), in_form=True)


def _dark_on_light(grey: ground.Grey, polarity: Polarity) -> tuple[ground.Grey, bool, bool, bool]:
    """Grey of dark ink on light ground; whether it was so, whether that is clear, and parted."""
    if polarity == "auto":
        parted = parts.evened(grey)
        if parted is not None:
            return *parted, True, True
        dark, clear = ground.is_dark_ink(grey)
    else:
        dark, clear = polarity == "dark", True
    return grey if dark else 255 - grey, dark, clear, False


def _note(dark: bool) -> str:
    return DARK if dark else LIGHT


def _working_size(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float]:
    """The picture, shrunk to at most WORKING_SIDE, and by how much it was shrunk."""
    scale = max(max(pixels.shape[:2]) / WORKING_SIDE, 1.0)
    if scale == 1:
        return pixels, 1.0
    height, width = (max(round(side / scale), 1) for side in pixels.shape[:2])
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), scale


def _soft(strokes: NDArray[np.float32], core: Mask, others: Mask, edge: int) -> NDArray[np.float32]:
    """The ink with its soft edge, full ink 255: what is near the core and belongs to no other.

    What bare paper has too, by its texture or printing, is taken off.
    """
    near = grown(core, edge)
    full = ground.middle(strokes[core], FULL_INK)
    bare = strokes[~(near | others)]
    paper = min(ground.middle(bare, PAPER), full / 2) if bare.size else 0.0
    soft = np.clip((strokes - paper) * (255.0 / (full - paper)), 0, 255)
    return np.where(near & ~others, soft, 0).astype(np.float32)


def grown(mask: Mask, pixels: int) -> Mask:
    """What is in the mask or at most so many pixels from it."""
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(distance <= pixels)
