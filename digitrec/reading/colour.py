"""Grey in which ink differs from its ground, also where both are as bright as each other."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.ground import Grey, border_grey, from_surroundings, middle, shrunk

COLOUR_OVER_GREY = 2.0
"""Colour is asked when it differs so many times more than grey: of grey ink it never does."""

MOST = 0.995
"""Share of the picture that differs less than its ink does, thin as it may be."""

LEAST_COLOUR = 24
"""Levels of colour between ink and ground: what JPEG's coarse colours make up stays below."""


def grey_of(pixels: NDArray[np.uint8]) -> tuple[Grey, bool]:
    """Grey (height, width) float32 of a picture (height, width, 3), and whether colour made it.

    It is the picture's brightness, unless ink differs from its surroundings much more in colour:
    then it is 255 less the distance in colour from the border's.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    distance = _colour_distance(pixels)
    if distance is None:
        return grey, False
    in_grey, in_colour = (
        middle(np.abs(from_surroundings(shrunk(part))), MOST) for part in (grey, distance)
    )
    if in_colour < max(COLOUR_OVER_GREY * in_grey, LEAST_COLOUR):
        return grey, False
    return np.clip(255 - distance, 0, 255), True


def _colour_distance(pixels: NDArray[np.uint8]) -> Grey | None:
    """How far each pixel's colour is from the border's, whatever its brightness; None for greys."""
    if (pixels[::4, ::4].max(axis=2) - pixels[::4, ::4].min(axis=2)).max() < LEAST_COLOUR:
        return None
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    calm = np.asarray(cv2.GaussianBlur(lab, (3, 3), 0), np.float32)
    red, yellow = (part - border_grey(part) for part in (calm[:, :, 1], calm[:, :, 2]))
    return np.sqrt(red * red + yellow * yellow)
