"""A Keras model with the face of reading.Classifier, and the way to open either by its file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitrec.compression.model_file import expect_keras
from digitrec.errors import needs_extra
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier, Classifier
from digitrec.training.quiet import quiet

if TYPE_CHECKING:
    import keras


class KerasClassifier(CardClassifier):
    """Reads digits in MNIST's form with Keras, to measure what is converted against it.

    Args:
        model: (N, 28, 28, 1) of 0 to 255 in, (N, classes) out.
        card: what it gives, and its temperature.
        source: what to call it in errors; None takes the card's name.
    """

    def __init__(self, model: "keras.Model", card: Card, source: str | None = None) -> None:
        self.model = model
        self.card = card
        self.source = source or card.name

    def _answer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self.model.predict_on_batch(images[..., None].astype(np.float32))


def open_classifier(path: str | os.PathLike[str], input_scale: str | None = None) -> CardClassifier:
    """A classifier from a .tflite or .onnx file, or from any Keras model.

    Raises:
        ModelError: the model cannot be used; see Classifier and load_keras.
        OptionError: it has a card, and an `input_scale` is given as well.
        MissingExtraError: Keras or onnxruntime is needed and not installed.
    """
    if Path(path).suffix == ".tflite":
        return Classifier(path, input_scale=input_scale)
    if Path(path).suffix == ".onnx":
        with needs_extra("onnx"):
            from digitrec.compression.formats.onnx_classifier import open_onnx
        return open_onnx(Path(path), input_scale)
    expect_keras(path)
    with quiet(), needs_extra("train"):
        from digitrec.compression.source import load_keras
    return KerasClassifier(*load_keras(path, input_scale), source=str(path))


def open_classifiers(paths: Sequence[Path], input_scale: str | None = None) -> list[CardClassifier]:
    """Several, as open_classifier does it.

    The scale is for those without a card; where all have one it is refused.
    """
    bare = [path for path in paths if cards.read(path) is None] or paths
    return [open_classifier(path, input_scale if path in bare else None) for path in paths]
