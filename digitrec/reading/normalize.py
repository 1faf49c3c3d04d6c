"""One digit's ink to 28x28, exactly as MNIST was made.

The way is the one that Yadav and Bottou reconstructed for QMNIST ("Cold Case: the Lost MNIST
Digits", 2019): no stretching, no deskewing, no shift by parts of a pixel.
"""

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.form import SIDE

Number = TypeVar("Number", bound=np.generic)

BOX = 20

THIN, THICK = 0.07, 0.25
"""Width of the strokes by the digit's longer side: 98 % of MNIST's training digits lie between."""

LEAST_SIDE = 40
"""Strokes of smaller digits are two or three pixels wide: too few to be measured or changed."""

CHANGED_SIDE = 160
"""Digits whose strokes are changed are shrunk to this first: eight pixels for one of MNIST's box,
and a brush that is quick."""

HALF_INK = 127

MIDDLE = 14.5
"""Where MNIST's digits have their centre of mass at most, and at most a pixel before it."""

ALIKE = 3
"""Grey levels to which QMNIST's reconstruction, and so `to_mnist`, agrees with MNIST."""

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


def is_in_form(image: NDArray[np.uint8]) -> bool:
    """Whether an image (28, 28), ink 255 on 0, is as `to_mnist` leaves a digit; MNIST's own are."""
    if max(cv2.boundingRect(image)[2:]) != BOX or image.max() < 255 - ALIKE:
        return False
    sums = cv2.moments(image)
    centres = (round(sums[name] / sums["m00"], DECIMALS) for name in ("m10", "m01"))
    return all(MIDDLE - 1 < centre <= MIDDLE for centre in centres)


def near_mnist_width(ink: NDArray[np.floating | np.uint8]) -> NDArray[np.float32]:
    """The ink of a digit, with strokes far thinner or thicker than MNIST's brought near them.

    Args:
        ink: (height, width) of one digit, 0 on the ground to 255.

    Returns:
        The same, in a field that has room for it, if its strokes are as wide as MNIST's are
        somewhere; else dilated, or eroded, until they are.
    """
    digit = _cropped(np.asarray(ink, np.float32))
    if digit is None or max(digit.shape) < LEAST_SIDE:
        return np.asarray(ink, np.float32)
    whole, digit = digit, _at_most(digit, CHANGED_SIDE)
    side = max(digit.shape)
    wide = stroke_width(digit)
    if THIN * side <= wide <= THICK * side:
        return whole
    wanted = THIN * side if wide < THIN * side else THICK * side
    change = max(round(abs(wanted - wide)), 1)
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (change + 1, change + 1))
    if wide > wanted:
        eroded = np.asarray(cv2.erode(digit, brush, borderValue=0), np.float32)
        return eroded if eroded.any() else digit
    room = cv2.copyMakeBorder(digit, change, change, change, change, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.dilate(room, brush), np.float32)


def _at_most(digit: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    scale = most / max(digit.shape)
    if scale >= 1:
        return digit
    height, width = (max(round(side * scale), 1) for side in digit.shape)
    return np.asarray(cv2.resize(digit, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def stroke_width(ink: NDArray[np.floating | np.uint8]) -> float:
    """Mean width of a digit's strokes in pixels, 0 where there is no ink.

    A stroke's pixels are a quarter of its width from its edge, on the average; the distance that
    is measured, to the middle of the nearest pixel outside, is half a pixel more.
    """
    height, width = ink.shape
    inside = np.zeros((height + 2, width + 2), np.uint8)
    is_ink = inside.view(np.bool_)
    np.greater(ink, HALF_INK, out=is_ink[1:-1, 1:-1])
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 3)[is_ink]
    return float(4 * (distance.mean() - 0.5)) if len(distance) else 0.0


def _cropped(ink: NDArray[Number]) -> NDArray[Number] | None:
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
    return min(max(int(np.floor(MIDDLE - centre)), -int(places[0])), SIDE - 1 - int(places[-1]))
