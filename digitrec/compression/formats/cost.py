"""What a .tflite file costs: its weights, and the multiplications of one answer."""

import math
from typing import Any

from digitrec.compression.formats.flatbuffer import operation_name, unpacked

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
"""Operations that multiply by weights, their second input, and add a bias, their third."""


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


def _multiply_adds(graph: Any, operator: Any) -> int:
    """Each weight is used at each place of the answer, (N, height, width, C) or (N, C)."""
    kernel, answer = (graph.tensors[n].shape for n in (operator.inputs[1], operator.outputs[0]))
    return _size(kernel) * _size(answer[1:-1])


def _size(shape: Any) -> int:
    return math.prod(map(int, shape))
