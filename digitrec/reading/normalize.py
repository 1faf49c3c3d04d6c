"""One digit's ink to 28x28, exactly as MNIST was made.

The way is the one that Yadav and Bottou reconstructed for QMNIST ("Cold Case: the Lost MNIST
Digits", 2019): no stretching, no deskewing, no shift by parts of a pixel.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.form import SIDE

BOX = 20

DECIMALS = 5
"""Of the centre of mass: that of a symmetrical digit lies between two pixels, to within noise."""


def to_mnist(ink: NDArray[np.floating | np.uint8]) -> NDArray[np.uint8]:
    """Bring the ink of one digit to MNIST's form.

    Args:
        ink: (height, width) of any size, 0 on the ground, larger where there is ink.

    Returns:
        (28, 28) uint8: the digit in a 20x20 box by its longer side, full ink 255, its centre of
        mass at the centre; all 0 when there is no ink.
    """
    square = _square(_cropped(np.asarray(ink, np.float32)))
    if square is None:
        return np.zeros((SIDE, SIDE), np.uint8)
    small = np.asarray(cv2.resize(square, (BOX, BOX), interpolation=cv2.INTER_AREA), np.float32)
    return _centred(small * (255.0 / small.max()))


def _cropped(ink: NDArray[np.float32]) -> NDArray[np.float32] | None:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return None
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _square(ink: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
    """Pad to a square with the digit in the middle, doubled until it has BOX pixels a side."""
    if ink is None:
        return None
    height, width = ink.shape
    side = max(height, width)
    square = np.zeros((side, side), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = ink
    while len(square) < BOX:
        square = square.repeat(2, axis=0).repeat(2, axis=1)
    return square


def _centred(small: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Paste the box so that its centre of mass comes to the middle, by whole pixels."""
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[:BOX, :BOX] = np.clip(small + 0.5, 0, 255).astype(np.uint8)
    shifts = [_shift(small.sum(axis=axis, dtype=np.float64)) for axis in (1, 0)]
    return np.roll(image, shifts, axis=(0, 1))


def _shift(ink: NDArray[np.float64]) -> int:
    """How far to move along an axis whose ink (BOX,) is given.

    The box may leave the image, ink may not: what np.roll takes around the edge is empty.
    """
    centre = round(float((ink * np.arange(BOX)).sum() / ink.sum()), DECIMALS)
    places = np.flatnonzero(ink)
    return min(max(int(np.floor(14.5 - centre)), -int(places[0])), SIDE - 1 - int(places[-1]))
