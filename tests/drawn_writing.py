"""Ink as pens leave it: lines of digits, with streaks and grain, as a coverage of the paper.

A coverage is (height, width) float32, 0 none to 1 full; it is also the truth to compare with.
"""

import math

import cv2
import numpy as np
from drawn_digits import draw
from numpy.typing import NDArray

Coverage = NDArray[np.float32]

FINE = 4
"""Digits are drawn so many times larger and shrunk, for soft edges."""


def writing(
    text: str,
    *,
    height: int = 100,
    thickness: float = 10,
    gap: float = 0.25,
    margin: float = 0.6,
    turn: float = 0,
    stretch: float = 0.75,
) -> Coverage:
    """Lines of digits; "\\n" parts them, and a blank leaves out a digit.

    Args:
        text: what is written.
        height: of a digit, in pixels.
        thickness: of the strokes, in hundredths of the height.
        gap: between digits, by the height; less than 0 lets them touch.
        margin: of empty paper all around, by the height; 0 crops tight.
        turn: of each digit, in degrees clockwise.
        stretch: a digit's width by its height, about.
    """
    lines = [
        [
            None if sign == " " else digit(int(sign), height, thickness, turn, stretch)
            for sign in row
        ]
        for row in text.split("\n")
    ]
    space, edge = round(gap * height), round(margin * height)
    blank = round(stretch * height)
    widths = [
        sum(blank if d is None else d.shape[1] for d in row) + space * (len(row) - 1)
        for row in lines
    ]
    step = round(1.5 * height)
    tall = height + step * (len(lines) - 1)
    sheet = np.zeros((tall + 2 * edge, max(widths) + 2 * edge), np.float32)
    for number, row in enumerate(lines):
        x, y = edge, edge + number * step
        for drawn in row:
            if drawn is not None:
                place = sheet[y : y + drawn.shape[0], x : x + drawn.shape[1]]
                np.maximum(place, drawn, out=place)
            x += (blank if drawn is None else drawn.shape[1]) + space
    return sheet


def digit(
    name: int, height: int = 100, thickness: float = 10, turn: float = 0, stretch: float = 0.75
) -> Coverage:
    """One digit, cropped to its ink, that many pixels high."""
    large = height * FINE * 2
    drawn = 255 - np.asarray(draw(name, size=large, thickness=thickness * 0.8, turn=turn))  # type: ignore[arg-type]
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    ink = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    width = ink.shape[1] * stretch / 0.75
    size = (max(round(width * height / ink.shape[0]), 1), height)
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.float32) / 255


def placed(ink: Coverage, shape: tuple[int, int], x: int, y: int) -> Coverage:
    """The ink on a larger sheet (height, width), its upper left corner at x, y."""
    sheet = np.zeros(shape, np.float32)
    sheet[y : y + ink.shape[0], x : x + ink.shape[1]] = ink
    return sheet


def slanted_line(ink: Coverage, degrees: float) -> Coverage:
    """A line that falls to the right by so many degrees: the whole sheet is turned."""
    height, width = ink.shape
    room = round(abs(math.sin(math.radians(degrees))) * width / 2)
    sheet = cv2.copyMakeBorder(ink, room, room, 0, 0, cv2.BORDER_CONSTANT, value=0)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2 + room), -degrees, 1)
    return np.asarray(cv2.warpAffine(sheet, matrix, (width, height + 2 * room)), np.float32)


def felt_pen(ink: Coverage, *, gap: float = 0.35) -> Coverage:
    """A pen that runs dry: a streak of paper along the middle of each stroke.

    Args:
        ink: of thick strokes.
        gap: the streak's width by the stroke's.
    """
    inside = np.asarray(cv2.distanceTransform((ink > 0.5).astype(np.uint8), cv2.DIST_L2, 5))
    return np.where(inside > (1 - gap) * inside.max(), 0, ink).astype(np.float32)


def grainy(ink: Coverage, *, seed: int = 0, share: float = 0.25) -> Coverage:
    """Pencil on rough paper: that share of each stroke's grain is left out, softly."""
    grain = np.random.default_rng(seed).random(ink.shape).astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(grain, (3, 3), 0))
    return np.where(soft < np.quantile(soft, share), 0.4 * ink, ink).astype(np.float32)


def overlap(found: NDArray[np.bool_], ink: Coverage) -> float:
    """How well found ink agrees with what was written: intersection over union, 0 to 1."""
    truth = ink > 0.5
    if found.shape != truth.shape:
        size = (found.shape[1], found.shape[0])
        truth = cv2.resize(ink, size, interpolation=cv2.INTER_AREA) > 0.5
    either = int((found | truth).sum())
    return int((found & truth).sum()) / either if either else 1.0
