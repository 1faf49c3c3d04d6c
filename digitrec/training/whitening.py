"""A first convolution that begins with the patches' own directions, all of one strength."""

import keras
import numpy as np
from numpy.typing import NDArray

from digitrec.errors import OptionError

SAMPLE = 2000
"""Digits that the directions are taken from."""

FLOOR = 1e-3
"""Added to each variance, as a share of the largest: ink has directions that hardly vary."""


def whiten(network: keras.Model, images: NDArray[np.uint8]) -> None:
    """Set the kernel of a network's first convolution to whitening filters; it is still trained.

    Their outputs on patches of digits are uncorrelated and have a variance of about 1 (Jordan,
    "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", 2024, after Page, "How to Train Your
    ResNet", 2018). Each direction comes twice, with both signs: a ReLU lets one of them through.

    Args:
        network: takes (N, 28, 28, 1) of 0 to 255.
        images: (N, 28, 28), digits to be trained on.

    Raises:
        OptionError: it has no convolution, or the first is one of pictures in colour.
    """
    first = next((one for one in network.layers if isinstance(one, keras.layers.Conv2D)), None)
    if first is None or first.kernel.shape[2] != 1:
        raise OptionError(
            "first_layer: expected random for a network that does not begin with a convolution of "
            f"grey pictures; received whitened for {network.name}"
        )
    before = keras.Model(network.input, first.input)
    seen = np.asarray(before.predict_on_batch(images[:SAMPLE, ..., None].astype(np.float32)))
    height, _, _, count = first.kernel.shape
    first.kernel.assign(filters(seen[..., 0].astype(np.float64), height, count))


def filters(images: NDArray[np.float64], side: int, count: int) -> NDArray[np.float32]:
    """(side, side, 1, count): the strongest directions of the patches of (N, height, width)."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (side, side), axis=(1, 2))
    patches = windows[:, ::2, ::2].reshape(-1, side * side)
    values, vectors = np.linalg.eigh(np.cov(patches, rowvar=False))
    strength = vectors[:, ::-1] / np.sqrt(values[::-1] + FLOOR * values[-1])
    both = np.stack([strength, -strength], axis=-1).reshape(side * side, -1)
    chosen = np.resize(both.T, (count, side * side)).T
    return chosen.reshape(side, side, 1, count).astype(np.float32)
