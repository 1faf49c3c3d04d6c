"""Ratios of scales as whole numbers, and activations as limits of 8 bits."""

from math import frexp
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from digitrec.compression.formats.integer.graph import Tensor
from digitrec.errors import ModelError

LOWEST, HIGHEST = -128, 127
MULTIPLIER_BITS = 31
MOST_SHIFT = 62

ACTIVATIONS = {
    schema.ActivationFunctionType.NONE: (-np.inf, np.inf),
    schema.ActivationFunctionType.RELU: (0.0, np.inf),
    schema.ActivationFunctionType.RELU6: (0.0, 6.0),
    schema.ActivationFunctionType.RELU_N1_TO_1: (-1.0, 1.0),
}


def multiplier(ratio: float) -> tuple[int, int]:
    """A ratio above 0 as a whole number of 31 bits and a shift: number / 2^shift.

    Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-
    Only Inference", 2018, section 2.2.
    """
    mantissa, exponent = frexp(ratio)
    shift = MULTIPLIER_BITS - exponent
    number = round(mantissa * 2**MULTIPLIER_BITS)
    if shift > MOST_SHIFT:  # next to nothing
        number, shift = number >> min(shift - MOST_SHIFT, MULTIPLIER_BITS), MOST_SHIFT
    if number == 2**MULTIPLIER_BITS:
        number, shift = number // 2, shift - 1
    if shift < 1:
        raise ModelError(f"integer: a scale grows by {ratio:g}, which 32 bits do not hold")
    return number, shift


def limits(output: Tensor, activation: int) -> dict[str, int]:
    """The lowest and the highest of 8 bits that an activation lets through."""
    if activation not in ACTIVATIONS:
        raise ModelError(f"integer: expected a known activation; received number {activation}")
    ends = (end / output.scale + output.zero for end in ACTIVATIONS[activation])
    lowest, highest = (int(np.clip(np.round(end), LOWEST, HIGHEST)) for end in ends)
    return {"lowest": lowest, "highest": highest}


def scaling(ratios: NDArray[np.float64]) -> dict[str, Any]:
    """The members of a structure that bring sums to the output's scale.

    Args:
        ratios: one of all channels, or one a channel.
    """
    pairs = [multiplier(float(ratio)) for ratio in ratios]
    return {
        "multipliers": np.array([number for number, _ in pairs], np.int32),
        "shifts": np.array([shift for _, shift in pairs], np.uint8),
        "per_channel": len(pairs) > 1,
    }
