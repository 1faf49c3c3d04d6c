"""Maps by emptying windows of a digit and asking again: for any classifier, .tflite files too.

Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.insight.maps.score import Map
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.form import SIDE

WINDOW = 5
"""Pixels a side: a stroke's width and a half."""


def occlusion(
    classifier: CardClassifier,
    images: NDArray[np.uint8],
    targets: NDArray[np.integer],
    window: int = WINDOW,
) -> Map:
    """By how much the score falls, on the average, when a window over a pixel is emptied.

    Args:
        classifier: any; its logits are asked for.
        images: (N, 28, 28) uint8.
        targets: (N,), the number of each one's class.
        window: pixels a side.

    Returns:
        (N, 28, 28); 0 where no window over the pixel has ink.
    """
    found = [
        _map_of(classifier, image, target, window)
        for image, target in zip(images, targets.tolist(), strict=True)
    ]
    return np.stack(found) if found else np.zeros((0, SIDE, SIDE), np.float32)


def scores(
    classifier: CardClassifier, images: NDArray[np.uint8], targets: NDArray[np.integer]
) -> NDArray[np.float64]:
    """The logits (N,) of each image's class less the mean of all its logits, as score.score_of."""
    logits = np.asarray(classifier.logits(images), np.float64)
    return logits[np.arange(len(logits)), targets] - logits.mean(axis=1)


def _map_of(
    classifier: CardClassifier, image: NDArray[np.uint8], target: int, window: int
) -> NDArray[np.float32]:
    windows = [box for box in _windows(window) if image[box].any()]
    emptied = np.repeat(image[None], len(windows) + 1, axis=0)
    for number, box in enumerate(windows, 1):
        emptied[number][box] = 0
    whole, *rest = scores(classifier, emptied, np.full(len(emptied), target)).tolist()
    total, count = np.zeros(image.shape), np.zeros(image.shape)
    for box in _windows(window):
        count[box] += 1
    for box, score in zip(windows, rest, strict=True):
        total[box] += whole - score
    return (total / count).astype(np.float32)


def _windows(side: int) -> list[Any]:
    """All windows that have a pixel of the digit's image in them, at its edges cut off."""
    starts = range(1 - side, SIDE)
    return [
        np.s_[max(top, 0) : top + side, max(left, 0) : left + side]
        for top in starts
        for left in starts
    ]
