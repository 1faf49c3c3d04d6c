"""Real .tflite files made by hand, small enough to compute their answers with pen and paper.

The network is the mean of each quarter of the picture (14x14) and one dense layer. No TensorFlow:
the flatbuffer is written with the schema that LiteRT brings along.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from digitrec import files
from digitrec.reading import card as cards
from digitrec.reading.card import Card

OUTPUT_STEP, OUTPUT_ZERO = 0.25, -3
WEIGHT_STEP = 1 / 64


@dataclass(frozen=True)
class Tiny:
    """What the file should be like; the defaults are a float32 network as ours are."""

    kind: str = "float32"  # or "int8": uint8 in, int8 out
    classes: int = 10
    batch: int = 1
    resizable: bool = True
    softmax: bool = False
    side: int = 28
    inputs: int = 1


def weights(classes: int = 10) -> np.ndarray:
    """(classes, 4), multiples of WEIGHT_STEP: what each quarter's mean counts for a class."""
    numbers = np.arange(4 * classes).reshape(classes, 4)
    return ((numbers * 7) % 11 - 5) * WEIGHT_STEP


def logits(images: np.ndarray, classes: int = 10) -> np.ndarray:
    """(N, classes): what the float32 network answers, computed with numpy alone."""
    quarters = images.reshape(-1, 2, 14, 2, 14).mean(axis=(2, 4)).reshape(-1, 4)
    return quarters @ weights(classes).T


def write(path: Path, tiny: Tiny | None = None, card: Card | None = None) -> Path:
    """Write the .tflite file and, if one is given, its card with the file's hash."""
    path.write_bytes(content(tiny or Tiny()))
    if card is not None:
        cards.write(path, replace(card, sha256={path.name: files.sha256(path)}))
    return path


def content(tiny: Tiny) -> bytes:
    """The bytes of the .tflite file."""
    model = _Graph(tiny).model()
    builder = flatbuffers.Builder(4096)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class _Graph:
    def __init__(self, tiny: Tiny) -> None:
        self.tiny = tiny
        self.tensors: list[schema.TensorT] = []
        self.buffers = [schema.BufferT()]
        self.codes: list[schema.OperatorCodeT] = []
        self.operators: list[schema.OperatorT] = []

    def model(self) -> schema.ModelT:
        inputs = [self._input(f"pixels{number}") for number in range(self.tiny.inputs)]
        values = self._dense(self._quarters(self._as_int8(inputs[0])))
        outputs = [self._softmax(values) if self.tiny.softmax else values]
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = inputs, outputs
        model = schema.ModelT()
        model.version, model.subgraphs = 3, [graph]
        model.operatorCodes, model.buffers = self.codes, self.buffers
        return model

    @property
    def _int8(self) -> bool:
        return self.tiny.kind == "int8"

    def _input(self, name: str) -> int:
        side = self.tiny.side
        shape = (self.tiny.batch, side, side, 1)
        return self._tensor(name, shape, "UINT8" if self._int8 else "FLOAT32", (1.0, 0))

    def _as_int8(self, pixels: int) -> int:
        if not self._int8:
            return pixels
        shape = self.tensors[pixels].shape
        signed = self._tensor("signed", shape, "INT8", (1.0, -128))
        return self._operator("QUANTIZE", [pixels], signed, schema.QuantizeOptionsT(), 2)

    def _quarters(self, pixels: int) -> int:
        options = schema.Pool2DOptionsT()
        options.padding = schema.Padding.VALID
        options.strideW = options.strideH = 14
        options.filterWidth = options.filterHeight = 14
        pooled = self._activation("quarters", (self.tiny.batch, 2, 2, 1), (1.0, -128))
        self._operator("AVERAGE_POOL_2D", [pixels], pooled, options, 2)
        return pooled if self.tiny.resizable else self._flat(pooled)

    def _flat(self, pooled: int) -> int:
        """A Reshape to a fixed batch, as Keras's Flatten is exported: it refuses other batches."""
        shape = (self.tiny.batch, 4)
        target = self._constant("shape", np.array(shape, np.int32), "INT32")
        options = schema.ReshapeOptionsT()
        options.newShape = list(shape)
        flat = self._activation("flat", shape, (1.0, -128))
        return self._operator("RESHAPE", [pooled, target], flat, options, 1)

    def _dense(self, quarters: int) -> int:
        values = weights(self.tiny.classes)
        if self._int8:
            values = np.round(values / WEIGHT_STEP).astype(np.int8)
            kernel = self._constant("kernel", values, "INT8", (WEIGHT_STEP, 0))
        else:
            kernel = self._constant("kernel", values.astype(np.float32), "FLOAT32")
        shape = (self.tiny.batch, self.tiny.classes)
        answer = self._activation("logits", shape, (OUTPUT_STEP, OUTPUT_ZERO))
        options = schema.FullyConnectedOptionsT()
        return self._operator("FULLY_CONNECTED", [quarters, kernel, -1], answer, options, 4)

    def _softmax(self, values: int) -> int:
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        answer = self._activation("probabilities", self.tensors[values].shape, (1 / 256, -128))
        return self._operator("SOFTMAX", [values], answer, options, 2)

    def _activation(self, name: str, shape: tuple[int, ...], step: tuple[float, int]) -> int:
        return self._tensor(name, shape, "INT8" if self._int8 else "FLOAT32", step)

    def _constant(
        self, name: str, values: np.ndarray, kind: str, step: tuple[float, int] = (1.0, 0)
    ) -> int:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self.buffers.append(buffer)
        tensor = self._tensor(name, values.shape, kind, step)
        self.tensors[tensor].buffer = len(self.buffers) - 1
        return tensor

    def _tensor(self, name: str, shape: tuple[int, ...], kind: str, step: tuple[float, int]) -> int:
        tensor = schema.TensorT()
        tensor.name, tensor.shape = name, list(shape)
        tensor.type = getattr(schema.TensorType, kind)
        if kind in ("INT8", "UINT8"):
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale, tensor.quantization.zeroPoint = [step[0]], [step[1]]
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def _operator(
        self, name: str, inputs: list[int], output: int, options: object, version: int
    ) -> int:
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, name)
        code.version = version
        self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.codes) - 1
        operator.inputs, operator.outputs = inputs, [output]
        kind = type(options).__name__.removesuffix("T")
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
        operator.builtinOptions = options
        self.operators.append(operator)
        return output
