"""What is no digit: by the model's energy and by measures of the ink, against the card's limits."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.card import Card
from digitrec.reading.classifier import energies, softmax
from digitrec.reading.normalize import BOX, HALF_INK, stroke_width

DigitStatus = Literal["ok", "uncertain", "not_a_digit"]

MEASURES = ("aspect", "fill", "stroke")


def measures(image: NDArray[np.uint8]) -> dict[str, float]:
    """What the ink of a digit in MNIST's form (28, 28) looks like, whatever it says.

    Returns:
        aspect: its width by its height. fill: ink, as a share of the square on its longer side.
        stroke: the mean width of its strokes by the 20 pixels of MNIST's box.
    """
    ink = (image > HALF_INK).view(np.uint8)
    _, _, width, height = cv2.boundingRect(ink)
    if not height:
        return dict.fromkeys(MEASURES, 0.0)
    return {
        "aspect": width / height,
        "fill": cv2.countNonZero(ink) / max(height, width) ** 2,
        "stroke": stroke_width(image) / BOX,
    }


def most_of_measures(images: NDArray[np.uint8]) -> dict[str, float]:
    """The most of each measure among digits (N, 28, 28) in MNIST's form."""
    found = [measures(image) for image in images]
    return {name: max(one[name] for one in found) for name in MEASURES}


def statuses(
    images: NDArray[np.uint8], logits: NDArray[np.floating], card: Card
) -> list[DigitStatus]:
    """What each reading is worth, by the card's limits.

    Args:
        images: (N, 28, 28) in MNIST's form.
        logits: (N, classes), what the model says of them.
        card: the model's.

    Returns:
        "not_a_digit" where the energy or a measure of the ink is beyond its limits; else
        "uncertain" where the energy or the confidence is beyond theirs; else "ok".
    """
    return judged(images, logits, softmax(logits / card.temperature), card)


def judged(
    images: NDArray[np.uint8],
    logits: NDArray[np.floating],
    probabilities: NDArray[np.float64],
    card: Card,
) -> list[DigitStatus]:
    """The same, where the probabilities (N, classes) of the logits are known."""
    found = energies(logits, card.temperature).tolist()
    confidences = probabilities.max(axis=1).tolist()
    return [
        _status(image, energy, confidence, card)
        for image, energy, confidence in zip(images, found, confidences, strict=True)
    ]


def _status(image: NDArray[np.uint8], energy: float, confidence: float, card: Card) -> DigitStatus:
    if _above(energy, card.reject_energy) or _is_odd(image, card):
        return "not_a_digit"
    if _above(energy, card.uncertain_energy) or confidence < card.uncertain_below:
        return "uncertain"
    return "ok"


def _above(value: float, limit: float | None) -> bool:
    return limit is not None and value > limit


def _is_odd(image: NDArray[np.uint8], card: Card) -> bool:
    """Whether there is more of a measure of the ink than in any digit.

    Less is no sign of anything: a 1 may be as narrow, and a pen as thin, as it likes.
    """
    if not card.reject_above:
        return False
    found = measures(image)
    return any(found.get(name, 0.0) > most for name, most in card.reject_above.items())
