"""What maps explain: how much a network's answer is one class more than the others."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

Map = NDArray[np.float32]
"""(N, 28, 28), one of each digit."""


def score_of(answer: Callable[[Any], Any], targets: NDArray[np.integer]) -> Callable[[Any], Any]:
    """What gives each image's score, (N,): the logit of its class less the mean of all logits.

    What the logits of an image have in common changes no probability, so it is no reason.

    Args:
        answer: gives logits (N, classes), such as a network.
        targets: (N,), the number of each image's class.
    """
    from keras import ops

    def score(images: Any) -> Any:
        logits = answer(images)
        chosen = ops.cast(ops.one_hot(targets, logits.shape[-1]), logits.dtype)
        return ops.sum(logits * chosen, axis=1) - ops.mean(logits, axis=1)

    return score


def class_score(network: "keras.Model", targets: NDArray[np.integer]) -> Callable[[Any], Any]:
    """The same of a network that acts as in prediction."""
    return score_of(lambda images: network(images, training=False), targets)


def pixels(images: NDArray[Any]) -> NDArray[np.float32]:
    """Digits (N, 28, 28) as networks take them, (N, 28, 28, 1)."""
    return np.asarray(images, np.float32)[..., None]
