"""From a Keras model to a measured, calibrated .tflite file with its card."""

import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitrec import files
from digitrec.compression import MIXED, SAMPLES
from digitrec.compression.flatbuffer import slimmed
from digitrec.compression.measure import Conversion, classifier_of, measure
from digitrec.compression.metadata import labelled
from digitrec.compression.mixed import Score, mixed
from digitrec.compression.tflite import to_tflite
from digitrec.datasets.digits import Digits, Images, Part
from digitrec.errors import DataError, ModelError, OptionError, OutputError
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.reading.classifier import SMALLEST_PROBABILITY, softmax
from digitrec.reading.reject import most_of_measures

PREFERRED = ("int8", "float32")
"""The kinds of .tflite to make of a model: the first that keeps the accuracy."""


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
    bare: bool = False,
    per_channel: bool = True,
) -> Conversion:
    """Convert a model, measure the file as users will run it, calibrate it and write its card.

    A card that is already there keeps its facts where the new ones do not replace them.

    Args:
        model: (N, 28, 28, 1) of 0 to 255 in, (N, classes) out.
        card: what the model gives; its temperature, limits and hashes are found anew.
        output: the .tflite file to write.
        kind: one of KINDS, or MIXED.
        calibration: training digits for the ranges of int8; see `representative`.
        validation: digits that the file is measured and calibrated on.
        max_drop: percentage points of accuracy that it may lose. A single digit is forgiven
            unless this is 0: under 1,000 digits one is more than 0.1 points.
        shares_card: whether what `card` names and a .keras file of the same name are this model
            and lie beside `output`, so that the new card speaks for them as well.
        bare: leave out of the file what other programs may ask it for: names, signature, labels.
        per_channel: whether in int8 and int4 each channel's weights have a scale of their own.

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
    if kind == MIXED:
        content = _mixed(model, card, calibration, validation, max_drop)
    else:
        content = to_tflite(model, kind, calibration, per_channel=per_channel)
    content = slimmed(content, bare=bare)
    content = content if bare else labelled(content, card)
    conversion = measure(content, model, card, validation, output, kind)
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
                **asdict(conversion.limits),
                reject_above=most_of_measures(validation.images),
                sha256={**hashes, output.name: files.sha256(new_model)},
                facts={**facts, "tflite": _facts(conversion)},
            ),
        )
    return conversion


def convert_first(
    model: keras.Model, card: Card, output: Path, digits: Digits
) -> tuple[Conversion | None, list[str]]:
    """Make a .tflite file of the first of PREFERRED that keeps the accuracy.

    Args:
        model: (N, 28, 28, 1) of 0 to 255 in, (N, classes) out.
        card: what the model gives.
        output: the .tflite file to write.
        digits: whose training part gives int8's ranges, and whose validation part measures.

    Returns:
        What was made, or None; and for each kind before it why that was not.

    Raises:
        OutputError: the file or its card cannot be written.
    """
    reasons = []
    for kind in PREFERRED:
        try:
            conversion = convert(
                model,
                card,
                output,
                kind=kind,
                calibration=representative(digits.train),
                validation=digits.validation,
            )
        except (ModelError, OptionError) as error:
            reasons.append(f"no {kind} {output.name}: {error}")
        else:
            return conversion, reasons
    return None, reasons


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


def _mixed(
    model: keras.Model, card: Card, calibration: Images, validation: Part, max_drop: float
) -> bytes:
    """An int8 file with fewer bits wherever no more digits are misread than may be."""

    def score(content: bytes) -> Score:
        with classifier_of(content, card) as classifier:
            logits = classifier.logits(validation.images)
        chances = softmax(logits)[np.arange(len(validation)), validation.labels]
        misses = int((logits.argmax(axis=1) != validation.labels).sum())
        return Score(misses, float(-np.log(np.maximum(chances, SMALLEST_PROBABILITY)).mean()))

    content = to_tflite(model, "int8", calibration)
    allowed = score(content).misses + most_lost(max_drop, len(validation))
    return mixed(content, score, int(allowed))


def most_lost(max_drop: float, count: int) -> float:
    """How many more of `count` digits may be misread: percentage points, but one at least."""
    return max(max_drop / 100 * count, 1.0) if max_drop > 0 else 0.0


def _check_drop(conversion: Conversion, max_drop: float) -> None:
    forgiven = most_lost(max_drop, conversion.count)
    if conversion.errors - conversion.keras_errors > forgiven:
        raise ModelError(
            f"{conversion.path}: expected {conversion.kind} to lose at most {max_drop:g} points "
            f"of the Keras model's {conversion.keras_accuracy:.2%}; it reads "
            f"{conversion.accuracy:.2%}, so nothing is written"
        )
