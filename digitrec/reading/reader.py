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
from digitrec.reading import layout, plain, views
from digitrec.reading import picture as pictures
from digitrec.reading.asked import Answer, Asked, answers, images_of
from digitrec.reading.classifier import CardClassifier, Classifier
from digitrec.reading.context import among_digits
from digitrec.reading.form import DIGIT_NAMES, POLARITIES, SIDE, Polarity
from digitrec.reading.ink import Ink
from digitrec.reading.layout import Place
from digitrec.reading.layout.pieces import Piece, trimmed
from digitrec.reading.picture import Picture, Source
from digitrec.reading.reading import Digit, Reading, reading_of

__all__ = ["Digit", "Reader", "Reading", "Seen", "digit_image"]

TOGETHER = 16
"""Digits in MNIST's form that go to the classifier in one batch: answers come as it goes."""


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
        max_pixels: a picture file of more is refused before it is decoded.
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
        max_pixels: int = pictures.MAX_PIXELS,
        watch: Callable[[Seen], None] | None = None,
    ) -> None:
        expect_one_of("polarity", polarity, POLARITIES)
        self.polarity: Polarity = polarity
        self.single = single
        self.max_pixels = max_pixels
        self.watch = watch
        self.classifier = model if isinstance(model, CardClassifier) else Classifier(model)

    def read(self, source: Source) -> Reading:
        """Read one picture: a path, bytes, a Pillow image or an array (see picture.load).

        Raises:
            PictureError: it cannot be opened as a picture.
        """
        return self.see(source).reading

    def read_all(self, sources: Iterable[Source]) -> Iterator[Reading]:
        """Read many pictures, in order. One that cannot be opened gets status "error".

        Of a sequence, plain PNG files of digits in MNIST's form go to the classifier TOGETHER;
        of what may come late, each picture is answered before the next is asked for.
        """
        most = TOGETHER if isinstance(sources, Sequence) and self.watch is None else 1
        together: list[tuple[Source, Ink]] = []
        for source in sources:
            ink = self.in_form(plain.content_of(source)) if most > 1 else None
            if ink is not None:
                together.append((source, ink))
            if ink is None or len(together) == most:
                yield from self._read_together(together)
                together = []
            if ink is None:
                yield self._read_or_refused(source)
        yield from self._read_together(together)

    def see(self, source: Source) -> Seen:
        """Read one picture, and keep what was seen on the way.

        Raises:
            PictureError: it cannot be opened as a picture.
        """
        picture = pictures.load(source, self.max_pixels)
        seen = self._seen_as_it_is(picture) or self._seen(picture)
        seen = replace(seen, reading=replace(seen.reading, file=_name(source)))
        if self.watch is not None:
            self.watch(seen)
        return seen

    def in_form(self, source: bytes) -> Ink | None:
        """The ink of a plain PNG file of one digit in MNIST's form; None for all others.

        With what is said of it, `reading_in_form` makes the reading that `read` would.
        """
        grey = plain.grey_of(source)
        return None if grey is None else inks.in_form(grey, self.polarity)

    def reading_in_form(self, ink: Ink, answer: Answer) -> Reading | None:
        """What a digit in MNIST's form says.

        None where it does not read well as it is: then it is to be looked at as any picture.
        """
        if answer.sure < views.READS_WELL:
            return None
        return reading_of((self._digit(answer, ink.box()),), ink.notes, None)

    def _read_or_refused(self, source: Source) -> Reading:
        try:
            return self.read(source)
        except PictureError as error:
            return Reading(status="error", file=_name(source), error=str(error))

    def _read_together(self, digits: Sequence[tuple[Source, Ink]]) -> Iterator[Reading]:
        """Read digits in MNIST's form; those that do not read well so, as any picture."""
        if not digits:
            return
        images = np.concatenate([image_of(ink) for _, ink in digits])
        said = answers(images, self.classifier.logits(images), self.classifier)
        for (source, ink), answer in zip(digits, said, strict=True):
            reading = self.reading_in_form(ink, answer)
            if reading is None:
                yield self._read_or_refused(source)
            else:
                yield replace(reading, file=_name(source))

    def _seen_as_it_is(self, picture: Picture) -> Seen | None:
        ink = None if (grey := picture.small_grey) is None else inks.in_form(grey, self.polarity)
        if ink is None:
            return None
        images = image_of(ink)
        (answer,) = answers(images, self.classifier.logits(images), self.classifier)
        reading = self.reading_in_form(ink, answer)
        if reading is None:
            return None
        reading = replace(reading, notes=picture.notes + reading.notes)
        return Seen(picture, ink, [Place(trimmed(Piece(0, 0, ink.core)), 0)], images, reading)

    def _seen(self, picture: Picture) -> Seen:
        asked = Asked(self.classifier)
        view = views.clearest(self._inks(picture), asked.rate, single=self.single)
        ink, places = view.ink, view.places
        if view.turns:
            picture = _turned(picture, view.turns)
        found = asked.of(views.inks_of(places, ink))
        digits = [
            replace(self._digit(answer, _box(place, ink, picture)), line=place.line)
            for answer, place in zip(found, places, strict=True)
        ]
        digits = among_digits(digits)
        digits = [_uncertain(digit) for digit in digits] if view.doubted else digits
        notes = picture.notes + ink.notes + _notes(places, ink)
        images = np.array([answer.image for answer in found], np.uint8).reshape(-1, SIDE, SIDE)
        return Seen(picture, ink, places, images, reading_of(tuple(digits), notes, None))

    def read_digits(self, images: NDArray[np.uint8]) -> Iterator[Reading]:
        """Read digits (N, 28, 28) uint8 that are in MNIST's form, as rows of Kaggle's CSV are.

        Only dark ink on light ground is turned round; nothing is moved or dropped.
        """
        for start in range(0, len(images), TOGETHER):
            found = [inks.of_digit(image, self.polarity) for image in images[start:][:TOGETHER]]
            inked = [ink for ink in found if not ink.empty]
            seen = np.array([ink.strokes for ink in inked]).reshape(-1, SIDE, SIDE).astype(np.uint8)
            said = iter(answers(seen, self.classifier.logits(seen), self.classifier))
            for ink in found:
                if ink.empty:
                    yield Reading()
                else:
                    yield reading_of((self._digit(next(said), ink.box()),), ink.notes, None)

    def _inks(self, picture: Picture) -> Iterator[Ink]:
        """What the ink is, then what else it may be."""
        ink = inks.find(picture, self.polarity)
        yield ink
        yield from inks.otherwise(picture, self.polarity, ink)

    def _digit(self, answer: Answer, box: tuple[int, int, int, int]) -> Digit:
        best = int(answer.probabilities.argmax())
        name = self.classifier.card.classes[best]
        return Digit(
            int(name) if name in DIGIT_NAMES else name,
            float(answer.probabilities[best]),
            answer.status,
            0,
            box,
            tuple(answer.probabilities.tolist()),
        )


def digit_image(source: Source, polarity: Polarity = "auto") -> NDArray[np.uint8]:
    """A picture of one digit in MNIST's form, (28, 28) uint8, as the reader would see it.

    All 0 when the picture is empty.

    Raises:
        PictureError: it cannot be opened as a picture.
    """
    ink = inks.find(pictures.load(source), polarity)
    places = [] if ink.empty else layout.whole(ink)
    return images_of([layout.ink_of(place.piece, ink) for place in places[:1]] or [ink.strokes])[0]


def image_of(ink: Ink) -> NDArray[np.uint8]:
    """A digit whose ink is in MNIST's form as the model takes it, (1, 28, 28)."""
    return ink.strokes.astype(np.uint8)[None]


def _uncertain(digit: Digit) -> Digit:
    """A digit of ink that was first seen another way, in which it was none or hardly one."""
    return replace(digit, status="uncertain") if digit.status == "ok" else digit


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
