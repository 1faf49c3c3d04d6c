"""Convolutions of two-valued maps by weights of one size: counting bits in place of multiplying.

Rastegari et al., "XNOR-Net: ImageNet Classification Using Binary Convolutional Neural Networks",
2016. An input is low or high, a weight plus or minus its channel's size; with a bit for each, a sum
of products is a count of bits (c/kernels/convolve_signs.c).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitrec.compression.formats.integer.graph import Operation
from digitrec.compression.formats.integer.step import Step
from digitrec.compression.formats.integer.weighted import arithmetic, sides

WORD = 32


class Levels(NamedTuple):
    """The two values that a map of 8 bits has."""

    low: int
    high: int


def by_signs(operation: Operation, levels: Levels) -> Step | None:
    """A CONV_2D of a two-valued map by counting bits; None where its weights are not of one size.

    Args:
        operation: any, whose first input has two values.
        levels: these.
    """
    weights = operation.inputs[1].values if operation.name == "CONV_2D" else None
    if weights is None or not _fits(operation, weights):
        return None
    taken, size = operation.inputs[0], np.abs(weights.reshape(len(weights), -1)[:, 0])
    signs = packed(weights > 0)
    members = {
        **sides(operation, weights),
        "height": weights.shape[1], "width": weights.shape[2], "words": signs.shape[-1],
        "signs": signs, "sizes": size.astype(np.int8),
        "low": levels.low - taken.zero, "high": levels.high - taken.zero,
        "threshold": levels.low,
        **arithmetic(operation, len(weights)),
    }  # fmt: skip
    del members["in_zero"]
    words = int(np.prod(taken.maps[:2])) * signs.shape[-1]
    return Step("convolve_signs", [taken], operation.output, "sign_convolution", members,
                words=words)  # fmt: skip


def _fits(operation: Operation, weights: NDArray[np.int8]) -> bool:
    """Whether all weights of a channel differ in their sign alone, and each takes all maps."""
    sizes = np.abs(weights.reshape(len(weights), -1).astype(int))
    options = operation.options
    return bool(
        (sizes == sizes[:, :1]).all()
        and sizes.all()
        and weights.shape[3] == operation.inputs[0].maps[2]
        and options.dilationHFactor == options.dilationWFactor == 1
    )


def packed(positive: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Bits (..., channels) as words (..., ceil(channels / 32)), the first in the lowest bits."""
    short = -positive.shape[-1] % WORD
    padded = np.pad(positive, [(0, 0)] * (positive.ndim - 1) + [(0, short)])
    return np.packbits(padded, axis=-1, bitorder="little").view("<u4").astype(np.uint32)
