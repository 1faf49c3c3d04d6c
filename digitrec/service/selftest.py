"""What a model has to read before it may answer: its card's digits, and ten that are drawn here."""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.errors import ModelError
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.form import DIGIT_NAMES
from digitrec.reading.normalize import to_mnist
from digitrec.reading.reader import Reader

FIELD, THICKNESS = 200, 17
"""Pixels: of the field that digits are drawn on, and of the pen."""

MOST_MISREAD = 1
"""Of the ten: pens differ, and so may one digit."""

Stroke = list[tuple[int, int]]

_STROKES: tuple[list[Stroke | tuple[int, ...]], ...] = (
    [(100, 100, 48, 72, 0, 360)],
    [[(100, 28), (100, 172)]],
    [(100, 68, 44, 40, 180, 400), [(134, 94), (56, 172), (148, 172)]],
    [(94, 64, 44, 36, 200, 450), (94, 136, 50, 36, 270, 520)],
    [[(60, 28), (48, 108), (148, 108)], [(128, 40), (128, 172)]],
    [[(140, 28), (72, 28), (66, 91)], (96, 126, 48, 46, 230, 500)],
    [[(124, 28), (84, 60), (62, 96), (56, 132)], (100, 132, 44, 40, 0, 360)],
    [[(52, 28), (148, 28), (88, 172)]],
    [(100, 62, 38, 34, 0, 360), (100, 134, 46, 38, 0, 360)],
    [(100, 68, 42, 40, 0, 360), [(142, 68), (138, 120), (120, 172)]],
)
"""Of each digit: lines from point to point, and arcs by centre, radii, and degrees clockwise."""


def digits() -> NDArray[np.uint8]:
    """The digits 0 to 9 in MNIST's form, (10, 28, 28)."""
    return np.stack([to_mnist(_drawn(strokes)) for strokes in _STROKES])


def check(classifier: CardClassifier) -> None:
    """See that a model answers as it did, and as one of its kind must.

    Raises:
        ModelError: it gives no probabilities, or something else for the digits of its card, if it
            has any, than it gave; or its classes are the ten digits and it misreads more than
            MOST_MISREAD of those drawn here.
    """
    if kept := classifier.card.selftest:
        logits = classifier.logits(kept.digits())
        kept.expect(logits, classifier.classes, classifier.source)
    probabilities = classifier.probabilities(digits())
    if not np.allclose(probabilities.sum(axis=1), 1):
        raise ModelError(f"{classifier.source}: expected probabilities; their sum is not 1")
    if classifier.classes != DIGIT_NAMES:
        return
    read = probabilities.argmax(axis=1)
    wrong = int((read != np.arange(len(DIGIT_NAMES))).sum())
    if wrong > MOST_MISREAD:
        shown = "".join(map(str, read.tolist()))
        raise ModelError(
            f"{classifier.source}: expected to read {''.join(DIGIT_NAMES)} off the self-test's "
            f"digits, but for {MOST_MISREAD}; received {shown}"
        )


def warm_up(classifier: CardClassifier) -> None:
    """Read a picture as any other, so that whoever comes first need not wait for libraries."""
    buffer = io.BytesIO()
    Image.fromarray(_drawn(_STROKES[5])).save(buffer, "PNG")
    Reader(classifier).read(buffer.getvalue())


def _drawn(strokes: list[Stroke | tuple[int, ...]]) -> NDArray[np.uint8]:
    field = np.zeros((FIELD, FIELD), np.uint8)
    for stroke in strokes:
        points = np.array(stroke) if isinstance(stroke, list) else _arc(*stroke)
        cv2.polylines(field, [points], False, 255, THICKNESS, cv2.LINE_AA)
    return field


def _arc(x: int, y: int, across: int, down: int, start: int, end: int) -> NDArray[np.int32]:
    return np.array(cv2.ellipse2Poly((x, y), (across, down), 0, start, end, 5))
