"""A .tflite file and its card become calibrated probabilities.

>>> classifier = Classifier("models/digitrec.tflite")
>>> classifier.probabilities(images).argmax(axis=1)  # images: (N, 28, 28) uint8
"""

import os
from abc import ABC, abstractmethod
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import ModelError
from digitrec.reading import card as cards
from digitrec.reading.card import INPUT_SCALES, Card
from digitrec.reading.form import SIDE
from digitrec.reading.quiet import quiet_stderr

BATCH = 256
"""Images an invoke: enough to keep the kernels busy, small enough to stay in the cache."""

SMALLEST_PROBABILITY = 1e-12


def shipped_model() -> Path:
    """The model that comes with digitrec: in the package when installed, beside it in a checkout.

    Raises:
        ModelError: there is none.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "models", package.parent / "models"):
        if (path := folder / "digitrec.tflite").is_file():
            return path
    raise ModelError("the shipped model models/digitrec.tflite is missing: name a model file")


class CardClassifier(ABC):
    """What a model and its card say of digits in MNIST's form, whatever runs the model."""

    card: Card
    source: str
    """What to call the model in errors: its file, where it has one."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in the order of the probabilities."""
        return self.card.classes

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Calibrated probabilities (N, classes) of digits (N, 28, 28) uint8, ink 255 on 0."""
        return self.calibrated(self.logits(images))

    def calibrated(self, logits: NDArray[np.floating]) -> NDArray[np.float64]:
        """Probabilities (N, classes) of logits (N, classes), by the card's temperature."""
        return softmax(logits / self.card.temperature)

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Logits (N, classes) of digits (N, 28, 28) uint8.

        They are log-probabilities when the model ends in a softmax.

        Raises:
            ModelError: the images have another shape, or the model gives no numbers.
        """
        outputs = self._outputs(images)
        if not np.isfinite(outputs).all():
            raise ModelError(f"{self.source}: expected numbers; received NaN or infinity")
        if self.card.output == "probabilities":
            return np.log(np.maximum(outputs, SMALLEST_PROBABILITY))
        return outputs

    def _outputs(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        if images.shape[1:] != (SIDE, SIDE):
            raise ModelError(f"expected images (N, {SIDE}, {SIDE}); received {images.shape}")
        if not len(images):
            return np.zeros((0, len(self.classes)), np.float32)
        return np.concatenate(
            [self._answer(images[start : start + BATCH]) for start in range(0, len(images), BATCH)]
        )

    @abstractmethod
    def _answer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the model gives, (N, classes), for at most BATCH images (N, 28, 28)."""


class Classifier(CardClassifier):
    """Reads digits in MNIST's form with LiteRT. Safe to share between threads.

    Args:
        model: a .tflite file with its card beside it; None takes the shipped model.
        input_scale: for a file without a card, what it expects of a pixel: "pixels" (0 to 255),
            "unit" (0 to 1) or "symmetric" (-1 to 1).
        threads: for the kernels.

    Raises:
        ModelError: the file is missing, broken, of another shape than 28x28x1, has no card and
            `input_scale` is not given, or its card is of another file.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | None = None,
        *,
        input_scale: str | None = None,
        threads: int = 1,
    ) -> None:
        self.path = shipped_model() if model is None else Path(model)
        self.source = str(self.path)
        self._interpreter = _open(self.path, threads)
        self._input = _only(self.path, "input", self._interpreter.get_input_details())
        self._output = _only(self.path, "output", self._interpreter.get_output_details())
        self._check_shapes()
        self._lock = Lock()
        self._batch = int(self._input["shape"][0])
        self._resizable = True
        self.card = self._card(input_scale)

    def _answer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        with self._lock:
            return self._invoke(images)

    def _invoke(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        if len(images) != self._batch and not self._resize(len(images)):
            return self._invoke_in_its_batches(images)
        self._interpreter.set_tensor(self._input["index"], self._quantised(images))
        try:
            self._interpreter.invoke()
        except RuntimeError as error:
            raise ModelError(f"{self.path}: expected a model that runs; {error}") from error
        return _dequantised(self._interpreter.get_tensor(self._output["index"]), self._output)

    def _invoke_in_its_batches(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """For a network made for one batch size: the last batch is filled up with empty images."""
        count = len(images)
        full = np.zeros((-(-count // self._batch) * self._batch, SIDE, SIDE), np.uint8)
        full[:count] = images
        batches = full.reshape(-1, self._batch, SIDE, SIDE)
        return np.concatenate([self._invoke(batch) for batch in batches])[:count]

    def _resize(self, batch: int) -> bool:
        """Make room for another batch; False for a network that only takes its own."""
        if not self._resizable:
            return False
        try:
            self._allocate(batch)
        except (RuntimeError, ValueError):
            self._resizable = False
            self._allocate(self._batch)
            return False
        self._batch = batch
        return True

    def _allocate(self, batch: int) -> None:
        self._interpreter.resize_tensor_input(self._input["index"], [batch, SIDE, SIDE, 1])
        self._interpreter.allocate_tensors()

    def _quantised(self, images: NDArray[np.uint8]) -> NDArray[Any]:
        """(N, 28, 28) uint8 to the model's own input (N, 28, 28, 1): scaled, then quantised."""
        factor, offset = INPUT_SCALES[self.card.input_scale]
        step, zero = self._input["quantization"]
        kind = self._input["dtype"]
        if kind == np.uint8 and (factor, offset, step, zero) == (1.0, 0.0, 1.0, 0):
            return images[..., None]
        values = images[..., None].astype(np.float32) * factor + offset
        if not step:
            return values.astype(kind)
        limits = np.iinfo(kind)
        return np.clip(np.round(values / step) + zero, limits.min, limits.max).astype(kind)

    def _check_shapes(self) -> None:
        shape, outputs = self._input["shape"].tolist(), self._output["shape"].tolist()
        if shape[1:] != [SIDE, SIDE, 1]:
            raise ModelError(
                f"{self.path}: expected input (N, {SIDE}, {SIDE}, 1); received {tuple(shape)}"
            )
        if len(outputs) != 2 or outputs[1] < 2:
            raise ModelError(
                f"{self.path}: expected output (N, classes); received {tuple(outputs)}"
            )

    def _card(self, input_scale: str | None) -> Card:
        self.card = cards.of(self.path, int(self._output["shape"][-1]), input_scale)
        if not self.card.sha256 and looks_like_probabilities(self._outputs(probe())):
            return replace(self.card, output="probabilities")
        return self.card


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probabilities (N, classes) of logits (N, classes); each row sums to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True), dtype=np.float64)
    return powers / powers.sum(axis=1, keepdims=True)


def energies(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """How little like a digit each row (N, classes) of logits is, (N,): the higher, the less.

    Liu et al. 2020, "Energy-based Out-of-distribution Detection": -T logsumexp(logits / T). What a
    row has in common is taken off first: training does not see it, so it says nothing.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    scaled -= scaled.mean(axis=1, keepdims=True)
    top = scaled.max(axis=1)
    return -temperature * (top + np.log(np.exp(scaled - top[:, None]).sum(axis=1)))


def probe() -> NDArray[np.uint8]:
    """Two images (2, 28, 28), a blank and a stroke, to try a model of unknown origin with."""
    images = np.zeros((2, SIDE, SIDE), np.uint8)
    images[1, 4:24, 12:16] = 255
    return images


def looks_like_probabilities(outputs: NDArray[np.floating]) -> bool:
    """Whether every row is from 0 to 1 and sums to 1, to within what int8 can hold."""
    sums = outputs.sum(axis=1)
    return bool((outputs >= 0).all() and (outputs <= 1).all() and (abs(sums - 1) < 0.05).all())


def _open(path: Path, threads: int) -> Any:
    if not path.is_file():
        raise ModelError(f"{path}: no such model file")
    cards.read(path)  # LiteRT may crash on a damaged file: its hash is checked before
    from ai_edge_litert.interpreter import Interpreter

    try:
        content = path.read_bytes()
        if not content:
            raise ModelError(f"{path}: expected a .tflite model; the file is empty")
        with quiet_stderr():
            interpreter = Interpreter(model_content=content, num_threads=threads)
            interpreter.allocate_tensors()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror or error})") from error
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"{path}: expected a .tflite model; {error}") from error
    return interpreter


def _only(path: Path, what: str, details: list[dict[str, Any]]) -> dict[str, Any]:
    if len(details) != 1:
        raise ModelError(f"{path}: expected one {what}; received {len(details)}")
    return details[0]


def _dequantised(values: NDArray[Any], details: dict[str, Any]) -> NDArray[np.float32]:
    step, zero = details["quantization"]
    if not step:
        return values.astype(np.float32)
    return (values.astype(np.float32) - zero) * np.float32(step)
