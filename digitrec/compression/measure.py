"""What a converted file lost, measured and calibrated as users will run it."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.compression.formats import Made, TensorForm, Wanted
from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.datasets.digits import Images
from digitrec.reading.classifier import CardClassifier, softmax
from digitrec.training.calibration import (
    Limits,
    expected_calibration_error,
    fit_limits,
    fit_temperature,
)

TIMED_BATCHES = {1: 200, 256: 5}
"""How often a batch of each size is timed."""


@dataclass(frozen=True)
class Conversion:
    """A converted file and what it lost, measured on validation digits through Classifier.

    Attributes:
        path: of the file; its card is beside it.
        kind: a key of formats.HOMES.
        bytes: of the file, or of all in the folder; of C, of the compiled program.
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
        told: what else there is to say of it, by name.
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
    told: Mapping[str, Any]

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
            **self.told,
        }

    def score(self) -> dict[str, Any]:
        """Accuracy, errors and count on the validation digits."""
        return {"accuracy": self.accuracy, "errors": self.errors, "count": self.count}


def measure(made: Made, wanted: Wanted, output: Path) -> Conversion:
    """Measure what will be written to `output` against the Keras model that it was made of."""
    validation, classifier = wanted.validation, made.classifier
    logits = classifier.logits(validation.images)
    temperature = fit_temperature(logits, validation.labels)
    readings = logits.argmax(axis=1)
    known = wanted.keras_readings
    keras_readings = read_by_keras(wanted) if known is None else known
    return Conversion(
        path=output,
        kind=wanted.kind,
        bytes=made.bytes,
        input=made.input,
        output=made.output,
        count=len(validation),
        keras_errors=int((keras_readings != validation.labels).sum()),
        errors=int((readings != validation.labels).sum()),
        agreement=float((readings == keras_readings).mean()),
        microseconds={
            batch: microseconds(classifier, validation.images, batch) for batch in TIMED_BATCHES
        },
        temperature=temperature,
        limits=fit_limits(logits, validation.labels, temperature),
        ece=expected_calibration_error(softmax(logits / temperature), validation.labels),
        told=made.told,
    )


def read_by_keras(wanted: Wanted) -> NDArray[np.intp]:
    """The classes (N,) that the Keras model itself reads on validation."""
    logits = KerasClassifier(wanted.network, wanted.card).logits(wanted.validation.images)
    return logits.argmax(axis=1)


def microseconds(classifier: CardClassifier, images: Images, batch: int) -> float:
    """Median time an image, in batches of one of TIMED_BATCHES."""
    chosen = images[np.arange(batch) % len(images)]
    classifier.probabilities(chosen)
    times: list[float] = []
    for _ in range(TIMED_BATCHES[batch]):
        begun = time.perf_counter()
        classifier.probabilities(chosen)
        times.append(time.perf_counter() - begun)
    return float(np.median(times)) / batch * 1e6
