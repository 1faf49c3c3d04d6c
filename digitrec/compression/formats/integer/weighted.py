"""Steps that multiply maps by weights: convolutions, and dense layers as such."""

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from digitrec.compression.formats.integer.graph import Operation
from digitrec.compression.formats.integer.packing import Packed, pack
from digitrec.compression.formats.integer.scales import limits, scaling
from digitrec.compression.formats.integer.step import Step
from digitrec.errors import ModelError


def convolution(operation: Operation) -> Step:
    """CONV_2D, also of groups; weights (out, height, width, maps of a group)."""
    return _step(operation, _held(operation))


def depthwise(operation: Operation) -> Step:
    """DEPTHWISE_CONV_2D; weights (1, height, width, out)."""
    return _step(operation, _held(operation).transpose(3, 1, 2, 0))


def dense(operation: Operation) -> Step:
    """FULLY_CONNECTED: a convolution of maps of 1 x 1; weights (out, in)."""
    weights = _held(operation)[:, None, None, :]
    taken, made = operation.inputs[0], operation.output
    sides = {
        **dict.fromkeys(("in_height", "in_width", "out_height", "out_width"), 1),
        **dict.fromkeys(("stride_down", "stride_across"), 1),
        **dict.fromkeys(("dilation_down", "dilation_across"), 1),
        "in_channels": taken.count, "out_channels": made.count, "above": 0, "left": 0,
    }  # fmt: skip
    members = {**sides, **kernel(weights), **arithmetic(operation, made.count)}
    return Step("convolve", [taken], made, "convolution", members, words=1)


def _held(operation: Operation) -> NDArray[np.int8]:
    weights = operation.inputs[1].values
    if weights is None:
        raise ModelError(f"integer: {operation.name} by weights that are computed")
    return weights


def _step(operation: Operation, weights: NDArray[np.int8]) -> Step:
    """A convolution by weights (out, height, width, maps of a group)."""
    members = {
        **sides(operation, weights),
        "dilation_down": operation.options.dilationHFactor,
        "dilation_across": operation.options.dilationWFactor,
        **kernel(weights),
        **arithmetic(operation, len(weights)),
    }
    words = members["out_height"] * members["out_width"]
    return Step("convolve", [operation.inputs[0]], operation.output, "convolution", members,
                words=words)  # fmt: skip


def sides(operation: Operation, weights: NDArray[np.int8]) -> dict[str, int]:
    """The members that say how large maps are, and where the kernel goes."""
    options = operation.options
    (height, width, channels) = operation.inputs[0].maps
    out_height, out_width, out_channels = operation.output.maps
    same = options.padding == schema.Padding.SAME
    down = weights.shape[1], options.strideH, options.dilationHFactor
    across = weights.shape[2], options.strideW, options.dilationWFactor
    return {
        "in_height": height, "in_width": width, "in_channels": channels,
        "out_height": out_height, "out_width": out_width, "out_channels": out_channels,
        "stride_down": options.strideH, "stride_across": options.strideW,
        "above": ground(height, *down, out_height, same),
        "left": ground(width, *across, out_width, same),
    }  # fmt: skip


def ground(side: int, kernel: int, stride: int, dilation: int, out: int, same: bool) -> int:
    """How many rows or columns of ground come before the first."""
    reach = (kernel - 1) * dilation + 1
    return max((out - 1) * stride + reach - side, 0) // 2 if same else 0


def kernel(weights: NDArray[np.int8]) -> dict[str, Any]:
    """The members that hold weights (out, height, width, maps of a group)."""
    _, height, width, depth = weights.shape
    packed = pack(np.ascontiguousarray(weights))
    return {"height": height, "width": width, "depth": depth, "weights": _members(packed)}


def _members(packed: Packed) -> dict[str, Any]:
    return {
        "bytes": packed.stream,
        "mask": packed.mask,
        "values": packed.table,
        "bits": packed.bits,
    }


def arithmetic(operation: Operation, channels: int) -> dict[str, Any]:
    """The members that bring sums of products to the output's 8 bits."""
    taken, weights, made = operation.inputs[0], operation.inputs[1], operation.output
    bias = operation.inputs[2].values if len(operation.inputs) > 2 else None
    return {
        "bias": np.zeros(channels, np.int32) if bias is None else bias,
        **scaling(taken.scale * weights.scales / made.scale),
        "in_zero": taken.zero,
        "out_zero": made.zero,
        **limits(made, operation.options.fusedActivationFunction),
    }
