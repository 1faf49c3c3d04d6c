"""What the kinds of corruption share: uneven ground, lines across, the way back to bytes."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Images
from digitrec.reading.form import SIDE

Field = NDArray[np.floating]
"""One value a pixel, (N, 28, 28)."""

FULL_INK = 255.0


def to_bytes(values: NDArray[Any]) -> Images:
    """Grey levels as pixels have them: rounded, and cut off at 0 and 255."""
    return np.clip(np.rint(values), 0, FULL_INK).astype(np.uint8)


def clouds(count: int, cells: int, random: np.random.Generator) -> Field:
    """Smooth random fields (count, 28, 28) of mean 0, whose clouds are about 28 / `cells` wide."""
    grid = random.standard_normal((count, cells, cells), np.float32)
    across = cv2.resize(np.eye(cells, dtype=np.float32), (cells, SIDE), interpolation=CUBIC)
    return across @ grid @ across.T


def along_and_across(count: int, random: np.random.Generator) -> tuple[Field, Field]:
    """How far each pixel is along and across a line through the middle, at any angle, in pixels."""
    turn = random.uniform(0, np.pi, (count, 1, 1)).astype(np.float32)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) - (SIDE - 1) / 2
    return np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x


def each(low: float, high: float, count: int, random: np.random.Generator) -> Field:
    """A number from `low` to `high` for each image, (count, 1, 1)."""
    return random.uniform(low, high, (count, 1, 1)).astype(np.float32)


CUBIC = cv2.INTER_CUBIC
