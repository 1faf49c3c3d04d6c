"""Noise of a sensor: in all of the picture, with the light, or in single pixels."""

import numpy as np

from digitrec.datasets.corruptions.fields import FULL_INK, to_bytes
from digitrec.datasets.digits import Images
from digitrec.reading.form import SIDE

DEVIATIONS = (0.08, 0.14, 0.2, 0.28, 0.38)
"""Of gaussian noise, by severity, as shares of full ink."""

PHOTONS = (30, 14, 7, 4, 2)
"""That full ink sends on the average: the fewer, the more their number varies."""

STUCK = (0.02, 0.05, 0.09, 0.15, 0.22)
"""Shares of the pixels that are black or white whatever they see."""


def gaussian_noise(images: Images, severity: int, random: np.random.Generator) -> Images:
    """The same normal noise everywhere, as of a warm sensor."""
    noise = random.standard_normal(images.shape, np.float32)
    return to_bytes(images + FULL_INK * DEVIATIONS[severity - 1] * noise)


def shot_noise(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Light that comes as single photons: Poisson's noise, none where there is no ink."""
    photons = PHOTONS[severity - 1] / FULL_INK
    return to_bytes(random.poisson(images * photons) / photons)


def impulse_noise(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Single pixels that are black or white, salt and pepper."""
    chance = random.random((len(images), SIDE, SIDE), np.float32)
    stuck = STUCK[severity - 1]
    return np.where(chance < stuck, np.where(chance < stuck / 2, 255, 0), images).astype(np.uint8)
