"""What a network makes of a digit before it decides: the values that its last dense layer takes."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec import files
from digitrec.compression.formats.flatbuffer import operation_name, packed, unpacked
from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.datasets.digits import Images
from digitrec.errors import ModelError
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier, Classifier

AFTER_DENSE = ("DEQUANTIZE", "QUANTIZE", "SOFTMAX", "RESHAPE")
"""Operations of a .tflite file that may follow its last dense layer."""

Features = Callable[[Images], NDArray[np.floating]]
"""From images (N, 28, 28) to features (N, D)."""


def features_of(classifier: CardClassifier) -> Features:
    """The features of a classifier; its logits where no last dense layer is found in it."""
    if isinstance(classifier, KerasClassifier):
        return _of_keras(classifier) or classifier.logits
    if isinstance(classifier, Classifier):
        return _of_tflite(classifier) or classifier.logits
    return classifier.logits


def _of_keras(classifier: KerasClassifier) -> Features | None:
    import keras

    last = classifier.model.layers[-1]
    if not isinstance(last, keras.layers.Dense):
        return None
    network = keras.Model(classifier.model.inputs, last.input)
    card = Card("features", tuple(map(str, range(last.input.shape[-1]))))
    return KerasClassifier(network, card, classifier.source).logits


def _of_tflite(classifier: Classifier) -> Features | None:
    """The same file, cut off before its last dense layer."""
    model = unpacked(classifier.path.read_bytes())
    (graph,) = model.subgraphs
    taken = _taken_by_last_dense(model, graph)
    if taken is None:
        return None
    graph.outputs, model.signatureDefs = [taken], None
    with TemporaryDirectory() as folder:
        path = Path(folder, "features.tflite")
        files.write(path, packed(model))
        try:
            return Classifier(path, input_scale=classifier.card.input_scale).logits
        except ModelError:  # what the layer takes is no row of numbers
            return None


def _taken_by_last_dense(model: Any, graph: Any) -> int | None:
    for operator in reversed(graph.operators):
        name = operation_name(model, operator)
        if name == "FULLY_CONNECTED":
            return int(operator.inputs[0])
        if name not in AFTER_DENSE:
            return None
    return None
