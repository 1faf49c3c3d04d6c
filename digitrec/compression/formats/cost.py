"""What a .tflite file costs: its weights, and the work of one answer."""

import math
from dataclasses import dataclass
from typing import Any

from ai_edge_litert import schema_py_generated as schema

from digitrec.compression.formats.flatbuffer import numbers_of, operation_name, unpacked

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
"""Operations that multiply by weights, their second input, and add a bias, their third."""

BYTES = {
    schema.TensorType.FLOAT32: 4,
    schema.TensorType.INT32: 4,
    schema.TensorType.INT64: 8,
    schema.TensorType.FLOAT16: 2,
    schema.TensorType.INT16: 2,
}
"""Of a number by its type; of all other types it is 1."""


@dataclass(frozen=True)
class Step:
    """An operation of a network, and what one digit costs there.

    Attributes:
        name: as LiteRT has it, such as "CONV_2D".
        multiply_adds: of weights with what they are applied to.
        weights: bytes of weights, biases and other constants.
        maps: bytes that are read of earlier operations and written for later ones.
    """

    name: str
    multiply_adds: int
    weights: int
    maps: int


def steps(content: bytes) -> list[Step]:
    """The operations of a .tflite file in their order, for one digit."""
    model = unpacked(content)
    (graph,) = model.subgraphs
    return [_step(model, graph, operator) for operator in graph.operators]


def parameters(content: bytes) -> int:
    """Weights and biases; batch normalisation has become part of them."""
    model = unpacked(content)
    (graph,) = model.subgraphs
    weights = {
        int(number)
        for operator in _weighted(model, graph)
        for number in operator.inputs[1:3]
        if number >= 0
    }
    return sum(_size(graph.tensors[number].shape) for number in weights)


def multiply_adds(content: bytes) -> int:
    """Multiply-adds for one digit, as networks.cost counts them."""
    model = unpacked(content)
    (graph,) = model.subgraphs
    return sum(_multiply_adds(graph, operator) for operator in _weighted(model, graph))


def _weighted(model: Any, graph: Any) -> list[Any]:
    return [one for one in graph.operators if operation_name(model, one) in WEIGHTED]


def _step(model: Any, graph: Any, operator: Any) -> Step:
    name = operation_name(model, operator)
    read = [graph.tensors[number] for number in operator.inputs if number >= 0]
    constants = [len(numbers_of(model, tensor)) for tensor in read]
    maps = [tensor for tensor, size in zip(read, constants, strict=True) if not size]
    maps += [graph.tensors[number] for number in operator.outputs]
    return Step(
        name,
        _multiply_adds(graph, operator) if name in WEIGHTED else 0,
        sum(constants),
        sum(_size(tensor.shape) * BYTES.get(tensor.type, 1) for tensor in maps),
    )


def _multiply_adds(graph: Any, operator: Any) -> int:
    """Each weight is used at each place of the answer, (N, height, width, C) or (N, C)."""
    kernel, answer = (graph.tensors[n].shape for n in (operator.inputs[1], operator.outputs[0]))
    return _size(kernel) * _size(answer[1:-1])


def _size(shape: Any) -> int:
    return math.prod(map(int, shape))
