"""What is inside a .tflite file, and the same network in fewer bytes.

A file from the converter holds the name of each tensor, which may be longer than its weights, a
zero point of eight bytes for each channel of each tensor, and what the converter says of itself.
None of that is needed to run it. The form is LiteRT's schema.fbs.
"""

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

IDENTIFIER = b"TFL3"

FILLS = "DENSIFY"
"""The operation that fills in the zeros of sparse weights."""

INPUT, OUTPUT = "image", "scores"
"""What a file's only input and output are called."""


def unpacked(content: bytes) -> Any:
    """A .tflite file's content as the schema's ModelT, whose tables are Python objects."""
    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))


def packed(model: Any) -> bytes:
    """A ModelT, which is used up, as a .tflite file's content; what is the same is there once."""
    builder = _Sharing()
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            tensor.quantization = builder.once(tensor.quantization)
        for operator in graph.operators:
            operator.builtinOptions = builder.once(operator.builtinOptions)
    builder.Finish(model.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


class _Sharing(flatbuffers.Builder):
    """Writes what it has written before as a reference to that."""

    def __init__(self) -> None:
        super().__init__(1024)
        self.written: dict[object, int] = {}

    def once(self, table: Any) -> Any:
        """The table, or None as it is, such that others of equal content share its place."""
        return None if table is None else _Once(table)

    def CreateString(self, s: Any, *options: Any) -> int:  # noqa: N802
        if s not in self.written:
            self.written[s] = super().CreateString(s, *options)
        return self.written[s]

    def CreateNumpyVector(self, x: NDArray[Any]) -> int:  # noqa: N802
        key = (x.dtype.str, x.tobytes())
        if key not in self.written:
            self.written[key] = super().CreateNumpyVector(x)
        return self.written[key]


class _Once:
    """A table without tables of its own that takes the place of one that says the same."""

    def __init__(self, table: Any) -> None:
        said = {name: np.asarray(value).tolist() for name, value in vars(table).items()}
        self.table, self.key = table, (type(table), repr(said))

    def Pack(self, builder: _Sharing) -> int:  # noqa: N802
        if self.key not in builder.written:
            builder.written[self.key] = self.table.Pack(builder)
        return builder.written[self.key]


def slimmed(content: bytes, *, bare: bool = False) -> bytes:
    """The same network, bit for bit the same answers, without what is not needed to run it.

    Args:
        content: of a .tflite file with one input and one output.
        bare: leave out the signature and the names of input and output as well: some 400 bytes,
            but programs that ask for the network's signature will not find one.
    """
    model = unpacked(content)
    (graph,) = model.subgraphs
    model.description = model.metadata = model.metadataBuffer = None
    graph.name = None
    for tensor in graph.tensors:
        tensor.name = None
        tensor.shapeSignature = None if bare else tensor.shapeSignature
        tensor.quantization = _needed(tensor.quantization)
    if bare:
        model.signatureDefs = None
    else:
        graph.tensors[graph.inputs[0]].name = INPUT
        graph.tensors[graph.outputs[0]].name = OUTPUT
    return packed(pruned(model))


def _needed(quantization: Any) -> Any:
    """The form of a tensor's numbers without the ranges that it was found by; None: floats."""
    if quantization is None or quantization.scale is None:
        return None
    quantization.min = quantization.max = None
    return quantization


def pruned(model: Any) -> Any:
    """The ModelT itself, with the first buffer, which has to be empty, and those in use."""
    kept: dict[bytes, int] = {b"": 0}
    buffers = [schema.BufferT()]
    for tensor in (tensor for graph in model.subgraphs for tensor in graph.tensors):
        numbers = numbers_of(model, tensor)
        if numbers not in kept:
            kept[numbers] = len(buffers)
            buffers.append(model.buffers[tensor.buffer])
        tensor.buffer = kept[numbers]
    model.buffers = buffers
    return model


def numbers_of(model: Any, tensor: Any) -> bytes:
    """What a tensor's buffer holds; nothing where it is computed."""
    data = model.buffers[tensor.buffer].data
    return b"" if data is None else np.asarray(data, np.uint8).tobytes()


def filled(content: bytes, dense: bytes, name: str) -> bytes:
    """A file without zeros, with those of one kind of operation filled in again.

    Args:
        content: of a .tflite file some of whose weights are sparse.
        dense: of the same network's file in which none are.
        name: of the operations, as LiteRT has it.
    """
    model, other = unpacked(content), unpacked(dense)
    (graph,), (whole,) = model.subgraphs, other.subgraphs
    computing = [one for one in graph.operators if operation_name(model, one) != FILLS]
    numbers = set[int]()
    for operator, same in zip(computing, whole.operators, strict=True):
        if operation_name(model, operator) == name:
            numbers.add(number := int(operator.inputs[1]))
            graph.tensors[number].buffer = len(model.buffers)
            model.buffers.append(other.buffers[whole.tensors[same.inputs[1]].buffer])
    graph.operators = [one for one in graph.operators if int(one.outputs[0]) not in numbers]
    return packed(pruned(model))


OPERATIONS = {
    number: name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)
}


def operation_name(model: Any, operator: Any) -> str:
    """What LiteRT calls an operator of a ModelT, such as "CONV_2D"."""
    code = model.operatorCodes[operator.opcodeIndex]
    return OPERATIONS[max(code.builtinCode, code.deprecatedBuiltinCode)]
