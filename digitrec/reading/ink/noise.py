"""Single pixels that differ from all around them: dead pixels, salt and pepper."""

import cv2
import numpy as np

from digitrec.reading.ink.ground import Grey, middle

ALIKE = 0.5
"""Two pixels are alike when they differ by less than this share of the picture's contrast."""

LEAST_NEIGHBOURS = 2
"""Of its eight: a pixel with fewer alike is alone. The end of the thinnest stroke has one, but
that is one pixel of a stroke."""

SALTED = 0.01
"""Share of the pixels that are alone from which they are noise: of strokes a handful are."""


def without_salt(grey: Grey) -> tuple[Grey, bool]:
    """The grey with lone pixels replaced by the median of their surroundings, and whether any were.

    A picture with few of them is given back as it is.
    """
    near = np.ones((3, 3), np.float32)
    near[1, 1] = 0
    contrast = ALIKE * (middle(grey, 0.99) - middle(grey, 0.01))
    level = middle(grey, 0.01) + contrast
    bright = (grey > level).astype(np.float32)
    alike = cv2.filter2D(bright, -1, near, borderType=cv2.BORDER_REPLICATE)
    alone = np.where(bright > 0, alike, 8 - alike) < LEAST_NEIGHBOURS
    calm = cv2.medianBlur(grey, 3)
    alone &= np.abs(grey - calm) > contrast
    if contrast <= 0 or alone.mean() < SALTED:
        return grey, False
    return np.where(alone, calm, grey), True
