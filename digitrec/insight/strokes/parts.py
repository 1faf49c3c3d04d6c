"""A digit's strokes apart, each from an end or a crossing to the next, to take one away."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.insight.strokes import skeleton
from digitrec.insight.strokes.features import FINER, INK, lines_of
from digitrec.reading.form import SIDE
from digitrec.reading.layout.pieces import Mask

SHORTEST = 4
"""Pixels of the 28x28 from which a part counts: less lies between the two forks of a crossing."""


def strokes(image: NDArray[np.uint8]) -> list[Mask]:
    """The pixels (28, 28) of each stroke of a digit; each pixel with ink is in one of them.

    An image without ink has none.
    """
    size = (FINER * SIDE, FINER * SIDE)
    larger = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC))
    lines = skeleton.parts(lines_of(larger > INK))
    lengths = np.bincount(lines.ravel())
    lengths[0] = 0
    kept = np.isin(lines, np.flatnonzero(lengths >= SHORTEST * FINER))
    if not kept.any():
        return [image > 0] if image.any() else []
    _, nearest = cv2.distanceTransformWithLabels(
        (~kept).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    of_label = np.zeros(nearest.max() + 1, np.int64)
    of_label[nearest[kept]] = lines[kept]
    owner = of_label[nearest][FINER // 2 :: FINER, FINER // 2 :: FINER]
    return [(owner == number) & (image > 0) for number in np.unique(owner[image > 0])]
