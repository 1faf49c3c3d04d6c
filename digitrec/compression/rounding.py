"""Steps of whole numbers that lose the least of weights."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Kernel = NDArray[np.floating]

SHARES = np.linspace(0.3, 1.0, 36)
"""Of the step at which nothing is cut off, those that are tried."""


def best_steps(kernel: Kernel, top: int, axes: Sequence[int]) -> Kernel:
    """The step a channel at which rounding to -top ... top steps loses the least, in squares.

    Tried are shares of the step at which nothing is cut off, and those at which the largest weight
    is a whole number of steps: what has been rounded once is found again.

    Args:
        kernel: weights of any shape.
        top: the highest whole number.
        axes: of the weights that have one step together.
    """
    largest = np.abs(kernel).max(axis=tuple(axes), keepdims=True)
    tried = [largest / top * share for share in SHARES] + [largest / one for one in range(1, top)]
    steps = np.stack([np.maximum(one, 1e-12) for one in tried])
    lost = np.square(np.clip(np.round(kernel / steps), -top, top) * steps - kernel)
    best = lost.sum(axis=tuple(axis + 1 for axis in axes), keepdims=True).argmin(0, keepdims=True)
    return np.take_along_axis(steps, best, 0)[0]


def whole(kernel: Kernel, steps: Kernel, top: int) -> NDArray[np.int8]:
    """The whole numbers from -top to top that are nearest to a kernel's weights over steps."""
    return np.clip(np.round(kernel / steps), -top, top).astype(np.int8)
