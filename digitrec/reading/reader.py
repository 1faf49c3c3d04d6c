"""All of the reading: a picture in, its digits out.

>>> Reader().read("seven.png").text
'7'
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.errors import PictureError, expect_one_of
from digitrec.reading import ink as inks
from digitrec.reading import layout, reject, views
from digitrec.reading import picture as pictures
from digitrec.reading.classifier import CardClassifier, Classifier, softmax
from digitrec.reading.context import among_digits
from digitrec.reading.form import DIGIT_NAMES, POLARITIES, SIDE, DigitStatus, Polarity
from digitrec.reading.ink import DigitInk, Ink
from digitrec.reading.layout import Place
from digitrec.reading.normalize import near_mnist_width, to_mnist
from digitrec.reading.picture import Picture, Source
from digitrec.reading.reading import Digit, Reading, reading_of

__all__ = ["Digit", "Reader", "Reading", "Seen", "digit_image"]

TOGETHER = 16
"""Digits in MNIST's form that go to the classifier in one batch: answers come as it goes."""

DOUBTFUL = 0.1
"""What is left of a confidence, for the layout, when the ink is no digit."""


@dataclass(frozen=True)
class Seen:
    """What was seen on the way to a reading, to draw it.

    Attributes:
        picture: as it was opened, turned upright.
        ink: what was found on it.
        places: the digits' places in the ink.
        images: each digit in MNIST's form, (N, 28, 28) uint8.
        reading: what came of it.
    """

    picture: Picture
    ink: Ink
    places: Sequence[Place]
    images: NDArray[np.uint8]
    reading: Reading


class Reader:
    """Reads digits from pictures.

    Args:
        model: a .tflite file or a classifier; None takes the shipped model.
        polarity: "dark" or "light" ink, or "auto".
        single: whether each picture is of one digit: all its ink is then that digit's.
        watch: called with each picture that was opened and what was seen of it, to draw it.

    Raises:
        ModelError: the model cannot be used; see Classifier.
        OptionError: an unknown polarity.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | CardClassifier | None = None,
        *,
        polarity: Polarity = "auto",
        single: bool = False,
        watch: Callable[[Seen], None] | None = None,
    ) -> None:
        expect_one_of("polarity", polarity, POLARITIES)
        self.polarity: Polarity = polarity
        self.single = single
        self.watch = watch
        self.classifier = model if isinstance(model, CardClassifier) else Classifier(model)

    def read(self, source: Source) -> Reading:
        """Read one picture: a path, bytes, a Pillow image or an array (see picture.load).

        Raises:
            PictureError: it cannot be opened as a picture.
        """
        return self.see(source).reading

    def read_all(self, sources: Iterable[Source]) -> Iterator[Reading]:
        """Read many pictures, in order. One that cannot be opened gets status "error"."""
        for source in sources:
            try:
                yield self.read(source)
            except PictureError as error:
                yield Reading(status="error", file=_name(source), error=str(error))

    def see(self, source: Source) -> Seen:
        """Read one picture, and keep what was seen on the way.

        Raises:
            PictureError: it cannot be opened as a picture.
        """
        picture = pictures.load(source)
        view = views.clearest(self._inks(picture), self._rate, single=self.single)
        ink, places = view.ink, view.places
        if view.turns:
            picture = _turned(picture, view.turns)
        images = _images(views.inks_of(places, ink))
        digits = self._digits(images, [_box(place, ink, picture) for place in places])
        digits = [replace(d, line=place.line) for d, place in zip(digits, places, strict=True)]
        digits = among_digits(digits)
        digits = [_uncertain(digit) for digit in digits] if view.doubted else digits
        notes = picture.notes + ink.notes + _notes(places, ink)
        reading = reading_of(tuple(digits), notes, _name(source))
        seen = Seen(picture, ink, places, images, reading)
        if self.watch is not None:
            self.watch(seen)
        return seen

    def read_digits(self, images: NDArray[np.uint8]) -> Iterator[Reading]:
        """Read digits (N, 28, 28) uint8 that are in MNIST's form, as rows of Kaggle's CSV are.

        Only dark ink on light ground is turned round; nothing is moved or dropped.
        """
        for start in range(0, len(images), TOGETHER):
            found = [inks.of_digit(image, self.polarity) for image in images[start:][:TOGETHER]]
            inked = [ink for ink in found if not ink.empty]
            seen = np.array([ink.strokes for ink in inked]).reshape(-1, SIDE, SIDE).astype(np.uint8)
            digits = iter(self._digits(seen, [ink.box() for ink in inked]))
            for ink in found:
                yield Reading() if ink.empty else reading_of((next(digits),), ink.notes, None)

    def _inks(self, picture: Picture) -> Iterator[Ink]:
        """What the ink is, then what else it may be."""
        ink = inks.find(picture, self.polarity)
        yield ink
        yield from inks.otherwise(picture, self.polarity, ink)

    def _rate(self, digits: Sequence[DigitInk]) -> NDArray[np.float64]:
        """How sure it is that each ink is one digit, 0 to 1."""
        images = _images(digits)
        probabilities, statuses = self._answers(images)
        no_digit = [status == "not_a_digit" for status in statuses]
        even = 1 / probabilities.shape[1]
        sure = (probabilities.max(axis=1) - even) / (1 - even)
        return sure * np.where(no_digit, DOUBTFUL, 1.0)

    def _answers(self, images: NDArray[np.uint8]) -> tuple[NDArray[np.float64], list[DigitStatus]]:
        """Probabilities (N, classes), and the status of each."""
        card = self.classifier.card
        logits = self.classifier.logits(images)
        return softmax(logits / card.temperature), reject.statuses(images, logits, card)

    def _digits(
        self, images: NDArray[np.uint8], boxes: Sequence[tuple[int, int, int, int]]
    ) -> list[Digit]:
        if not len(images):
            return []
        answers = zip(*self._answers(images), boxes, strict=True)
        return [self._digit(row, status, box) for row, status, box in answers]

    def _digit(
        self,
        probabilities: NDArray[np.float64],
        status: DigitStatus,
        box: tuple[int, int, int, int],
    ) -> Digit:
        best = int(probabilities.argmax())
        name = self.classifier.card.classes[best]
        return Digit(
            int(name) if name in DIGIT_NAMES else name,
            float(probabilities[best]),
            status,
            0,
            box,
            tuple(probabilities.tolist()),
        )


def digit_image(source: Source, polarity: Polarity = "auto") -> NDArray[np.uint8]:
    """A picture of one digit in MNIST's form, (28, 28) uint8, as the reader would see it.

    All 0 when the picture is empty.

    Raises:
        PictureError: it cannot be opened as a picture.
    """
    ink = inks.find(pictures.load(source), polarity)
    places = [] if ink.empty else layout.whole(ink)
    return _images([layout.ink_of(place.piece, ink) for place in places[:1]] or [ink.strokes])[0]


def _uncertain(digit: Digit) -> Digit:
    """A digit of ink that was first seen another way, in which it was none or hardly one."""
    return replace(digit, status="uncertain") if digit.status == "ok" else digit


def _images(digits: Sequence[DigitInk]) -> NDArray[np.uint8]:
    images = np.zeros((len(digits), SIDE, SIDE), np.uint8)
    for number, digit in enumerate(digits):
        is_ready = digit.dtype == np.uint8
        images[number] = digit if is_ready else to_mnist(near_mnist_width(digit))
    return images


def _turned(picture: Picture, turns: int) -> Picture:
    return replace(picture, pixels=np.ascontiguousarray(np.rot90(picture.pixels, turns)))


def _box(place: Place, ink: Ink, picture: Picture) -> tuple[int, int, int, int]:
    """Where a digit is, in pixels of the picture's file."""
    rows, columns = (round(side * picture.scale) for side in picture.pixels.shape[:2])
    piece = place.piece
    left, top = round(piece.x * ink.scale), round(piece.y * ink.scale)
    right = min(round(piece.right * ink.scale), columns)
    bottom = min(round(piece.bottom * ink.scale), rows)
    return left, top, right - left, bottom - top


def _notes(places: Sequence[Place], ink: Ink) -> tuple[str, ...]:
    count = sum(place.cut for place in places)
    notes = [f"{count} touching digits split"] * (count > 0)
    notes += [f"only the {layout.MOST_PIECES} largest pieces looked at"] * layout.is_crowded(ink)
    return tuple(notes)


def _name(source: Source) -> str | None:
    if isinstance(source, bytes | Image.Image | np.ndarray):
        return None
    return os.fspath(source)
