"""One digit's ink to 28x28, exactly as MNIST was made.

The way is the one that Yadav and Bottou reconstructed for QMNIST ("Cold Case: the Lost MNIST
Digits", 2019): no stretching, no deskewing, no shift by parts of a pixel.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

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
    images = [image for _, image in stages(ink)]
    return images[-1] if images else np.zeros((SIDE, SIDE), np.uint8)


def stages(ink: NDArray[np.floating | np.uint8]) -> Iterator[tuple[str, NDArray[Any]]]:
    """The way of `to_mnist`, step by step, to be looked at; nothing when there is no ink.

    Args:
        ink: (height, width), as `to_mnist` takes it.

    Yields:
        What was done and what came of it: "cropped" to the ink's box; padded to a "square";
        "doubled" until it has 20 pixels a side, if it had fewer; resampled to 20x20, the "box",
        full ink 255; "centred", (28, 28) uint8, which is what `to_mnist` returns. All before that
        is float32.
    """
    digit = _cropped(np.asarray(ink, np.float32))
    if digit is None:
        return
    yield "cropped", digit
    square = _square(digit)
    yield "square", square
    square = _doubled(square)
    yield "doubled", square
    small = _in_box(square)
    yield "box", small
    yield "centred", _centred(small)


def field(ink: NDArray[np.floating | np.uint8]) -> tuple[float, float, float]:
    """Where the 28x28 of a digit lies on its ink, to lay over it what was found on the 28x28.

    Args:
        ink: (height, width) of one digit with ink, as `near_mnist_width` takes it.

    Returns:
        x and y of the square's upper left corner and its side, in pixels of `ink`: what
        `to_mnist(near_mnist_width(ink))` shows of it. Where the strokes' width was changed, to
        within a part of that.
    """
    before = np.asarray(ink, np.float32)
    top, left, height, width = _extent(before)
    digit = _cropped(near_mnist_width(before))
    if digit is None:
        return 0.0, 0.0, float(max(before.shape))
    same = digit.shape == (height, width)
    scale = 1.0 if same else min(CHANGED_SIDE / max(height, width), 1.0)
    side = max(digit.shape)
    shifts = _shifts(_in_box(_doubled(_square(digit))))
    corners = [
        (start + extent / 2) - (own / 2 + (side - own) // 2 + shift * side / BOX) / scale
        for start, extent, own, shift in zip(
            (left, top), (width, height), digit.shape[::-1], shifts[::-1], strict=True
        )
    ]
    return corners[0], corners[1], SIDE * side / BOX / scale


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
    top, left, height, width = _extent(ink)
    return ink[top : top + height, left : left + width] if height else None


def _extent(ink: NDArray[np.generic]) -> tuple[int, int, int, int]:
    """Top, left, height and width of the box that holds the ink; all 0 without ink."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    height, width = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    return int(rows[0]), int(columns[0]), int(height), int(width)


def _square(digit: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pad to a square with the digit in the middle."""
    height, width = digit.shape
    side = max(height, width)
    square = np.zeros((side, side), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = digit
    return square


def _doubled(square: NDArray[np.float32]) -> NDArray[np.float32]:
    """By copies of its pixels, until it has BOX a side."""
    while len(square) < BOX:
        square = square.repeat(2, axis=0).repeat(2, axis=1)
    return square


def _in_box(square: NDArray[np.float32]) -> NDArray[np.float32]:
    """Resampled to MNIST's box (20, 20), full ink 255."""
    small = np.asarray(cv2.resize(square, (BOX, BOX), interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(small * (255.0 / small.max()), np.float32)


def _centred(small: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Paste the box so that its centre of mass comes to the middle, by whole pixels."""
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[:BOX, :BOX] = np.clip(small + 0.5, 0, 255).astype(np.uint8)
    return np.roll(image, _shifts(small), axis=(0, 1))


def _shifts(small: NDArray[np.float32]) -> list[int]:
    """How far to move the box down and to the right."""
    return [_shift(small.sum(axis=axis, dtype=np.float64)) for axis in (1, 0)]


def _shift(ink: NDArray[np.float64]) -> int:
    """How far to move along an axis whose ink (BOX,) is given.

    The box may leave the image, ink may not: what np.roll takes around the edge is empty.
    """
    centre = round(float((ink * np.arange(BOX)).sum() / ink.sum()), DECIMALS)
    places = np.flatnonzero(ink)
    return min(max(int(np.floor(MIDDLE - centre)), -int(places[0])), SIDE - 1 - int(places[-1]))
