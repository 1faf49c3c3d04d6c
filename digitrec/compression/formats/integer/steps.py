"""What is done for each operation of an int8 network: a kernel, its numbers and its call."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from digitrec.compression.formats.integer.graph import Operation, Tensor
from digitrec.compression.formats.integer.scales import limits, multiplier
from digitrec.compression.formats.integer.step import Step
from digitrec.compression.formats.integer.weighted import convolution, dense, depthwise, ground
from digitrec.errors import ModelError

JOIN = "CONCATENATION"


def steps(operation: Operation) -> list[Step]:
    """What an operation comes to.

    Raises:
        ModelError: there is no kernel for it.
    """
    if operation.name == JOIN:
        return joining(operation)
    if operation.name not in MAKERS:
        raise ModelError(f"integer: there is no kernel for LiteRT's {operation.name}")
    return [MAKERS[operation.name](operation)]


def pooling(operation: Operation) -> Step:
    """MAX_POOL_2D and AVERAGE_POOL_2D, whose output has the input's scale."""
    (taken,), made, options = operation.inputs, operation.output, operation.options
    height, width, channels = taken.maps
    out_height, out_width, _ = made.maps
    same = options.padding == schema.Padding.SAME
    window = {"height": options.filterHeight, "width": options.filterWidth}
    members = {
        "in_height": height, "in_width": width, "channels": channels,
        "out_height": out_height, "out_width": out_width, **window,
        "stride_down": options.strideH, "stride_across": options.strideW,
        "above": ground(height, window["height"], options.strideH, 1, out_height, same),
        "left": ground(width, window["width"], options.strideW, 1, out_width, same),
        "mean": operation.name == "AVERAGE_POOL_2D",
        **limits(made, options.fusedActivationFunction),
    }  # fmt: skip
    return Step("pool", [taken], made, "pooling", members)


def reduction(operation: Operation) -> Step:
    """MEAN and REDUCE_MAX over some of height, width and channels."""
    taken, axes = operation.inputs
    made, mean = operation.output, operation.name == "MEAN"
    sides = taken.maps
    if axes.values is None:
        raise ModelError(f"integer: {operation.name} over axes that are computed")
    rank = len(taken.shape) + 1
    gone = {int(axis) % rank + 3 - rank for axis in axes.values.ravel()}
    left = [1 if axis in gone else side for axis, side in enumerate(sides)]
    count = int(np.prod(sides) // np.prod(left))
    number, shift = multiplier(taken.scale / made.scale / count)
    members = {
        "sides": sides, "steps": _steps(left), "count": made.count, "mean": mean,
        "multiplier": number, "shift": shift, "zeros": taken.zero * count, "out_zero": made.zero,
    }  # fmt: skip
    return Step("reduce", [taken], made, "reduction", members, words=made.count)


def combination(operation: Operation) -> Step:
    """ADD, SUB and MUL of two maps, of which one may be stretched or be the file's own."""
    a, b = operation.inputs
    made, name = operation.output, operation.name
    if name == "MUL":
        numbers = (*multiplier(a.scale * b.scale / made.scale), 0)
        first, shift, second = numbers[0], numbers[1], numbers[2]
    else:
        first, second, shift = _shares(a.scale / made.scale, b.scale / made.scale)
        second = -second if name == "SUB" else second
    members = {
        "sides": made.maps, "a_steps": _stretched(a, made), "b_steps": _stretched(b, made),
        "a_zero": a.zero, "b_zero": b.zero, "out_zero": made.zero, "product": name == "MUL",
        "a_multiplier": first, "b_multiplier": second, "shift": shift,
        **limits(made, operation.options.fusedActivationFunction),
    }  # fmt: skip
    return Step("combine", [a, b], made, "combination", members)


def _shares(a: float, b: float) -> tuple[int, int, int]:
    """Two ratios as whole numbers and one shift."""
    larger = max(a, b)
    _, shift = multiplier(larger)
    return round(a * 2**shift), round(b * 2**shift), shift


def _stretched(tensor: Tensor, over: Tensor) -> list[int]:
    """A map's steps for each step of the output; 0 along a side that it has but one of."""
    steps = _steps(tensor.maps)
    sides = zip(tensor.maps, over.maps, strict=True)
    if any(own not in (1, side) for own, side in sides):
        raise ModelError(f"integer: maps of {tensor.maps} on maps of {over.maps}")
    return steps


def _steps(sides: Any) -> list[int]:
    """How far apart neighbours along each side are in memory; 0 for a side of 1."""
    steps = [int(np.prod(sides[axis + 1 :])) for axis in range(len(sides))]
    return [0 if side == 1 else step for side, step in zip(sides, steps, strict=True)]


def sloping(operation: Operation) -> Step:
    """PRELU with one factor, or one a channel."""
    taken, factors = operation.inputs
    made = operation.output
    if factors.values is None or factors.count not in (1, made.shape[-1]):
        raise ModelError(
            f"integer: expected a PReLU of a factor a channel; received {factors.shape}"
        )
    number, shift = multiplier(taken.scale / made.scale)
    below, below_shift = multiplier(taken.scale * factors.scale / made.scale)
    members = {
        "count": made.count, "channels": factors.count,
        "factors": factors.values,
        "multiplier": number, "below_multiplier": below, "shift": shift, "below_shift": below_shift,
        "in_zero": taken.zero, "factor_zero": factors.zero, "out_zero": made.zero,
    }  # fmt: skip
    return Step("slope", [taken], made, "slopes", members)


def joining(operation: Operation) -> list[Step]:
    """CONCATENATION: each input to its place in the output."""
    made = operation.output
    axis = operation.options.axis % (len(made.shape) + 1) - 1
    after = int(np.prod(made.shape[axis + 1 :]))
    parts, offset = [], 0
    for taken in operation.inputs:
        if (taken.scale, taken.zero) != (made.scale, made.zero):
            raise ModelError("integer: expected maps of one scale to be joined; received several")
        own = taken.shape[axis] * after
        before = taken.count // own
        members = {
            "sides": [1, 1, before, own],
            "in_steps": [0, 0, own, 1],
            "out_steps": [0, 0, made.shape[axis] * after, 1],
            "offset": offset,
        }
        parts.append(Step("arrange", [taken], made, "arrangement", members))
        offset += own
    return parts


def turning(operation: Operation) -> Step:
    """TRANSPOSE of at most four sides besides the batch."""
    taken, order = operation.inputs
    made = operation.output
    if order.values is None or order.values[0] != 0 or len(taken.shape) > 4:
        raise ModelError("integer: expected a transpose of maps of one picture; received another")
    axes = [int(axis) - 1 for axis in order.values[1:]]
    steps = _steps(taken.shape)
    fill = [1] * (4 - len(axes)), [0] * (4 - len(axes))
    members = {
        "sides": [*fill[0], *made.shape],
        "in_steps": [*fill[1], *(steps[axis] for axis in axes)],
        "out_steps": [*fill[1], *_steps(made.shape)],
        "offset": 0,
    }
    return Step("arrange", [taken], made, "arrangement", members)


MAKERS: Mapping[str, Callable[[Operation], Step]] = {
    "CONV_2D": convolution,
    "DEPTHWISE_CONV_2D": depthwise,
    "FULLY_CONNECTED": dense,
    "MAX_POOL_2D": pooling,
    "AVERAGE_POOL_2D": pooling,
    "MEAN": reduction,
    "REDUCE_MAX": reduction,
    "ADD": combination,
    "SUB": combination,
    "MUL": combination,
    "PRELU": sloping,
    "TRANSPOSE": turning,
}
