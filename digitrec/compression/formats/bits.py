"""The weights of an int8 .tflite file in fewer bits, or with one scale for all channels.

LiteRT takes 4 bits for convolutions and dense layers, and 2 bits for dense layers; what is computed
stays the same: maps of 8 bits, sums of 32.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from digitrec.compression.formats.flatbuffer import (
    numbers_of,
    operation_name,
    packed,
    pruned,
    unpacked,
)
from digitrec.compression.rounding import Kernel, best_steps, whole

POSSIBLE = {
    "CONV_2D": (4, 8),
    "DEPTHWISE_CONV_2D": (4, 8),
    "FULLY_CONNECTED": (2, 4, 8),
}
"""Bits that LiteRT takes weights in, by operation."""

TYPES = {2: schema.TensorType.INT2, 4: schema.TensorType.INT4, 8: schema.TensorType.INT8}


@dataclass(frozen=True)
class Weighted:
    """An operation with weights.

    Attributes:
        number: of the tensor of its weights, which several operations may share.
        name: as LiteRT has it.
        count: of its weights.
    """

    number: int
    name: str
    count: int


def weighted(content: bytes) -> list[Weighted]:
    """The operations of an int8 .tflite file whose weights can have other bits, in their order."""
    model = unpacked(content)
    (graph,) = model.subgraphs
    found: dict[int, Weighted] = {}
    for operator in graph.operators:
        name = operation_name(model, operator)
        number = int(operator.inputs[1]) if name in POSSIBLE else 0
        if name in POSSIBLE and graph.tensors[number].type == schema.TensorType.INT8:
            count = int(np.prod(graph.tensors[number].shape))
            found.setdefault(number, Weighted(number, name, count))
    return list(found.values())


def bits_of(content: bytes) -> list[int]:
    """Bits of the weights of each operation that has some, in their order, shared ones once."""
    model = unpacked(content)
    (graph,) = model.subgraphs
    numbers = dict.fromkeys(
        int(operator.inputs[1])
        for operator in graph.operators
        if operation_name(model, operator) in POSSIBLE
    )
    held = {kind: count for count, kind in TYPES.items()}
    return [held[graph.tensors[number].type] for number in numbers]


def rewritten(content: bytes, bits: Mapping[int, int], *, per_channel: bool = True) -> bytes:
    """An int8 .tflite file with some weights rounded anew, to the steps that lose the least.

    Args:
        content: of the file.
        bits: by the number of a tensor of weights how many; others stay as they are.
        per_channel: whether each channel has a step of its own, where it has one in `content`.
    """
    model = unpacked(content)
    (graph,) = model.subgraphs
    before = {number: _floats(model, tensor) for number, tensor in enumerate(graph.tensors)}
    steps: dict[int, Kernel] = {}
    for number, count in bits.items():
        tensor = graph.tensors[number]
        axis = int(tensor.quantization.quantizedDimension)
        steps[number] = _round(model, tensor, before[number], count, axis if per_channel else None)
    for operator in graph.operators:
        given = [int(one) for one in operator.inputs]
        if len(given) > 2 and given[1] in steps and given[2] >= 0:
            scale = float(graph.tensors[given[0]].quantization.scale[0])
            _round_bias(model, graph.tensors[given[2]], before[given[2]], scale * steps[given[1]])
    return packed(pruned(model))


def _floats(model: Any, tensor: Any) -> Kernel:
    """What the whole numbers of a tensor stand for; nothing where it is computed."""
    numbers, form = numbers_of(model, tensor), tensor.quantization
    dtype = {schema.TensorType.INT8: np.int8, schema.TensorType.INT32: np.int32}.get(tensor.type)
    if not numbers or dtype is None or form is None or form.scale is None:
        return np.zeros(0)
    values = np.frombuffer(numbers, dtype).reshape(tensor.shape)
    shape = [1] * values.ndim
    if len(form.scale) > 1:
        shape[form.quantizedDimension] = -1
    return values * np.asarray(form.scale, np.float64).reshape(shape)


def _round(model: Any, tensor: Any, weights: Kernel, bits: int, axis: int | None) -> Kernel:
    """Give a tensor its weights in so many bits; return the steps."""
    top = 2 ** (bits - 1) - 1
    axes = tuple(other for other in range(weights.ndim) if other != axis)
    steps = best_steps(weights, top, axes)
    tensor.type = TYPES[bits]
    _put(model, tensor, as_bits(whole(weights, steps, top), bits))
    _scale(tensor, steps)
    return steps.ravel()


def _round_bias(model: Any, tensor: Any, bias: Kernel, steps: Kernel) -> None:
    numbers = np.round(bias / steps).astype(np.int32)
    _put(model, tensor, numbers.view(np.uint8))
    _scale(tensor, steps)


def _scale(tensor: Any, steps: Kernel) -> None:
    tensor.quantization.scale = steps.ravel().astype(np.float32)
    tensor.quantization.zeroPoint = np.zeros(steps.size, np.int64)


def _put(model: Any, tensor: Any, numbers: NDArray[np.uint8]) -> None:
    buffer = schema.BufferT()
    buffer.data = numbers.ravel()
    tensor.buffer = len(model.buffers)
    model.buffers.append(buffer)


def as_bits(numbers: NDArray[np.int8], bits: int) -> NDArray[np.uint8]:
    """Whole numbers of so many bits, 2, 4 or 8, in their order, the first in the lowest bits."""
    a_byte = 8 // bits
    padded = np.pad(numbers.ravel(), (0, -numbers.size % a_byte)).view(np.uint8)
    parts = padded.reshape(-1, a_byte) & (2**bits - 1)
    shifted = parts << (bits * np.arange(a_byte, dtype=np.uint8))
    return np.bitwise_or.reduce(shifted, axis=1).astype(np.uint8)


def from_bits(held: NDArray[np.uint8], bits: int, count: int) -> NDArray[np.int8]:
    """The (count,) whole numbers that as_bits has made bytes of."""
    parts = held[:, None] >> (bits * np.arange(8 // bits, dtype=np.uint8))
    lifted = (parts << (8 - bits)).astype(np.uint8).view(np.int8)  # the sign to the byte's top
    return (lifted >> (8 - bits)).ravel()[:count]
