"""The ground that ink lies on: paper under uneven light, a board, a screen, and which is which."""

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
"""(height, width), 0 black to 255 white."""

Number = TypeVar("Number", bound=np.generic)

SMALL_SIDE = 320
"""The ground is looked at in this size: light changes slowly, and a pen still has a pixel."""

CLEARLY = 1.3
"""Ink stands out so many times more than its ground does the other way."""

WIDEST_STROKE = 1 / 3
"""Of the shorter side. What is wider is no stroke but a shadow, a table, a finger."""

LEAST_OTHER = 1 / 4
"""Of the contrast of what comes in from the border: paler things are no ink."""

NEARLY_ALL = 0.7
"""Strokes are as wide as the smallest brush that shows this much of their contrast."""

BRUSHES_A_STROKE = 3
"""The ground under a stroke is looked for as far as this many of its widths away."""

FITS = 6
"""Rounds of fitting after which the surface hardly moves."""

TINY_SIDE = 64
"""Smaller pictures have one ground: there is no room in them for shadows beside a digit."""

SURROUNDINGS = 1 / 2
"""Of the shorter side: so wide that a digit's thick strokes are less than half of it."""

LEAST_INK = 0.01
"""Share of the pixels that stand out most: less than a thin digit has, more than dirt."""

LEAST_BORDER = 0.15
"""Share of the border that is ground, be a digit cropped ever so tight."""

LEAST_LIGHT = 0.25
"""Darker ground than this share of the brightest is not lit up further: noise would be too."""


ENOUGH_VALUES = 30_000
"""So many tell well enough where a thousandth of them begins, thirty times as fast as a million."""


def border_grey(grey: Grey) -> float:
    """The middle grey of the border; np.median would do, but loads numpy.ma."""
    return middle(_border(grey))


def middle(values: NDArray[np.float32], share: float = 0.5) -> float:
    """The value under which that share of the values lies; of many, some are looked at.

    They are sorted: np.partition takes ten times as long where most are equal, as on clean paper.
    """
    flat = values.ravel()
    flat = flat[:: (len(flat) // ENOUGH_VALUES) | 1]
    return float(np.sort(flat)[min(int(share * len(flat)), len(flat) - 1)])


def is_dark_ink(grey: Grey) -> tuple[bool, bool]:
    """Whether the ink is darker than its ground, and whether that is clear.

    Ink is what differs from the middle grey around it, which is the ground's as long as the ink
    covers less than half of it. Where neither way is clear the strokes are thick or the picture is
    tiny; then the border is ground, and ink is what differs more from it.
    """
    if max(grey.shape) >= TINY_SIDE:
        change = from_surroundings(shrunk(grey))
        dark, light = -middle(change, LEAST_INK), middle(change, 1 - LEAST_INK)
        if max(dark, light) > CLEARLY * min(dark, light):
            return dark > light, True
    change = grey - border_grey(grey)
    dark, light = (float(np.clip(sign * change, 0, None).sum()) for sign in (-1, 1))
    return dark >= light, max(dark, light) > CLEARLY * min(dark, light)


def from_surroundings(grey: Grey) -> Grey:
    """How much each pixel differs from the middle grey of its surroundings."""
    side = max(int(min(grey.shape) * SURROUNDINGS), 1) | 1
    calm = np.asarray(cv2.blur(grey, (3, 3)), np.float32)
    return calm - _median(calm, side)


def strokes_on(grey: Grey) -> tuple[Grey, float]:
    """How much darker than its ground each pixel is, and how much the ground itself differs.

    Args:
        grey: of dark ink on light ground.

    Returns:
        (height, width) float32, 0 on the ground, as if the ground were as bright everywhere as
        where it is brightest; and the difference between the ground's bright and dark parts.
    """
    level = _level(grey)
    if max(grey.shape) < TINY_SIDE:
        return np.clip(level - grey, 0, None), 0.0
    small = shrunk(grey)
    width = stroke_width(without_things(small))
    thick = BRUSHES_A_STROKE * width > WIDEST_STROKE * min(small.shape)
    ground = _surface(small) if thick else _ground(small, width)
    brightest = float(ground.max())
    unevenness = 0.0 if thick else middle(ground, 0.98) - middle(ground, 0.02)
    large = cv2.resize(ground, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    light = np.maximum(large, max(LEAST_LIGHT * brightest, 1))
    strokes = np.clip(large - grey, 0, None) * (brightest / light)
    return strokes.astype(np.float32), unevenness


def _level(grey: Grey) -> float:
    """The grey of flat ground: that of the border's bright part, where it has one."""
    border = _border(grey)
    bright = border[border > _otsu(grey)]
    return middle(bright) if len(bright) >= LEAST_BORDER * len(border) else middle(border)


def _otsu(grey: Grey) -> float:
    """The grey that best parts the picture in two (Otsu 1979)."""
    levels = np.rint(np.clip(grey, 0, 255)).astype(np.uint8)
    parted, _ = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return parted + 0.5


def shrunk(grey: NDArray[np.float32] | NDArray[np.uint8], side: int = SMALL_SIDE) -> Grey:
    """A picture (height, width) or (height, width, 3) with at most so many pixels a side."""
    scale = side / max(grey.shape)
    if scale >= 1:
        return np.asarray(grey, np.float32)
    height, width = (max(round(length * scale), 1) for length in grey.shape[:2])
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def without_things(grey: Grey, least: float = LEAST_OTHER) -> Grey:
    """The grey without what is dark and comes in from the border, if other ink is left then.

    Args:
        grey: of dark ink on light ground.
        least: contrast of the other ink, by that of all.
    """
    dark = (grey < _otsu(grey)).astype(np.uint8)
    _, pieces = cv2.connectedComponents(dark, connectivity=8)
    touching = np.zeros(int(pieces.max()) + 1, np.uint8)
    touching[_border(np.asarray(pieces, np.int32))] = 1
    touching[0] = 0
    things = cv2.dilate(touching[pieces], np.ones((5, 5), np.uint8)) > 0
    rest = np.where(things, _level(grey), grey).astype(np.float32)
    contrast = [border_grey(each) - middle(each, LEAST_INK / 10) for each in (rest, grey)]
    return rest if contrast[0] >= least * contrast[1] else grey


def stroke_width(grey: Grey) -> int:
    """How wide the widest dark strokes are, in pixels; the picture's side if over WIDEST_STROKE.

    By granulometry (Matheron 1975): brushes of growing size fill the strokes up, and the first
    that fills nearly all that the largest fills is as wide as they are.
    """
    limit = int(min(grey.shape) * WIDEST_STROKE)
    calm = np.asarray(cv2.GaussianBlur(grey, (3, 3), 0), np.float32)
    sides = [side for side in (3, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97) if side <= limit]
    if not sides:
        return max(grey.shape)
    largest = _depth(calm, sides[-1])
    nearly = NEARLY_ALL * max(middle(border_grey(calm) - calm, 0.999), largest)
    for side in sides[:-1]:
        if _depth(calm, side) >= nearly:
            return side
    return sides[-1] if largest >= nearly else max(grey.shape)


def _depth(grey: Grey, side: int) -> float:
    return middle(_closed(grey, side) - grey, 0.999)


def _ground(grey: Grey, width: int) -> Grey:
    """The grey without its dark strokes: they are filled up, then what is left is smoothed.

    Medians keep the edges of shadows and tables where they are. Next to an edge the ground is that
    of its darker side, for there it is not known to the pixel.
    """
    side = BRUSHES_A_STROKE * width | 1
    filled = _closed(_median(grey, 5), side)
    smooth = _median(filled, side // 2 | 1)
    return np.asarray(cv2.erode(smooth, np.ones((3, 3), np.uint8)), np.float32)


def _surface(grey: Grey) -> Grey:
    """Smooth ground under thick strokes: a surface of second degree through the bright pixels.

    Fitted by least squares to the brighter half of Otsu's, then again and again to all that is not
    clearly darker than it.
    """
    height, width = grey.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].reshape(2, -1)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    values = grey.ravel()
    kept = values > _otsu(grey)
    if not kept.any():
        return grey.copy()
    for _ in range(FITS):
        factors = np.linalg.lstsq(terms[kept], values[kept])[0]
        above = values - terms @ factors
        kept = above >= -above[kept].std() - 1
    return (terms @ factors).reshape(grey.shape).astype(np.float32)


def _median(grey: Grey, side: int) -> Grey:
    levels = np.rint(np.clip(grey, 0, 255)).astype(np.uint8)
    return np.asarray(cv2.medianBlur(levels, side), np.float32)


def _closed(grey: Grey, side: int) -> Grey:
    kernel = np.ones((side, side), np.uint8)
    return np.asarray(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, kernel), np.float32)


def _border(grey: NDArray[Number]) -> NDArray[Number]:
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
