"""What a converted file lost, measured and calibrated as users will run it."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitrec import files
from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.datasets.digits import Images, Part
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier, softmax
from digitrec.training.calibration import (
    Limits,
    expected_calibration_error,
    fit_limits,
    fit_temperature,
)

TIMED_BATCHES = {1: 200, 256: 5}
"""How often a batch of each size is timed."""


@dataclass(frozen=True)
class TensorForm:
    """How an input or output holds numbers: (value - zero_point) * scale, or as is at scale 0."""

    dtype: str
    scale: float
    zero_point: int


@dataclass(frozen=True)
class Conversion:
    """A converted file and what it lost, measured on validation digits through Classifier.

    Attributes:
        path: of the file; its card is beside it.
        kind: one of KINDS, or MIXED.
        bytes: size of the file.
        input: form of the pixels that it takes.
        output: form of the scores that it gives.
        count: validation digits.
        keras_errors: how many of them the Keras model misread.
        errors: how many of them the file misread.
        agreement: share that both read as the same class, right or wrong.
        microseconds: median time an image, by batch size.
        temperature: fitted on the file's logits.
        limits: beyond which its readings are doubted or rejected.
        ece: expected calibration error at that temperature, 0 to 1.
    """

    path: Path
    kind: str
    bytes: int
    input: TensorForm
    output: TensorForm
    count: int
    keras_errors: int
    errors: int
    agreement: float
    microseconds: Mapping[int, float]
    temperature: float
    limits: Limits
    ece: float

    @property
    def accuracy(self) -> float:
        """Of the file, 0 to 1."""
        return (self.count - self.errors) / self.count

    @property
    def keras_accuracy(self) -> float:
        """Of the Keras model, 0 to 1."""
        return (self.count - self.keras_errors) / self.count

    def as_dict(self) -> dict[str, Any]:
        """The form that `convert --json` prints."""
        return {
            "path": str(self.path),
            "kind": self.kind,
            "bytes": self.bytes,
            "input": asdict(self.input),
            "output": asdict(self.output),
            "validation": self.score(),
            "keras": {"accuracy": self.keras_accuracy, "errors": self.keras_errors},
            "agreement": self.agreement,
            "microseconds": {str(batch): value for batch, value in self.microseconds.items()},
            "temperature": self.temperature,
            **asdict(self.limits),
            "ece": self.ece,
        }

    def score(self) -> dict[str, Any]:
        """Accuracy, errors and count on the validation digits."""
        return {"accuracy": self.accuracy, "errors": self.errors, "count": self.count}


def measure(
    content: bytes, model: keras.Model, card: Card, validation: Part, output: Path, kind: str
) -> Conversion:
    """Measure what will be written to `output` against the Keras model that it was made of."""
    with classifier_of(content, card) as classifier:
        logits = classifier.logits(validation.images)
        microseconds = {
            batch: _microseconds(classifier, validation.images, batch) for batch in TIMED_BATCHES
        }
    temperature = fit_temperature(logits, validation.labels)
    probabilities = softmax(logits / temperature)
    readings = logits.argmax(axis=1)
    keras_readings = KerasClassifier(model, card).logits(validation.images).argmax(axis=1)
    taken, given = _forms(content)
    return Conversion(
        path=output,
        kind=kind,
        bytes=len(content),
        input=taken,
        output=given,
        count=len(validation),
        keras_errors=int((keras_readings != validation.labels).sum()),
        errors=int((readings != validation.labels).sum()),
        agreement=float((readings == keras_readings).mean()),
        microseconds=microseconds,
        temperature=temperature,
        limits=fit_limits(logits, validation.labels, temperature),
        ece=expected_calibration_error(probabilities, validation.labels),
    )


@contextmanager
def classifier_of(content: bytes, card: Card) -> Iterator[Classifier]:
    """What users will run, from a file that is not the final one and is gone after the block."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        files.write(path, content)
        cards.write(path, replace(card, sha256={path.name: files.sha256(path)}))
        yield Classifier(path)


def _microseconds(classifier: Classifier, images: Images, batch: int) -> float:
    """Median time an image, in batches of one size."""
    chosen = images[np.arange(batch) % len(images)]
    classifier.probabilities(chosen)
    times: list[float] = []
    for _ in range(TIMED_BATCHES[batch]):
        begun = time.perf_counter()
        classifier.probabilities(chosen)
        times.append(time.perf_counter() - begun)
    return float(np.median(times)) / batch * 1e6


def _forms(content: bytes) -> tuple[TensorForm, TensorForm]:
    """How the file's input and output hold numbers."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content)
    return _form(interpreter.get_input_details()), _form(interpreter.get_output_details())


def _form(details: list[dict[str, Any]]) -> TensorForm:
    (tensor,) = details
    scale, zero_point = tensor["quantization"]
    return TensorForm(np.dtype(tensor["dtype"]).name, float(scale), int(zero_point))
