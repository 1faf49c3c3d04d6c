"""All of the reading: a picture in, its digits out.

>>> Reader().read("seven.png").text
'7'
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.errors import PictureError, expect_one_of
from digitrec.reading import ink as inks
from digitrec.reading import picture as pictures
from digitrec.reading.classifier import Classifier
from digitrec.reading.form import DIGIT_NAMES, POLARITIES, SIDE, Polarity
from digitrec.reading.ink import Ink
from digitrec.reading.normalize import to_mnist
from digitrec.reading.picture import Picture, Source

TOGETHER = 16
"""Pictures whose digits go to the classifier in one batch: few, so that answers come as it goes."""


@dataclass(frozen=True)
class Digit:
    """One digit of a picture.

    Attributes:
        digit: 0 to 9, or the class's name when the model's classes are not the ten digits.
        confidence: its calibrated probability.
        status: "ok", "uncertain" or "not_a_digit".
        line: which line of the picture it is on, from 0.
        box: x, y, width, height in the upright picture's pixels.
        probabilities: one a class, calibrated, summing to 1.
    """

    digit: int | str
    confidence: float
    status: str
    line: int
    box: tuple[int, int, int, int]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Reading:
    """What a picture says.

    Attributes:
        text: its digits in reading order, lines joined by a line break.
        digits: one entry a digit found.
        status: "ok", "uncertain", "not_a_digit", "empty" or "error".
        notes: what happened on the way, such as "light ink on dark ground".
        file: the name that the picture came under, if it had one.
        error: why it could not be opened, when the status is "error".
    """

    text: str = ""
    digits: tuple[Digit, ...] = ()
    status: str = "empty"
    notes: tuple[str, ...] = ()
    file: str | None = None
    error: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The form that `predict --json` prints and the service answers."""
        return {
            "file": self.file,
            "status": self.status,
            "text": self.text,
            "digits": [_digit_as_dict(digit) for digit in self.digits],
            "notes": list(self.notes),
            "error": self.error,
        }


class Reader:
    """Reads digits from pictures.

    Args:
        model: a .tflite file or a Classifier; None takes the shipped model.
        polarity: "dark" or "light" ink, or "auto".

    Raises:
        ModelError: the model cannot be used; see Classifier.
        OptionError: the polarity is none of these.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | Classifier | None = None,
        *,
        polarity: Polarity = "auto",
    ) -> None:
        expect_one_of("polarity", polarity, POLARITIES)
        self.polarity: Polarity = polarity
        self.classifier = model if isinstance(model, Classifier) else Classifier(model)

    def read(self, source: Source) -> Reading:
        """Read one picture: a path, bytes, a Pillow image or an array (see picture.load).

        Raises:
            PictureError: it cannot be opened as a picture.
        """
        found = _find(source, self.polarity)
        return self._answer([found])[0]

    def read_all(self, sources: Iterable[Source]) -> Iterator[Reading]:
        """Read many pictures, in order. One that cannot be opened gets status "error"."""
        waiting: list[_Found] = []
        for source in sources:
            waiting.append(_find_or_say_why(source, self.polarity))
            if len(waiting) == TOGETHER:
                yield from self._answer(waiting)
                waiting = []
        yield from self._answer(waiting)

    def read_digits(self, images: NDArray[np.uint8]) -> Iterator[Reading]:
        """Read digits (N, 28, 28) uint8 that are in MNIST's form, as rows of Kaggle's CSV are.

        Only dark ink on light ground is turned round; nothing is moved or dropped.
        """
        for start in range(0, len(images), TOGETHER):
            together = images[start : start + TOGETHER]
            yield from self._answer([_found_digit(image, self.polarity) for image in together])

    def _answer(self, found: list["_Found"]) -> list[Reading]:
        """Classify all the digits found in one batch, and put each into its reading."""
        images = [item.image for item in found if item.image is not None]
        answers = iter(self.classifier.probabilities(np.stack(images)) if images else ())
        return [
            item.reading if item.image is None else self._reading(item, next(answers))
            for item in found
        ]

    def _reading(self, item: "_Found", probabilities: NDArray[np.float64]) -> Reading:
        best = int(probabilities.argmax())
        confidence = float(probabilities[best])
        card = self.classifier.card
        status = "uncertain" if confidence < card.uncertain_below else "ok"
        name = card.classes[best]
        digit = Digit(
            int(name) if name in DIGIT_NAMES else name,
            confidence,
            status,
            0,
            item.box,
            tuple(probabilities.tolist()),
        )
        return Reading(name, (digit,), status, item.reading.notes, item.reading.file)


def digit_image(source: Source, polarity: Polarity = "auto") -> NDArray[np.uint8]:
    """A picture of one digit in MNIST's form, (28, 28) uint8, as the reader would see it.

    All 0 when the picture is empty.

    Raises:
        PictureError: it cannot be opened as a picture.
    """
    image = _find(source, polarity).image
    return np.zeros((SIDE, SIDE), np.uint8) if image is None else image


@dataclass(frozen=True)
class _Found:
    """A picture before it is classified: its digit (None if it has none), place and notes."""

    image: NDArray[np.uint8] | None
    box: tuple[int, int, int, int]
    reading: Reading


def _find_or_say_why(source: Source, polarity: Polarity) -> _Found:
    try:
        return _find(source, polarity)
    except PictureError as error:
        failed = Reading(status="error", file=_name(source), error=str(error))
        return _Found(None, (0, 0, 0, 0), failed)


def _find(source: Source, polarity: Polarity) -> _Found:
    picture = pictures.load(source)
    ink = inks.find(picture, polarity)
    reading = Reading(notes=picture.notes + ink.notes, file=_name(source))
    if ink.empty:
        return _Found(None, (0, 0, 0, 0), reading)
    return _Found(to_mnist(ink.strokes), _box_in_picture(ink, picture), reading)


def _found_digit(image: NDArray[np.uint8], polarity: Polarity) -> _Found:
    ink = inks.of_digit(image, polarity)
    if ink.empty:
        return _Found(None, ink.box(), Reading())
    return _Found(ink.strokes.astype(np.uint8), ink.box(), Reading(notes=ink.notes))


def _box_in_picture(ink: Ink, picture: Picture) -> tuple[int, int, int, int]:
    x, y, width, height = ink.box()
    rows, columns = picture.pixels.shape[:2]
    left, top = round(x * ink.scale), round(y * ink.scale)
    right = min(round((x + width) * ink.scale), columns)
    bottom = min(round((y + height) * ink.scale), rows)
    return left, top, right - left, bottom - top


def _name(source: Source) -> str | None:
    if isinstance(source, bytes | Image.Image | np.ndarray):
        return None
    return os.fspath(source)


def _digit_as_dict(digit: Digit) -> dict[str, Any]:
    return {
        "digit": digit.digit,
        "confidence": round(digit.confidence, 6),
        "status": digit.status,
        "line": digit.line,
        "box": list(digit.box),
        "probabilities": [round(value, 6) for value in digit.probabilities],
    }
