"""From a Keras model to a measured, calibrated file or folder with its card."""

import os
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitrec import files
from digitrec.compression import SAMPLES
from digitrec.compression.forgiven import most_lost
from digitrec.compression.formats import HOMES, Made, Wanted, make
from digitrec.compression.measure import Conversion, measure
from digitrec.datasets.digits import Digits, Images, Part
from digitrec.errors import DataError, ModelError, OptionError, OutputError, expect_one_of
from digitrec.reading import card as cards
from digitrec.reading import selftest
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier, softmax
from digitrec.reading.readings import Readings
from digitrec.reading.reference import Reference
from digitrec.reading.reject import most_of_measures, statuses

PREFERRED = ("int8", "float32")
"""The kinds of .tflite to make of a model: the first that keeps the accuracy."""


def convert(
    wanted: Wanted,
    output: str | os.PathLike[str],
    *,
    shares_card: bool = True,
    may_lose_more: bool = False,
) -> Conversion:
    """Convert a model, measure it as users will run it, calibrate it and write its card.

    A card that is already there keeps its facts where the new ones do not replace them.

    Args:
        wanted: what is to be written. The temperature, limits and hashes of its card are found
            anew. It may lose `max_drop` percentage points of accuracy, or a single digit unless
            that is 0: under 1,000 digits one is more than 0.1 points.
        output: the file or folder to write; its card goes beside it.
        shares_card: whether what the card names and a .keras file of the same name are this model
            and lie beside `output`, so that the new card speaks for them as well.
        may_lose_more: whether it is written however much it loses.

    Raises:
        OptionError: `output` has another suffix, no such kind, or Keras is not on TensorFlow.
        ModelError: it cannot be converted, or loses more than it may; nothing is written.
        MissingExtraError: something that the kind takes is not installed.
        DataError: there are no validation digits.
        OutputError: `output` or its card cannot be written, or other JSON is where the card goes.
    """
    output = Path(output)
    _check_places(output, wanted.kind)
    facts = {**_facts_beside(output), **wanted.card.facts}
    if not len(wanted.validation):
        raise DataError("expected validation digits to measure on; received none")
    with TemporaryDirectory() as folder:
        made = make(wanted, Path(folder))
        conversion = measure(made, wanted, output)
        if not may_lose_more:
            _check_drop(conversion, wanted.max_drop)
        hashes = _hashes_beside(output, wanted.card) if shares_card else {}
        card = replace(
            wanted.card,
            temperature=conversion.temperature,
            **asdict(conversion.limits),
            reject_above=most_of_measures(wanted.validation.images),
            facts={**facts, _of_facts(output): _facts(conversion)},
        )
        card = _with_readings(card, made.classifier, wanted.validation)
        _put(made, card, hashes, output)
    return conversion


def _put(made: Made, card: Card, hashes: dict[str, str], output: Path) -> None:
    """Give what was made its place, and its card the place beside it."""
    whole = files.written_whole if output.suffix else files.folder_written_whole
    # The model takes its place before the card does: no card is left that speaks for nothing.
    with files.written_whole(cards.path_for(output)) as new_card, whole(output) as new:
        made.write(new, card)
        cards.write(new_card, replace(card, sha256={**hashes, output.name: files.sha256(new)}))


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
            calibration = representative(digits.train)
            wanted = Wanted(model, card, kind, calibration, digits.validation)
            conversion = convert(wanted, output)
        except (ModelError, OptionError) as error:
            reasons.append(f"no {kind} {output.name}: {error}")
        else:
            return conversion, reasons
    return None, reasons


def _with_readings(card: Card, classifier: CardClassifier, validation: Part) -> Card:
    """The card with what readings of validation look like by it, and with some of them to keep."""
    logits = classifier.logits(validation.images)
    kept = selftest.of(validation.images, validation.labels, logits, card.classes)
    return replace(card, reference=_reference(card, validation.images, logits), selftest=kept)


def _reference(card: Card, images: Images, logits: NDArray[np.float32]) -> Reference | None:
    """What readings of images look like by the card; None where no digit was read."""
    probabilities = softmax(logits / card.temperature)
    names = [card.classes[best] for best in probabilities.argmax(axis=1)]
    worth = statuses(images, logits, card)
    readings = Readings(names, worth, probabilities.max(axis=1))
    return readings.reference(card.classes) if readings.read() else None


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


def _check_places(output: Path, kind: str) -> None:
    """See before the work whether what is made and its card can take their places."""
    suffix = HOMES[expect_one_of("kind", kind, HOMES)].suffix
    if output.suffix != suffix:
        ends = f"a file name that ends in {suffix}" if suffix else "a folder's name without a dot"
        raise OptionError(f"{output}: expected {ends}")
    if suffix and output.is_dir():
        raise OutputError(f"{output}: expected a file's place; there is a folder")
    if not suffix and output.exists() and cards.read(output) is None:
        raise OutputError(f"{output}: expected a new folder; there is another already")
    if cards.path_for(output).is_dir():
        raise OutputError(f"{cards.path_for(output)}: expected a file's place; there is a folder")


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


def _of_facts(output: Path) -> str:
    """What the card calls the facts of a file: by its suffix, or a folder by its name."""
    return output.suffix.removeprefix(".") or output.name


def _facts(conversion: Conversion) -> dict[str, Any]:
    kept = ("kind", "bytes", "validation", "agreement", "ece")
    return {name: value for name, value in conversion.as_dict().items() if name in kept}


def _check_drop(conversion: Conversion, max_drop: float) -> None:
    forgiven = most_lost(max_drop, conversion.count)
    if conversion.errors - conversion.keras_errors > forgiven:
        raise ModelError(
            f"{conversion.path}: expected {conversion.kind} to lose at most {max_drop:g} points "
            f"of the Keras model's {conversion.keras_accuracy:.2%}; it reads "
            f"{conversion.accuracy:.2%}, so nothing is written"
        )
