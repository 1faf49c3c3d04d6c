"""Measures of a digit's form, taken from its picture: how thick the strokes, how slanted.

Each takes numpy or keras.ops, whose functions have the same names: so the very formula that is
tested by hand also measures the pictures that a network is shown in training.
"""

from types import ModuleType
from typing import Any

import numpy as np

GROUND, FULL = 64.0, 192.0
"""Greys up to which a pixel is ground, and from which it is all ink: noise and paper stay out."""

LEAST = 1e-6
"""Below which there is nothing to divide by."""


def ink(images: Any, ops: ModuleType = np) -> Any:
    """The share of each pixel that is ink, (N, 28, 28) of 0 to 1, of greys 0 to 255."""
    return ops.clip((images - GROUND) / (FULL - GROUND), 0.0, 1.0)


def thickness(images: Any, ops: ModuleType = np) -> Any:
    """Width of the strokes in pixels, (N,): that of the bar with as much ink and as long an edge.

    A bar of w x h has the area A = w h and the edge P = 2 w + 2 h, so that its shorter side is
    (P - sqrt(P^2 - 16 A)) / 4, which for a long line comes to 2 A / P. The edge of a grey picture
    is its total variation (Rudin, Osher, Fatemi, "Nonlinear total variation", 1992). Of MNIST's
    digits 98 % have 1.3 to 4.8 pixels; 0 where there is no ink.

    Args:
        images: (N, 28, 28) of 0 to 255.
        ops: numpy or keras.ops.
    """
    shares = ops.pad(ink(images, ops), ((0, 0), (1, 1), (1, 1)))
    down = shares[:, 1:, :-1] - shares[:, :-1, :-1]
    right = shares[:, :-1, 1:] - shares[:, :-1, :-1]
    edge = ops.sum(ops.sqrt(down**2 + right**2), axis=(1, 2))
    area = ops.sum(shares, axis=(1, 2))
    return (edge - ops.sqrt(ops.maximum(edge**2 - 16 * area, 0.0))) / 4


def slant(images: Any, ops: ModuleType = np) -> Any:
    """Sideways pixels a pixel of height, (N,): above 0 where the digit leans to the right, as /.

    The shear that makes the ink's horizontal and vertical deviations uncorrelated, by its second
    moments: -m11 / m02 with y downwards. Of MNIST's digits 98 % have -0.55 to 0.78; 0 where all
    ink is on one line of pixels, or there is none.

    Args:
        images: (N, 28, 28) of 0 to 255.
        ops: numpy or keras.ops.
    """
    shares = ink(images, ops)
    places = np.arange(images.shape[1], dtype=np.float32)
    mass = ops.maximum(ops.sum(shares, axis=(1, 2)), LEAST)
    x = places[None, None, :] - _mean(shares, places[None, None, :], mass, ops)
    y = places[None, :, None] - _mean(shares, places[None, :, None], mass, ops)
    covariance, variance = (ops.sum(shares * y * other, axis=(1, 2)) / mass for other in (x, y))
    return -covariance / ops.maximum(variance, LEAST)


def _mean(shares: Any, places: Any, mass: Any, ops: ModuleType) -> Any:
    """The mean place of the ink along an axis, (N, 1, 1)."""
    return (ops.sum(shares * places, axis=(1, 2)) / mass)[:, None, None]
