"""What an operation makes of each of the 256 values of 8 bits, as LiteRT itself answers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digitrec.compression.formats.flatbuffer import packed, unpacked
from digitrec.compression.formats.integer.graph import EIGHT_BITS, Graph, Operation, Tensor
from digitrec.errors import ModelError
from digitrec.reading.quiet import quiet_stderr

BY_ITSELF = frozenset(
    [
        "QUANTIZE", "DEQUANTIZE", "HARD_SWISH", "LOGISTIC", "TANH", "GELU", "ELU", "LEAKY_RELU",
        "RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1", "EXP", "LOG", "SQRT", "RSQRT", "ABS", "NEG",
        "SQUARE", "POW", "MAXIMUM", "MINIMUM", "ADD", "SUB", "MUL", "DIV", "SIGN",
    ]
)  # fmt: skip
"""Operations that look at each value by itself, where others are numbers that the file holds."""


def is_by_itself(operation: Operation) -> bool:
    """Whether an answer depends on one value alone."""
    held = [tensor for tensor in operation.inputs if tensor.values is not None]
    alone = len(operation.computed) == 1 and all(tensor.count == 1 for tensor in held)
    return operation.name in BY_ITSELF and alone


def chain(graph: Graph, first: Operation) -> list[Operation]:
    """An operation from 8 bits, and those by themselves that follow, to the last 8 bits.

    Raises:
        ModelError: before there are 8 bits again comes one that looks at more than one value.
    """
    found = [first]
    while following := _next(graph, found[-1]):
        found.append(following)
    last = found[-1]
    if last.output.dtype not in EIGHT_BITS:
        names = ", ".join(sorted({user.name for user in graph.users(last.output.number)}))
        raise ModelError(
            "integer: expected an int8 network; received one that computes in "
            f"{np.dtype(last.output.dtype)} between {first.name} and {names or 'the output'}"
        )
    return found


def _next(graph: Graph, operation: Operation) -> Operation | None:
    """The only one that takes an operation's answer, if it is by itself and not the file's last."""
    users = graph.users(operation.output.number)
    if len(users) != 1 or not is_by_itself(users[0]):
        return None
    ends = users[0].output.number == graph.output.number
    return None if ends and users[0].output.dtype not in EIGHT_BITS else users[0]


def answers(graph: Graph, operations: Sequence[Operation]) -> NDArray[np.int8]:
    """The (256,) answers to the bytes 0 to 255, each as the operations' input has it.

    Args:
        graph: whose operations they are.
        operations: of one value each, one after the other; from 8 bits to int8.
    """
    (taken,) = operations[0].computed
    interpreter = Interpreter(model_content=_cut_out(graph, operations, taken))
    with quiet_stderr():
        interpreter.allocate_tensors()
    every = np.arange(256, dtype=np.uint8).view(taken.dtype)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], every[None])
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0]


def _cut_out(graph: Graph, operations: Sequence[Operation], taken: Tensor) -> bytes:
    """A .tflite file of the operations alone, on 256 values."""
    model: Any = unpacked(graph.content)
    (held,) = model.subgraphs
    outputs = {operation.output.number for operation in operations}
    held.operators = [one for one in held.operators if one.outputs[0] in outputs]
    for number in (taken.number, *outputs):
        held.tensors[number].shape = np.array([1, 256], np.int32)
        held.tensors[number].shapeSignature = None
    held.inputs, held.outputs = [taken.number], [operations[-1].output.number]
    model.signatureDefs = None
    return packed(model)
