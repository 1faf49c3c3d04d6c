"""From a Keras model to a measured, calibrated .tflite file with its card."""

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitrec import files
from digitrec.compression import SAMPLES
from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.compression.tflite import to_tflite
from digitrec.datasets.digits import Digits, Images, Part
from digitrec.errors import DataError, ModelError, OptionError, OutputError
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier, softmax
from digitrec.training.calibration import (
    expected_calibration_error,
    fit_temperature,
    reject_threshold,
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
        kind: one of KINDS.
        bytes: size of the file.
        input: form of the pixels that it takes.
        output: form of the scores that it gives.
        count: validation digits.
        keras_errors: how many of them the Keras model misread.
        errors: how many of them the file misread.
        agreement: share that both read as the same class, right or wrong.
        microseconds: median time an image, by batch size.
        temperature: fitted on the file's logits.
        uncertain_below: confidence under which at most 1 % of its right readings fall.
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
    uncertain_below: float
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
            "uncertain_below": self.uncertain_below,
            "ece": self.ece,
        }

    def score(self) -> dict[str, Any]:
        """Accuracy, errors and count on the validation digits."""
        return {"accuracy": self.accuracy, "errors": self.errors, "count": self.count}


def convert(
    model: keras.Model,
    card: Card,
    output: str | os.PathLike[str],
    *,
    kind: str,
    calibration: Images,
    validation: Part,
    max_drop: float = 0.1,
    shares_card: bool = True,
) -> Conversion:
    """Convert a model, measure the file as users will run it, calibrate it and write its card.

    A card that is already there keeps its facts where the new ones do not replace them.

    Args:
        model: (N, 28, 28, 1) of 0 to 255 in, (N, classes) out.
        card: what the model gives; its temperature, threshold and hashes are found anew.
        output: the .tflite file to write.
        kind: one of KINDS.
        calibration: training digits for an int8 model's ranges; see `representative`.
        validation: digits that the file is measured and calibrated on.
        max_drop: percentage points of accuracy that it may lose. A single digit is forgiven
            unless this is 0: under 1,000 digits one is more than 0.1 points.
        shares_card: whether what `card` names and a .keras file of the same name are this model
            and lie beside `output`, so that the new card speaks for them as well.

    Raises:
        OptionError: `output` has another suffix, no such kind, or Keras is not on TensorFlow.
        ModelError: it cannot be converted, or loses more than `max_drop`; nothing is written.
        DataError: there are no validation digits.
        OutputError: the file or its card cannot be written, or other JSON is where the card goes.
    """
    output = Path(output)
    _check_places(output)
    facts = {**_facts_beside(output), **card.facts}
    if not len(validation):
        raise DataError("expected validation digits to measure on; received none")
    content = to_tflite(model, kind, calibration)
    conversion = _measure(content, model, card, validation, output, kind)
    _check_drop(conversion, max_drop)
    hashes = _hashes_beside(output, card) if shares_card else {}
    # The model takes its place before the card does: no card is left that speaks for nothing.
    with (
        files.written_whole(cards.path_for(output)) as new_card,
        files.written_whole(output) as new_model,
    ):
        new_model.write_bytes(content)
        cards.write(
            new_card,
            replace(
                card,
                temperature=conversion.temperature,
                uncertain_below=conversion.uncertain_below,
                sha256={**hashes, output.name: files.sha256(new_model)},
                facts={**facts, "tflite": _facts(conversion)},
            ),
        )
    return conversion


def representative(train: Part, count: int = SAMPLES, seed: int = 0) -> Images:
    """Training digits (count, 28, 28) to measure an int8 model's ranges on, drawn at random."""
    chosen = np.random.default_rng(seed).permutation(len(train))[:count]
    return train.take(np.sort(chosen)).images


def card_for(card: Card, digits: Digits) -> Card:
    """The card with the class names of the digits that the model is measured on.

    Raises:
        ModelError: they do not go together.
    """
    if card.classes == digits.classes:
        return card
    if card.sha256 or len(card.classes) != len(digits.classes):
        raise ModelError(
            f"{card.name}: expected a model of the classes of {digits.name} "
            f"({_listed(digits.classes)}); received one of {_listed(card.classes)}"
        )
    return replace(card, classes=digits.classes)


def _listed(classes: tuple[str, ...]) -> str:
    names = classes if len(classes) <= 12 else (*classes[:5], "...", *classes[-5:])
    return f"{len(classes)}: {' '.join(names)}"


def _check_places(output: Path) -> None:
    """See before the work whether the file and its card can take their places."""
    if output.suffix != ".tflite":
        raise OptionError(f"{output}: expected a file name that ends in .tflite")
    for path in (output, cards.path_for(output)):
        if path.is_dir():
            raise OutputError(f"{path}: expected a file's place; there is a folder")


def _facts_beside(output: Path) -> dict[str, Any]:
    """The facts of the card that is there already, if any."""
    path = cards.path_for(output)
    if not path.is_file():
        return {}
    try:
        return dict(files.read_json(path)["facts"])
    except (DataError, TypeError, KeyError, ValueError) as error:
        raise OutputError(
            f"{path}: the model's card goes here, but this is another file: name another --output"
        ) from error


def _hashes_beside(output: Path, card: Card) -> dict[str, str]:
    """What the new card names besides the output."""
    keras_file = output.with_suffix(".keras")
    if not keras_file.is_file():
        return dict(card.sha256)
    return {**card.sha256, keras_file.name: files.sha256(keras_file)}


def _facts(conversion: Conversion) -> dict[str, Any]:
    kept = ("kind", "bytes", "validation", "agreement", "ece")
    return {name: value for name, value in conversion.as_dict().items() if name in kept}


def _measure(
    content: bytes, model: keras.Model, card: Card, validation: Part, output: Path, kind: str
) -> Conversion:
    with tempfile.TemporaryDirectory() as folder:
        classifier = _classifier(content, card, Path(folder) / output.name)
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
        uncertain_below=reject_threshold(probabilities, validation.labels),
        ece=expected_calibration_error(probabilities, validation.labels),
    )


def _classifier(content: bytes, card: Card, path: Path) -> Classifier:
    """What users will run, from a file that is not the final one."""
    files.write(path, content)
    cards.write(path, replace(card, sha256={path.name: files.sha256(path)}))
    return Classifier(path)


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


def _check_drop(conversion: Conversion, max_drop: float) -> None:
    forgiven = max_drop / 100 * conversion.count
    if max_drop > 0:
        forgiven = max(forgiven, 1.0)
    if conversion.errors - conversion.keras_errors > forgiven:
        raise ModelError(
            f"{conversion.path}: expected {conversion.kind} to lose at most {max_drop:g} points "
            f"of the Keras model's {conversion.keras_accuracy:.2%}; it reads "
            f"{conversion.accuracy:.2%}, so nothing is written"
        )
