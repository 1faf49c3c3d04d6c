"""A picture becomes ink on empty ground: strokes bright, paper 0, whatever the colours were."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.form import Polarity
from digitrec.reading.picture import Picture

WORKING_SIDE = 1024
"""Larger pictures are shrunk to this: a digit that fills a tenth of it still has 100 pixels."""

LEAST_CONTRAST = 24
"""Grey levels between ink and ground under which a picture is empty: JPEG noise stays below."""

LEAST_PIECE = 0.02
"""Pieces smaller than this share of the largest are specks; a 5's loose bar is ten times that."""


@dataclass(frozen=True)
class Ink:
    """Ink on empty ground.

    Attributes:
        strokes: (height, width) float32, 0 on the ground to 255 at full ink, soft at the edges.
        scale: pixels of the picture for one pixel of `strokes`.
        notes: what was done, for the reading's notes.
    """

    strokes: NDArray[np.float32]
    scale: float
    notes: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether there is no ink at all."""
        return not self.strokes.any()

    def box(self) -> tuple[int, int, int, int]:
        """x, y, width and height of all ink, in pixels of `strokes`."""
        rows = np.flatnonzero(self.strokes.any(axis=1))
        columns = np.flatnonzero(self.strokes.any(axis=0))
        if not len(rows):
            return 0, 0, 0, 0
        return (
            int(columns[0]),
            int(rows[0]),
            int(columns[-1] - columns[0] + 1),
            int(rows[-1] - rows[0] + 1),
        )


def find(picture: Picture, polarity: Polarity = "auto") -> Ink:
    """Separate ink from ground by the grey of the border, and drop specks.

    Args:
        picture: an upright picture.
        polarity: whether the ink is "dark" or "light", or "auto" to see which differs more.
    """
    grey, scale = _working_grey(picture.pixels)
    difference = _ground(grey) - grey
    dark = polarity == "dark" or (polarity == "auto" and _is_dark(difference))
    strokes = np.clip(difference if dark else -difference, 0, None)
    mask = _mask(strokes)
    if not mask.any():
        return Ink(np.zeros_like(strokes), scale, ())
    return Ink(np.where(mask, strokes * (255.0 / strokes.max()), 0), scale, (_note(dark),))


def of_digit(image: NDArray[np.uint8], polarity: Polarity = "auto") -> Ink:
    """The ink of an image (height, width) uint8 of one digit and nothing else: all that there is.

    Polarity "auto" goes by the border, which is ground.
    """
    grey = image.astype(np.float32)
    dark = polarity == "dark" or (polarity == "auto" and _ground(grey) > 127)
    return Ink(255 - grey if dark else grey, 1.0, (_note(dark),))


def _note(dark: bool) -> str:
    return "dark ink on light ground" if dark else "light ink on dark ground"


def _working_grey(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float]:
    """Grey, shrunk to at most WORKING_SIDE, and by how much it was shrunk."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    scale = max(max(grey.shape) / WORKING_SIDE, 1.0)
    if scale > 1:
        height, width = (max(round(side / scale), 1) for side in grey.shape)
        grey = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
    return grey.astype(np.float32), scale


def _ground(grey: NDArray[np.float32]) -> float:
    """The middle grey of the border; np.median would do, but loads numpy.ma."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    middle = len(border) // 2
    return float(np.partition(border, middle)[middle])


def _is_dark(difference: NDArray[np.float32]) -> bool:
    return float(np.clip(difference, 0, None).sum()) >= float(np.clip(-difference, 0, None).sum())


def _mask(strokes: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where the ink is: over Otsu's threshold, without specks, and the soft edge around it."""
    if strokes.max() < LEAST_CONTRAST:
        return np.zeros(strokes.shape, bool)
    levels = (strokes * (255.0 / strokes.max())).astype(np.uint8)
    _, core = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    kept = _without_specks(core.astype(np.uint8))
    return cv2.dilate(kept, np.ones((3, 3), np.uint8)).astype(bool)


def _without_specks(core: NDArray[np.uint8]) -> NDArray[np.uint8]:
    _, pieces, facts, _ = cv2.connectedComponentsWithStats(core, connectivity=8)
    areas = facts[:, cv2.CC_STAT_AREA]
    areas[0] = 0
    large = areas >= LEAST_PIECE * areas.max()
    large[0] = False
    return large[pieces].astype(np.uint8)
