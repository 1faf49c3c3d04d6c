"""An int8 .tflite file, whose weights may have fewer bits, as operations on 8-bit maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from digitrec.compression.formats.bits import from_bits
from digitrec.compression.formats.flatbuffer import numbers_of, operation_name, unpacked
from digitrec.errors import ModelError

DTYPES: dict[int, Any] = {
    schema.TensorType.FLOAT32: np.float32,
    schema.TensorType.INT32: np.int32,
    schema.TensorType.INT64: np.int64,
    schema.TensorType.INT8: np.int8,
    schema.TensorType.UINT8: np.uint8,
}
BITS = {schema.TensorType.INT4: 4, schema.TensorType.INT2: 2}
"""Of weights that share a byte; they are read as int8."""
EIGHT_BITS = (np.int8, np.uint8)


@dataclass(frozen=True)
class Tensor:
    """Numbers that operations hand on, or that the file holds.

    Attributes:
        number: in the file.
        shape: without the batch where it is computed.
        dtype: of numpy.
        scales: a number is (value - zero) * scale; of weights there may be one a channel.
        zero: the zero point.
        values: what the file holds; None: it is computed.
    """

    number: int
    shape: tuple[int, ...]
    dtype: Any
    scales: NDArray[np.float64]
    zero: int
    values: NDArray[Any] | None

    @property
    def scale(self) -> float:
        """Of all numbers."""
        return float(self.scales[0])

    @property
    def count(self) -> int:
        """Of numbers."""
        return prod(self.shape)

    @property
    def maps(self) -> tuple[int, int, int]:
        """The shape as height, width, channels."""
        if len(self.shape) > 3:
            raise ModelError(f"integer: expected height, width, channels; received {self.shape}")
        return (1,) * (3 - len(self.shape)) + self.shape  # type: ignore[return-value]


@dataclass(frozen=True)
class Operation:
    """One step.

    Attributes:
        name: as LiteRT has it, such as "CONV_2D".
        inputs: what it takes; the file's own numbers as well.
        output: what it makes.
        options: as the schema has them.
    """

    name: str
    inputs: Sequence[Tensor]
    output: Tensor
    options: Any

    @property
    def computed(self) -> list[Tensor]:
        """The inputs that another operation makes."""
        return [tensor for tensor in self.inputs if tensor.values is None]


class Graph:
    """The operations of a .tflite file in their order.

    Args:
        content: of a .tflite file with one input and one output.

    Raises:
        ModelError: there are operations that do not take a picture at a time.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._model = unpacked(content)
        (self._held,) = self._model.subgraphs
        self._tensors = [self._tensor(number) for number in range(len(self._held.tensors))]
        self.input = self._tensors[self._held.inputs[0]]
        self.output = self._tensors[self._held.outputs[0]]

    @cached_property
    def operations(self) -> list[Operation]:
        """In an order in which they can be done."""
        return [self._operation(held) for held in self._held.operators]

    def users(self, number: int) -> list[Operation]:
        """The operations that take what the tensor of a number holds."""
        return [one for one in self.operations if number in (it.number for it in one.inputs)]

    def _tensor(self, number: int) -> Tensor:
        held = self._held.tensors[number]
        if held.type not in DTYPES | BITS:
            raise ModelError(f"integer: numbers of kind {_name_of(schema.TensorType, held.type)}")
        dtype = DTYPES.get(held.type, np.int8)
        shape = tuple(int(side) for side in ([] if held.shape is None else held.shape))
        numbers = numbers_of(self._model, held)
        values = _values(numbers, held.type, shape) if numbers else None
        scales, zero = _form(held.quantization)
        computed_shape = shape[1:] if values is None else shape
        return Tensor(number, computed_shape, dtype, scales, zero, values)

    def _operation(self, held: Any) -> Operation:
        name = operation_name(self._model, held)
        if len(held.outputs) != 1:
            raise ModelError(f"integer: {name} with {len(held.outputs)} outputs")
        return Operation(
            name,
            [self._tensors[number] for number in held.inputs if number >= 0],
            self._tensors[held.outputs[0]],
            held.builtinOptions,
        )


def _values(numbers: bytes, kind: int, shape: tuple[int, ...]) -> NDArray[Any]:
    if kind not in BITS:
        return np.frombuffer(numbers, DTYPES[kind]).reshape(shape)
    return from_bits(np.frombuffer(numbers, np.uint8), BITS[kind], prod(shape)).reshape(shape)


def _form(quantization: Any) -> tuple[NDArray[np.float64], int]:
    if quantization is None or quantization.scale is None:
        return np.zeros(1), 0
    return np.asarray(quantization.scale, np.float64), int(quantization.zeroPoint[0])


def _name_of(kinds: type, number: int) -> str:
    return next(name for name, value in vars(kinds).items() if value == number)
