"""Which pixels are ink beyond doubt."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.ink.ground import TINY_SIDE, Grey, middle, without_things

LEAST_CONTRAST = 12
"""Grey levels between ink and ground under which a picture is empty."""

LEAST_INK = 0.001
"""Share of a picture that is ink: a thin digit that is a tenth of it high has this much."""

NOISES = 6
"""Ink differs so many standard deviations of the noise from the ground."""

TO_DEVIATION = 1.48
"""From the median of what noise differs by to its standard deviation."""

UNEVEN = 0.25
"""Ground that differs by more than this share of the ink's contrast is not flat."""

NEAR_INK = 1 / 3
"""Otsu's threshold is sought around what has this share of the contrast: of a whole sheet with
little ink it would find the paper's own two greys."""

SURELY = 0.55
"""Share of the contrast that some part of each piece of ink has: printed patterns and the dirt of
paper are paler than pens, though darker than the threshold in places."""

PEN = 1 / 4
"""Share of a piece of ink that is sure, at least: pens leave half, edges included."""

BESIDE_THINGS = 1 / 2
"""Of the contrast of what comes in from the border, that of ink which counts alone."""

SAUVOLA_K = 0.2
SAUVOLA_WINDOW = 1 / 8
"""Of the shorter side. Constants of Sauvola and Pietikainen 2000, "Adaptive document image
binarization", whose k lies between 0.2 and 0.5; here on ink, which is bright on 0."""


def core_of(strokes: Grey, unevenness: float) -> tuple[NDArray[np.bool_], bool]:
    """Where ink is beyond doubt, (height, width) bool, and whether the ground was uneven.

    Args:
        strokes: how much darker than its ground each pixel is.
        unevenness: grey levels between the bright and dark parts of the ground.

    Otsu's threshold where the ground is flat: uneven by at most UNEVEN of the ink's contrast;
    else Sauvola's, which follows the contrast from place to place.
    """
    contrast = _contrast(strokes)
    if contrast < max(LEAST_CONTRAST, NOISES * _noise(strokes)):
        return np.zeros(strokes.shape, bool), False
    even = unevenness <= UNEVEN * contrast
    level = _otsu(strokes, contrast)
    limit = level if even else np.maximum(_sauvola(strokes, contrast), NEAR_INK * contrast)
    return _with_sure_parts(strokes >= limit, strokes, SURELY * contrast), not even


def _with_sure_parts(likely: NDArray[np.bool_], strokes: Grey, surely: float) -> NDArray[np.bool_]:
    """The connected pieces of what is likely that have something sure in them.

    A single spark is nothing sure. Of pieces with little of it, which are a printed pattern and
    what is written on it, only what is near the sure parts is kept. Thresholding with hysteresis,
    as in Canny 1986, "A computational approach to edge detection".
    """
    count, pieces = cv2.connectedComponents(likely.astype(np.uint8), connectivity=8)
    pixels = np.bincount(pieces.ravel(), minlength=count)
    dark = likely & (strokes >= surely)
    sure = likely & (_calm(strokes) >= surely)
    has_sure = np.bincount(pieces[sure], minlength=count) > 0
    pen = has_sure & (np.bincount(pieces[dark], minlength=count) >= PEN * pixels)
    pen[0] = has_sure[0] = False
    near = cv2.dilate(sure.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return pen[pieces] | (has_sure[pieces] & near & likely)


def _contrast(strokes: Grey) -> float:
    """The grey of ink: what a thousandth of the pixels has, and four at least.

    A table that comes in from the border may be darker than the ink, and does not count.
    """
    ink = 255 - without_things(255 - _calm(strokes), BESIDE_THINGS)
    return middle(ink, max(1 - max(LEAST_INK, 4 / strokes.size), 0))


def _calm(strokes: Grey) -> Grey:
    """The strokes without single sparks, if they have more than a pixel or two of width."""
    if max(strokes.shape) < TINY_SIDE:
        return strokes
    return np.asarray(cv2.blur(strokes, (3, 3)), np.float32)


def _noise(strokes: Grey) -> float:
    """Standard deviation of the noise, from neighbours' differences (Immerkaer 1996, halved)."""
    if max(strokes.shape) < TINY_SIDE:
        return 0.0
    difference = np.abs(strokes - cv2.medianBlur(strokes, 3))
    return TO_DEVIATION * middle(difference)


def _otsu(strokes: Grey, contrast: float) -> float:
    levels = np.clip(strokes * (255.0 / contrast), 0, 255).astype(np.uint8)
    side = max(min(strokes.shape) // 32, 1) * 2 + 1
    near = cv2.dilate((levels > 255 * NEAR_INK).astype(np.uint8), np.ones((side, side), np.uint8))
    found, _ = cv2.threshold(levels[near > 0], 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return max(found, 1) * contrast / 255.0


def _sauvola(strokes: Grey, contrast: float) -> Grey:
    """Sauvola's threshold at each pixel, by means of box filters."""
    side = int(min(strokes.shape) * SAUVOLA_WINDOW) | 1
    ink = 255 - np.clip(strokes * (255.0 / contrast), 0, 255)
    mean = cv2.blur(ink, (side, side))
    spread = np.sqrt(np.maximum(cv2.blur(ink * ink, (side, side)) - mean * mean, 0))
    limit = mean * (1 + SAUVOLA_K * (spread / 128 - 1))
    return (255 - limit) * (contrast / 255.0)
