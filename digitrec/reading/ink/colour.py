"""Grey in which ink differs from its ground, also where both are as bright as each other."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.ink.ground import Grey, border_grey, from_surroundings, middle, shrunk

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
    if not _differs_in_colour(shrunk(pixels).astype(np.uint8)):
        return grey, False
    return np.clip(255 - _colour_distance(pixels), 0, 255), True


def _differs_in_colour(pixels: NDArray[np.uint8]) -> bool:
    """Whether ink and ground differ much more in colour than in brightness."""
    if (pixels.max(axis=2) - pixels.min(axis=2)).max() < LEAST_COLOUR:
        return False
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    in_grey, in_colour = (
        middle(np.abs(from_surroundings(part)), MOST) for part in (grey, _colour_distance(pixels))
    )
    return in_colour >= max(COLOUR_OVER_GREY * in_grey, LEAST_COLOUR)


def _colour_distance(pixels: NDArray[np.uint8]) -> Grey:
    """How far each pixel's colour is from the border's, whatever its brightness."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    calm = np.asarray(cv2.GaussianBlur(lab, (3, 3), 0), np.float32)
    red, yellow = (part - border_grey(part) for part in (calm[:, :, 1], calm[:, :, 2]))
    return np.sqrt(red * red + yellow * yellow)
