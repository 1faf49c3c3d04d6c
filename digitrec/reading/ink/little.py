"""Little writing on a large sheet: where it is, to look at that alone."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.ink.ground import TINY_SIDE, Grey, from_surroundings, middle, shrunk
from digitrec.reading.ink.threshold import LEAST_CONTRAST, NOISES, TO_DEVIATION

Region = tuple[NDArray[np.intp], ...]
"""Rows and columns, as np.ix_ gives them: those without any writing between are left out."""

Lines = NDArray[np.bool_]
"""One for each row, or for each column."""

SIDE = 640
"""Writing of five millimetres on a sheet of A4 is eleven pixels high in this size."""

WIDEST_STROKE = 12
"""Pixels of that size: little writing has thinner strokes. Twice that is looked around."""

LITTLE = 0.01
"""Share of the picture under which writing is little: a digit a quarter as high has as much."""

LEAST_PIECE = 4
"""Pixels of a piece of writing, at least: less is dirt."""

MARGIN, MOST_MARGIN = 16, 64
"""Pixels of ground around the writing: as many as it is high, or wide, between these."""

MOST = 0.5
"""Share of the picture that the writing and its margin take: more is nearly all of it anyway."""

AS_MUCH = 0.5
"""Of the writing's contrast: what differs so much from its surroundings is something as well."""

SOMETHING = 0.02
"""Of the writing's own share of the picture: if more than that differs, there is something else,
such as the thick part of a stroke."""


def written(grey: Grey) -> Region | None:
    """Where the writing is with some ground around it; None if it is not little.

    What has thin strokes and little ink is little writing, if nothing else in the picture differs
    as much from its surroundings.
    """
    if max(grey.shape) < 2 * TINY_SIDE:
        return None
    small = shrunk(grey, SIDE)
    change = _change(small)
    noise = TO_DEVIATION * middle(change)
    thin = (change >= max(LEAST_CONTRAST, NOISES * noise)).astype(np.uint8)
    _, pieces, facts, _ = cv2.connectedComponentsWithStats(thin, connectivity=8)
    large = facts[:, cv2.CC_STAT_AREA] >= LEAST_PIECE
    large[0] = False
    writing = large[pieces]
    if not 0 < writing.mean() < LITTLE:
        return None
    near = [_near(writing.any(axis=axis)) for axis in (1, 0)]
    if near[0].mean() * near[1].mean() > MOST:
        return None
    rest = np.abs(from_surroundings(shrunk(small)))
    rest[_region(near, rest.shape)] = 0
    if (rest >= AS_MUCH * middle(change[writing])).mean() > SOMETHING * writing.mean():
        return None
    return _region(near, grey.shape)


def _change(grey: Grey) -> Grey:
    """By how much a pixel differs from its surroundings, if what it belongs to is thin."""
    levels = np.rint(np.clip(grey, 0, 255)).astype(np.uint8)
    around = cv2.medianBlur(levels, 2 * WIDEST_STROKE + 1)
    return np.asarray(cv2.absdiff(levels, around), np.float32)


def _near(written: Lines) -> Lines:
    """The rows, or columns, that have writing, with its margin on both sides."""
    begin_and_end = np.diff(written.astype(np.int8), prepend=0, append=0)
    longest = int((np.flatnonzero(begin_and_end < 0) - np.flatnonzero(begin_and_end > 0)).max())
    margin = max(min(longest, MOST_MARGIN), MARGIN)
    brush = np.ones((1, 2 * margin + 1), np.uint8)
    return cv2.dilate(written.astype(np.uint8)[None], brush)[0] > 0


def _region(near: Sequence[Lines], shape: tuple[int, ...]) -> Region:
    """The same rows and columns of a picture of that size."""
    return np.ix_(
        *(
            lines[np.arange(length) * len(lines) // length]
            for lines, length in zip(near, shape, strict=True)
        )
    )
