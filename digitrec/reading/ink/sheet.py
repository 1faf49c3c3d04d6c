"""A sheet that is not the whole picture: it lies on a table, or what is written is in a frame."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.ink.ground import LEAST_LIGHT, TINY_SIDE, Grey, middle, shrunk

LEAST_SHEET = 0.25
"""Share of the picture that a sheet has: who photographs one comes near enough."""

LEAST_REST = 0.02
"""Share of the picture beside the sheet: less is the border's own light."""

FREE_SIDES = 2
"""Sides of the picture that the sheet does not touch, at least. A strip along one side may be a
shadow, or what is below a printed line, and does little harm."""

LIKE_QUADRILATERAL = 0.93
"""Share of its four corners' area that a sheet fills, and it of them: an ellipse, such as a 0's,
fills less than two thirds of any."""

ROUNDED = 0.03
"""Of its outline's length: how far a sheet's edge may be from straight, as paper bends."""

RIM = 2
"""Pixels of the size that is looked at, at a sheet's edge, that are neither it nor the rest."""

SHARP, ALL_ALONG = 0.5, 0.8
"""At so much of a sheet's edge the picture changes at once by half the step to the rest. Light that
falls off from one side parts a picture as well, but nowhere sharply."""

OF_ONE_KIND = 0.8
"""Share of the rest that is darker than the sheet, or brighter: a table is, while writing and its
lines have as bright a paper on their other side."""

WRITTEN = 0.15
"""Of the step between the sheet and the rest, the contrast that is on the sheet, at least. A thick
1 fills four corners as well, but nothing is written on it."""

CALMER = 0.5
"""Of what is written on the sheet, the contrast of the rest, at most, as it is and in the same
light: or there is writing, too, perhaps in a shadow."""

LEAST_INK = 0.01
"""Share of a sheet that is ink: a thin digit has as much."""


def alone(grey: Grey) -> tuple[Grey, bool]:
    """The grey with all that is not the sheet made as bright as it, and whether there was any.

    A sheet is what is brighter, or darker, than the rest and has four corners; see LEAST_SHEET.
    Where both what is bright and what is dark could be one, as in half a shadow, nothing is done.
    """
    if min(grey.shape) < TINY_SIDE:
        return grey, False
    small = shrunk(grey)
    levels = np.clip(np.rint(small), 0, 255).astype(np.uint8)
    _, parted = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = np.asarray(parted, np.uint8)
    found = [sheet for part in (bright, 1 - bright) if (sheet := _sheet(part, small)) is not None]
    if len(found) != 1:
        return grey, False
    sheet = cv2.resize(found[0], grey.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(bool)
    return np.where(sheet, grey, np.float32(middle(grey[sheet]))), True


def _sheet(part: NDArray[np.uint8], grey: Grey) -> NDArray[np.uint8] | None:
    """The largest piece of a part of the picture with all that is in it, if it is a sheet."""
    outlines, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = np.asarray(max(outlines, key=cv2.contourArea), np.int32)
    corners = cv2.approxPolyDP(
        cv2.convexHull(outline), ROUNDED * cv2.arcLength(outline, closed=True), closed=True
    )
    sheet = _enclosed(outline, part.shape)
    straight = _enclosed(np.asarray(corners, np.int32), part.shape)
    share = float(sheet.mean())
    sides = (sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1])
    if len(corners) != 4 or not LEAST_SHEET <= share <= 1 - LEAST_REST:
        return None
    if sum(not side.any() for side in sides) < FREE_SIDES:
        return None
    both = cv2.bitwise_and(sheet, straight).sum()
    if both < LIKE_QUADRILATERAL * cv2.bitwise_or(sheet, straight).sum():
        return None
    inside, rest = _shrunk_by(sheet, RIM), _shrunk_by(1 - sheet, RIM)
    if not rest.any() or part[rest > 0].mean() > 1 - OF_ONE_KIND:
        return None
    if not _is_written(grey, inside, rest):
        return None
    step = abs(middle(grey[inside > 0]) - middle(grey[rest > 0]))
    edge = sheet - _shrunk_by(sheet, 1)
    return inside if _is_sharp(grey, edge, SHARP * step) else None


def _is_written(grey: Grey, inside: NDArray[np.uint8], rest: NDArray[np.uint8]) -> bool:
    """Whether something is written inside, and nothing in the rest, as it is and in equal light."""
    levels = np.array([middle(grey[inside > 0]), middle(grey[rest > 0])])
    light = np.maximum(levels, max(LEAST_LIGHT * levels.max(), 1))
    written = np.array([_contrast(grey, inside), _contrast(grey, rest)])
    lit = written / light
    calm = written[1] <= CALMER * written[0] and lit[1] <= CALMER * lit[0]
    return bool(calm and written[0] >= WRITTEN * abs(levels[0] - levels[1]))


def _enclosed(points: NDArray[np.int32], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    mask = np.zeros(shape, np.uint8)
    cv2.drawContours(mask, [points], 0, 1, cv2.FILLED)
    return mask


def _shrunk_by(mask: NDArray[np.uint8], pixels: int) -> NDArray[np.uint8]:
    brush = np.ones((2 * pixels + 1, 2 * pixels + 1), np.uint8)
    return np.asarray(cv2.erode(mask, brush, borderValue=1), np.uint8)


def _is_sharp(grey: Grey, edge: NDArray[np.uint8], step: float) -> bool:
    """Whether the picture changes by that step nearly all along an edge."""
    brush = np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)
    change = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, brush)[edge > 0]
    return len(change) > 0 and float((change >= step).mean()) >= ALL_ALONG


def _contrast(grey: Grey, inside: NDArray[np.uint8]) -> float:
    """By how much what is written on a sheet differs from it."""
    values = grey[inside > 0]
    level = middle(values)
    return max(level - middle(values, LEAST_INK), middle(values, 1 - LEAST_INK) - level)
