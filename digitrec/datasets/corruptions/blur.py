"""Strokes without their detail: out of focus, moved, behind frosted glass, in few pixels."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.corruptions.fields import to_bytes
from digitrec.datasets.digits import Images
from digitrec.reading.form import SIDE

SIGMAS = (0.6, 0.9, 1.2, 1.5, 1.8)
RADII = (1.0, 1.5, 2.0, 2.5, 3.0)
LENGTHS = (2.5, 3.5, 4.5, 6.0, 7.5)
REACHES = (0.4, 0.6, 0.8, 1.0, 1.25)
"""By severity, in pixels: the normal distribution's deviation, the disc's radius, the way, and the
deviation of how far from its place a pixel is seen."""

SIDES = (20, 16, 13, 11, 10)
"""Pixels a side that are left, of 28."""

FINER = 8
"""Edges of a kernel are as smooth as if it were drawn so many times as large."""


def gaussian_blur(images: Images, severity: int, _: np.random.Generator) -> Images:
    """A normal distribution of the light, as of soft lenses and of scaling."""
    reach = 2 * round(2.5 * SIGMAS[severity - 1]) + 1
    kernel = cv2.getGaussianKernel(reach, SIGMAS[severity - 1], cv2.CV_32F)
    return _filtered(images, kernel @ kernel.T)


def defocus_blur(images: Images, severity: int, _: np.random.Generator) -> Images:
    """Each point a disc, as of a lens that is out of focus."""
    radius = RADII[severity - 1]
    y, x = _finely(round(radius) + 1)
    return _filtered(images, _kernel(np.hypot(x, y) <= radius))


def motion_blur(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Each point a line, in any one direction, as of a camera that moves."""
    half = LENGTHS[severity - 1] / 2
    y, x = _finely(round(half) + 1)
    blurred = np.empty_like(images)
    for place, turn in enumerate(random.uniform(0, np.pi, len(images))):
        along, across = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
        kernel = _kernel((np.abs(along) <= half) & (np.abs(across) <= 0.5))
        cv2.filter2D(images[place], -1, kernel, blurred[place], borderType=cv2.BORDER_CONSTANT)
    return blurred


def glass_blur(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Each pixel shows one nearby, as behind frosted glass."""
    moves = random.normal(0, REACHES[severity - 1], (2, *images.shape))
    places = np.clip(np.mgrid[:SIDE, :SIDE][:, None] + np.rint(moves).astype(int), 0, SIDE - 1)
    return images[np.arange(len(images))[:, None, None], places[0], places[1]]


def pixelate(images: Images, severity: int, _: np.random.Generator) -> Images:
    """In few pixels, then enlarged without smoothing, as of a digit seen from afar."""
    side = SIDES[severity - 1]
    whole = np.eye(SIDE, dtype=np.float32)
    few = cv2.resize(whole, (SIDE, side), interpolation=cv2.INTER_AREA)
    again = cv2.resize(few, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
    return to_bytes(again @ images.astype(np.float32) @ again.T)


def _filtered(images: Images, kernel: NDArray[np.float32]) -> Images:
    """All images through one kernel, below each other as one, with nothing around each."""
    gap = len(kernel) // 2
    tall = np.pad(images, ((0, 0), (0, gap), (0, 0))).reshape(-1, SIDE)
    filtered = cv2.filter2D(tall, -1, kernel, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(filtered, np.uint8).reshape(-1, SIDE + gap, SIDE)[:, :SIDE]


def _finely(reach: int) -> NDArray[np.float64]:
    """How far down and to the right the parts of a kernel's pixels are, in pixels."""
    steps = (np.arange((2 * reach + 1) * FINER) + 0.5) / FINER - reach - 0.5
    return np.array(np.meshgrid(steps, steps, indexing="ij"))


def _kernel(inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What part of each pixel is inside, as shares of the whole."""
    side = len(inside) // FINER
    parts = inside.reshape(side, FINER, side, FINER).mean(axis=(1, 3), dtype=np.float32)
    return parts / parts.sum()
