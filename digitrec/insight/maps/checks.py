"""Whether a map shows what a network goes by: what can be measured of that.

Pictures please anyway. So what a map marks is taken away and the score is looked at; and the
network's weights are shuffled, whereupon the map should be another (Adebayo et al., "Sanity Checks
for Saliency Maps", 2018).
"""

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.insight.maps.occlusion import scores
from digitrec.insight.maps.score import Map
from digitrec.reading.classifier import CardClassifier

if TYPE_CHECKING:
    import keras

SHARE = 0.2
"""Of the ink, that is taken away."""

COARSE = 3.0
"""Pixels: how large the blotches of random maps are, about as large as a stroke's parts."""


def drops(
    classifier: CardClassifier,
    images: NDArray[np.uint8],
    targets: NDArray[np.integer],
    maps: Map,
    share: float = SHARE,
) -> NDArray[np.float64]:
    """By how much the score falls (N,) when the ink that the maps mark most is taken away.

    Args:
        classifier: what is asked.
        images: (N, 28, 28).
        targets: (N,).
        maps: (N, 28, 28).
        share: of the pixels with ink, how many are emptied.
    """
    emptied = np.stack([_without(*pair, share) for pair in zip(images, maps, strict=True)])
    return scores(classifier, images, targets) - scores(classifier, emptied, targets)


def random_maps(count: int, seed: int = 0) -> Map:
    """Maps (count, 28, 28) of blotches that know nothing of the digits."""
    noise = np.random.default_rng(seed).normal(size=(count, 28, 28)).astype(np.float32)
    return np.stack([cv2.GaussianBlur(one, (0, 0), COARSE) for one in noise])


def likeness(images: NDArray[np.uint8], first: Map, second: Map) -> NDArray[np.float64]:
    """How alike maps (N, 28, 28) are, (N,): the correlation of the ranks of their absolute values.

    1: the same places in the same order; 0: nothing in common. Only pixels with ink are compared,
    for where there is none many a map is 0 whatever the network.
    """
    found = [
        _correlation(np.abs(one[image > 0]), np.abs(other[image > 0]))
        for image, one, other in zip(images, first, second, strict=True)
    ]
    return np.array(found)


def shuffled(network: "keras.Model", seed: int = 0) -> "keras.Model":
    """A copy of a network whose weights are the same numbers, each array in random order."""
    from digitrec.compression.structure.rebuild import Piece, copied, rebuilt

    random = np.random.default_rng(seed)

    def mixed(layer: Any) -> list[Piece]:
        ((own, weights),) = ((piece.layer, piece.weights) for piece in copied(layer))
        return [Piece(own, [random.permuted(one.ravel()).reshape(one.shape) for one in weights])]

    return rebuilt(network, mixed)


def _without(
    image: NDArray[np.uint8], marked: NDArray[np.floating], share: float
) -> NDArray[np.uint8]:
    places = np.flatnonzero(image)
    most = places[np.argsort(-marked.ravel()[places], kind="stable")][: round(share * len(places))]
    emptied = image.copy()
    emptied.ravel()[most] = 0
    return emptied


def _correlation(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Spearman's, of values (P,) each."""
    first, second = (_ranks(values) - (len(values) - 1) / 2 for values in (one, other))
    both = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / both if both else 0.0


def _ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """The rank of each value (P,), from 0; of values that are the same, the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count + 1) / 2)[place]
