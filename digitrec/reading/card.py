"""What travels with a model file: its classes, scaling, temperature, thresholds and hashes.

`digitrec.tflite` has its card beside it as `digitrec.json`; `digitrec.keras` shares it.
"""

import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from digitrec import files
from digitrec.errors import DataError, ModelError, OptionError, expect_one_of
from digitrec.reading.form import DIGIT_NAMES
from digitrec.reading.reference import Reference
from digitrec.reading.selftest import SelfTest

T = TypeVar("T")

FORMAT = 1

INPUT_SCALES = {"pixels": (1.0, 0.0), "unit": (1 / 255, 0.0), "symmetric": (1 / 127.5, -1.0)}
"""What a model wants of a pixel from 0 to 255: pixel * factor + offset. Ours want "pixels"."""

OUTPUTS = ("logits", "probabilities")


@dataclass(frozen=True)
class Card:
    """Facts about a model that its file does not hold.

    Attributes:
        name: the network's name.
        classes: one name a class, in the order of the model's outputs.
        input_scale: a name of INPUT_SCALES.
        output: whether the model gives "logits" or "probabilities".
        temperature: what logits are divided by before the softmax (Guo et al. 2017).
        uncertain_below: a reading with less confidence than this is "uncertain".
        uncertain_energy: a reading of more energy (classifier.energies) than this is "uncertain";
            None: energy says nothing.
        reject_energy: a reading of more energy than this is no digit; None: energy says nothing.
        reject_above: the most of measures of the ink (reject.measures) by name: what has more is
            no digit.
        reference: what readings of validation look like; None: nobody looked.
        selftest: digits and what the model gave for them; None: it has read none of any.
        sha256: hash of each model file that the card speaks for, by file name.
        facts: what a reader may want to know: data, recipe, accuracy. Nothing is computed from it.
        format: version of this form.
    """

    name: str
    classes: tuple[str, ...] = DIGIT_NAMES
    input_scale: str = "pixels"
    output: str = "logits"
    temperature: float = 1.0
    uncertain_below: float = 0.0
    uncertain_energy: float | None = None
    reject_energy: float | None = None
    reject_above: Mapping[str, float] = field(default_factory=dict)
    reference: Reference | None = None
    selftest: SelfTest | None = None
    sha256: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    def __post_init__(self) -> None:
        _check("format", self.format == FORMAT, FORMAT, self.format)
        _check("classes", _are_names(self.classes), "two or more different names", self.classes)
        _check("input_scale", self.input_scale in INPUT_SCALES, [*INPUT_SCALES], self.input_scale)
        _check("output", self.output in OUTPUTS, OUTPUTS, self.output)
        _check("temperature", 0 < self.temperature < math.inf, "above 0", self.temperature)
        _check("uncertain_below", 0 <= self.uncertain_below <= 1, "0 to 1", self.uncertain_below)
        for name in ("uncertain_energy", "reject_energy"):
            limit = getattr(self, name)
            _check(name, _is_limit(limit), "a number", limit)
        _check(
            "reject_above",
            isinstance(self.reject_above, Mapping)
            and all(_is_limit(most) for most in self.reject_above.values()),
            "the most of each measure",
            self.reject_above,
        )


def _is_limit(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and math.isfinite(value))


def _are_names(classes: object) -> bool:
    return isinstance(classes, list | tuple) and len(set(map(str, classes))) == len(classes) > 1


def _check(what: str, right: bool, expected: object, received: object) -> None:
    if not right:
        raise ModelError(f"{what}: expected {expected}; received {received}")


def path_for(model: str | os.PathLike[str]) -> Path:
    """Where the card of a model file is: beside it, with the suffix .json."""
    return Path(model).with_suffix(".json")


def of(model: str | os.PathLike[str], outputs: int, input_scale: str | None) -> Card:
    """The card of a model with so many outputs.

    A file without a card is of unknown origin: it gets a card with numbers for classes and the
    `input_scale` that is given; such a card has no hashes.

    Raises:
        ModelError: the card is broken, is of another file or has another number of classes, or
            there is no card and no `input_scale`.
        OptionError: there is a card, and an `input_scale` as well.
    """
    card = read(model)
    if card is None:
        return _made_up(Path(model), outputs, input_scale)
    if input_scale is not None:
        raise OptionError(
            f"{model}: its card says what it expects ({card.input_scale}): "
            "leave out the input scale"
        )
    if len(card.classes) != outputs:
        raise ModelError(
            f"{model}: expected {len(card.classes)} outputs, as its card has classes; "
            f"received {outputs}"
        )
    return card


def _made_up(model: Path, outputs: int, input_scale: str | None) -> Card:
    if input_scale is None:
        raise ModelError(
            f"{model}: has no card ({path_for(model).name}) that says how it wants its pixels: "
            f"give --input-scale {'|'.join(INPUT_SCALES)}"
        )
    scale = expect_one_of("input scale", input_scale, INPUT_SCALES)
    return Card(model.stem, tuple(map(str, range(outputs))), scale)


def read(model: str | os.PathLike[str]) -> Card | None:
    """The card beside a model file, or None when there is none that names it.

    Raises:
        ModelError: the card is broken, or is not of this file (another hash).
    """
    path, model = path_for(model), Path(model)
    if not path.is_file():
        return None
    try:
        values = files.read_json(path)
        if not _names(values, model.name):
            return None
        known = {item.name for item in fields(Card)}
        card = Card(**{key: value for key, value in values.items() if key in known})
        card = replace(
            card,
            classes=tuple(map(str, card.classes)),
            reference=_made(Reference, values.get("reference")),
            selftest=_made(SelfTest, values.get("selftest")),
        )
    except (DataError, ModelError, TypeError) as error:
        raise ModelError(f"{path}: expected a model's card; {error}") from error
    _check_hash(model, card)
    return card


def write(model: str | os.PathLike[str], card: Card) -> Path:
    """Write the card beside a model file; return its path. Raises OutputError."""
    path = path_for(model)
    files.write_json(path, asdict(card))
    return path


def _names(values: Any, model: str) -> bool:
    """Whether JSON found beside a model is its card: other programs' may have the same name."""
    hashes = values.get("sha256") if isinstance(values, dict) else None
    return isinstance(hashes, dict) and model in hashes


def _made(kind: type[T], kept: Mapping[str, Any] | None) -> T | None:
    """A part of the card, of which JSON knows the fields alone."""
    return None if kept is None else kind(**kept)


def _check_hash(model: Path, card: Card) -> None:
    if not model.exists():
        return
    try:
        expected, received = card.sha256[model.name], files.sha256(model)
    except OSError as error:
        raise ModelError(f"{model}: cannot be read ({error.strerror or error})") from error
    if expected != received:
        raise ModelError(
            f"{model}: expected the file that {path_for(model).name} is the card of "
            f"(SHA-256 {str(expected)[:12]}); received {received[:12]}"
        )
