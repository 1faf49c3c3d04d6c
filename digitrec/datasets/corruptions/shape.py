"""A digit that lies otherwise: turned, slanted, of another size, out of its place.

Each severity goes from where the one before it ends up to its own most, to either side.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Images
from digitrec.reading.form import SIDE

TURN = 6.0
"""Degrees a severity: 30 at most, for a 6 that turns further begins to be a 9."""

SLANT = 0.12
"""Sideways pixels a pixel of height, a severity."""

SMALLER, LARGER = 0.1, 0.06
"""Of the size, a severity: from half of it to 1.3 times, at which a digit fills the picture."""

WAY = 1.2
"""Pixels a severity: at 6 a digit of MNIST's form loses two at most beyond the edge."""


def rotate(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Turned around its middle, either way."""
    turns = np.deg2rad(TURN * _to_either_side(severity, len(images), random))
    cos, sin = np.cos(turns), np.sin(turns)
    return _mapped(images, np.array([[cos, sin], [-sin, cos]]))


def shear(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Slanted, either way."""
    slants = SLANT * _to_either_side(severity, len(images), random)
    one = np.ones_like(slants)
    return _mapped(images, np.array([[one, slants], [0 * one, one]]))


def scale(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Smaller, or larger."""
    steps = _to_either_side(severity, len(images), random)
    sizes = 1 + np.where(steps < 0, SMALLER, LARGER) * steps
    return _mapped(images, np.array([[sizes, 0 * sizes], [0 * sizes, sizes]]))


def translate(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Moved in any direction."""
    ways = WAY * _to_either_side(severity, len(images), random)
    turns = random.uniform(0, np.pi, len(images))
    straight = np.repeat(np.eye(2)[..., None], len(images), axis=2)
    return _mapped(images, straight, ways * np.array([np.cos(turns), np.sin(turns)]))


def _to_either_side(severity: int, count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Numbers (count,) from severity - 1 to severity, half of them negative."""
    return (severity - random.random(count)) * random.choice([-1, 1], count)


def _mapped(
    images: Images, matrices: NDArray[np.float64], ways: NDArray[np.float64] | float = 0.0
) -> Images:
    """The images with x, y taken to matrix @ (x, y) + way, seen from their middle.

    `matrices` are (2, 2, N), `ways` (2, N).
    """
    middle = (SIDE - 1) / 2
    moved = ways + middle - middle * matrices.sum(axis=1)
    mapped = np.empty_like(images)
    for place, map_ in enumerate(np.concatenate([matrices, moved[:, None]], axis=1).T):
        cv2.warpAffine(images[place], map_.T, (SIDE, SIDE), mapped[place])
    return mapped
