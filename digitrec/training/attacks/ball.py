"""What an attacker may make of an image: all images that are near it by a norm."""

from dataclasses import dataclass, replace
from typing import Any

import keras
from keras import ops

from digitrec.errors import OptionError, expect_one_of
from digitrec.training.attacks import NORMS, WHITE

TINY = 1e-12
SMALLEST = 1e-35

AXES = (1, 2, 3)


@dataclass(frozen=True)
class Ball:
    """The images (N, H, W, C) of 0 to 255 that are within a distance of others.

    Attributes:
        norm: "inf", by which no pixel differs by more than epsilon, or "2", by which the root of
            the sum of all squared differences is at most epsilon.
        epsilon: the distance for pixels from 0 to 1, as the literature has them.

    Raises:
        OptionError: there is no such norm, or epsilon is not a number above 0.
    """

    norm: str = "inf"
    epsilon: Any = 0.3

    def __post_init__(self) -> None:
        expect_one_of("norm", self.norm, NORMS)
        if isinstance(self.epsilon, float | int) and not 0 < self.epsilon < float("inf"):
            raise OptionError(f"epsilon: expected a number above 0; received {self.epsilon}")

    @property
    def radius(self) -> Any:
        """Epsilon for pixels from 0 to 255."""
        return self.epsilon * WHITE

    def times(self, factor: Any) -> "Ball":
        """The same, so many times as large."""
        return replace(self, epsilon=self.epsilon * factor)

    def start(self, images: Any, seed: keras.random.SeedGenerator) -> Any:
        """A random image in the ball around each."""
        shape = ops.shape(images)
        if self.norm == "inf":
            there = keras.random.uniform(shape, -1.0, 1.0, seed=seed)
        else:
            there = _of_length_one(keras.random.normal(shape, seed=seed))
            there = there * keras.random.uniform((shape[0], 1, 1, 1), seed=seed)
        return self.project(images + self.radius * there, images)

    def ascend(self, images: Any, gradients: Any, step: float) -> Any:
        """The images, moved to where the score grows fastest by a share `step` of the radius."""
        way = ops.sign(gradients) if self.norm == "inf" else _of_length_one(gradients)
        return images + step * self.radius * way

    def project(self, changed: Any, images: Any) -> Any:
        """The nearest to `changed` of the images in the ball around `images`, 0 to 255."""
        difference = changed - images
        if self.norm == "inf":
            difference = ops.clip(difference, -self.radius, self.radius)
        else:
            difference = difference * ops.minimum(1.0, self.radius / _lengths(difference))
        return ops.clip(images + difference, 0.0, WHITE)


def _lengths(differences: Any) -> Any:
    """(N, 1, 1, 1), above 0."""
    squares = ops.sum(ops.square(differences), axis=AXES, keepdims=True)
    return ops.sqrt(squares + TINY)


def _of_length_one(differences: Any) -> Any:
    # The squares of the gradients of a sure network are too small for float32.
    largest = ops.max(ops.abs(differences), axis=AXES, keepdims=True)
    scaled = differences / ops.maximum(largest, SMALLEST)
    return scaled / _lengths(scaled)
