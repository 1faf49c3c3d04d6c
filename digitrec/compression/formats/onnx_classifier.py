"""Reads digits with onnxruntime."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from digitrec.compression import short
from digitrec.errors import ModelError
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.form import SIDE


class OnnxClassifier(CardClassifier):
    """Reads digits in MNIST's form with onnxruntime.

    Args:
        content: of an .onnx file that takes (N, 28, 28, 1) of 0 to 255 in float32.
        card: what it gives, and its temperature.
        source: what to call it in errors.

    Raises:
        ModelError: onnxruntime does not take it.
    """

    def __init__(self, content: bytes, card: Card, source: str) -> None:
        self.card, self.source = card, source
        try:
            self._session = onnxruntime.InferenceSession(content)
        except Exception as error:  # onnxruntime has a dozen kinds of its own
            raise ModelError(f"{source}: expected an .onnx model; {short(error)}") from error
        self._input = self._session.get_inputs()[0].name

    def outputs(self) -> int:
        """How many classes there are. Raises ModelError for another form than a digit's."""
        taken, given = self._session.get_inputs(), self._session.get_outputs()
        shapes = [one.shape[1:] for one in (*taken, *given)]
        if len(shapes) != 2 or shapes[0] != [SIDE, SIDE, 1] or len(shapes[1]) != 1:
            raise ModelError(
                f"{self.source}: expected input (N, {SIDE}, {SIDE}, 1) and output (N, classes); "
                f"received {', '.join(map(str, shapes))}"
            )
        return int(shapes[1][0])

    def _answer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        pixels = images[..., None].astype(np.float32)
        return self._session.run(None, {self._input: pixels})[0]


def open_onnx(path: Path, input_scale: str | None = None) -> OnnxClassifier:
    """A classifier from an .onnx file that takes (N, 28, 28, 1) of 0 to 255.

    Raises:
        ModelError: it is missing or broken, or takes something else, or has no card and no
            `input_scale` but "pixels" is given.
    """
    if not path.is_file():
        raise ModelError(f"{path}: no such model file")
    content = path.read_bytes()
    classifier = OnnxClassifier(content, Card(path.stem), str(path))
    outputs = classifier.outputs()
    classifier.card = cards.of(path, outputs, input_scale)
    if classifier.card.input_scale != "pixels":
        raise ModelError(f"{path}: expected an .onnx model that takes pixels of 0 to 255")
    return classifier
