"""What the model says of the inks of one picture, each of which it is asked of once.

The layout asks of pieces, of what they may be together, and of the places that come of it; each
way to look at a picture does so again. Most of it is the same ink.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.reading import reject
from digitrec.reading.classifier import CardClassifier, softmax
from digitrec.reading.form import SIDE
from digitrec.reading.ink import DigitInk
from digitrec.reading.normalize import near_mnist_width, to_mnist
from digitrec.reading.reject import DigitStatus

DOUBTFUL = 0.1
"""What is left of a confidence, for the layout, when the ink is no digit."""


@dataclass(frozen=True)
class Answer:
    """What is said of one digit.

    Attributes:
        image: in MNIST's form, (28, 28).
        probabilities: (classes,), calibrated.
        status: what the answer is worth.
    """

    image: NDArray[np.uint8]
    probabilities: NDArray[np.float64]
    status: DigitStatus

    @property
    def sure(self) -> float:
        """How sure it is that this is one digit, 0 to 1."""
        even = 1 / len(self.probabilities)
        sure = (float(self.probabilities.max()) - even) / (1 - even)
        return sure * DOUBTFUL if self.status == "not_a_digit" else sure


class Asked:
    """Asks a classifier of inks, and remembers what it said."""

    def __init__(self, classifier: CardClassifier) -> None:
        self._classifier = classifier
        self._known: dict[bytes, Answer] = {}

    def rate(self, digits: Sequence[DigitInk]) -> NDArray[np.float64]:
        """How sure it is that each ink is one digit, 0 to 1."""
        return np.array([answer.sure for answer in self.of(digits)])

    def of(self, digits: Sequence[DigitInk]) -> list[Answer]:
        """What is said of each ink."""
        keys = [_key(digit) for digit in digits]
        new = {
            key: digit for key, digit in zip(keys, digits, strict=True) if key not in self._known
        }
        if new:
            images = images_of(list(new.values()))
            logits = self._classifier.logits(images)
            self._known |= zip(new, answers(images, logits, self._classifier), strict=True)
        return [self._known[key] for key in keys]


def answers(
    images: NDArray[np.uint8], logits: NDArray[np.float32], classifier: CardClassifier
) -> list[Answer]:
    """What logits (N, classes) say of images (N, 28, 28), by the classifier's card."""
    card = classifier.card
    rows = softmax(logits / card.temperature)
    statuses = reject.judged(images, logits, rows, card)
    return [Answer(*one) for one in zip(images, rows, statuses, strict=True)]


def images_of(digits: Sequence[DigitInk]) -> NDArray[np.uint8]:
    """Inks in MNIST's form, (N, 28, 28)."""
    images = np.zeros((len(digits), SIDE, SIDE), np.uint8)
    for number, digit in enumerate(digits):
        is_ready = digit.dtype == np.uint8
        images[number] = digit if is_ready else to_mnist(near_mnist_width(digit))
    return images


def _key(digit: DigitInk) -> bytes:
    shape = np.array([*digit.shape, digit.itemsize], np.int32).tobytes()
    return hashlib.blake2b(shape + digit.tobytes(), digest_size=16).digest()
