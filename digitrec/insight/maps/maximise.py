"""What a class or a filter would like best: pictures that are changed until it answers most.

Erhan et al., "Visualizing Higher-Layer Features of a Deep Network" (2009). Between the steps the
picture is blurred a little and moved to and fro, or it becomes noise that no pen could draw (Olah,
Mordvintsev, Schubert, "Feature Visualization", 2017).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.insight.maps.layers import layer_of
from digitrec.insight.maps.score import pixels, score_of
from digitrec.reading.form import SIDE

if TYPE_CHECKING:
    import keras

STEPS = 120
STEP = 24.0
"""Greys by which the pixel that matters most changes in a step, at first; it falls to none."""

BLUR = 0.8
"""Pixels, at first."""

NOISE = 96
"""Greys of the noise that it begins with, at most: in too little of it no filter finds anything."""

WANDER = 2
"""Pixels that the picture is moved by, at most, before a step."""

FADE = 0.985
"""What is left of all ink after a step, so that only ink stays that is wanted again and again."""


def liked_by_classes(network: "keras.Model", count: int) -> NDArray[np.uint8]:
    """A picture (count, 28, 28) for each of the first `count` classes."""
    targets = np.arange(count)
    return _climbed(score_of(lambda images: network(images, training=False), targets), count)


def liked_by_filters(network: "keras.Model", layer: str, most: int) -> NDArray[np.uint8]:
    """A picture (N, 28, 28) for each of up to `most` filters, or units, of a layer.

    What counts is the mean of a filter's answers at all places.

    Raises:
        OptionError: there is no such layer.
    """
    import keras
    from keras import ops

    seen = keras.Model(network.inputs[0], layer_of(network, layer).output)
    count = min(seen.output.shape[-1], most)

    def score(images: Any) -> Any:
        answers = ops.reshape(seen(images, training=False), (count, -1, seen.output.shape[-1]))
        return ops.diagonal(ops.mean(answers, axis=1))

    return _climbed(score, count)


def _climbed(score: Callable[[Any], Any], count: int) -> NDArray[np.uint8]:
    """Pictures (count, 28, 28) of a high score, each begun with the same faint noise."""
    from keras import ops

    from digitrec.training.gradients import input_gradients

    random = np.random.default_rng(0)
    images = np.repeat(random.uniform(0, NOISE, (1, SIDE, SIDE)), count, axis=0).astype(np.float32)
    for left in np.linspace(1, 0, STEPS, endpoint=False):
        moved = tuple(random.integers(-WANDER, WANDER + 1, 2))
        slopes = input_gradients(score, pixels(np.roll(images, moved, axis=(1, 2))))
        slopes = ops.convert_to_numpy(slopes)[..., 0]
        slopes = np.roll(slopes, tuple(-one for one in moved), axis=(1, 2))
        largest = np.abs(slopes).max(axis=(1, 2), keepdims=True)
        images = images + STEP * left * slopes / np.maximum(largest, 1e-12)
        soft = [cv2.GaussianBlur(one, (0, 0), BLUR * left + 0.1) for one in images]
        images = np.clip(np.stack(soft) * FADE, 0, 255)
    return images.astype(np.uint8)
