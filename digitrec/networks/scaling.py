"""Scaling of raw pixels, as the first layer of a network."""

from typing import Any

import keras
from keras import ops

from digitrec.errors import expect_one_of
from digitrec.networks import SCALINGS

PIXEL_MAX = 255.0

MNIST_MEAN = 33.32
MNIST_DEVIATION = 78.57
"""Of MNIST's 60,000 training digits, pixels of 0 to 255: z-score's when none are measured."""


def scaling(
    kind: str = "unit", mean: float = MNIST_MEAN, deviation: float = MNIST_DEVIATION
) -> keras.Layer:
    """The layer that brings pixels 0 to 255 to what a network is trained on.

    Args:
        kind: "none"; "unit", 0 to 1; "symmetric", -1 to 1; "zscore", the training set's mean 0
            and deviation 1; "image_minmax" or "image_zscore", the same for each image alone.
        mean: of the training set's pixels, for "zscore".
        deviation: of the training set's pixels, for "zscore".

    Raises:
        OptionError: there is no such kind.
    """
    expect_one_of("scaling", kind, SCALINGS)
    if kind.startswith("image_"):
        return ImageScaling(kind.removeprefix("image_"), name="scaling")
    factor, offset = {
        "none": (1.0, 0.0),
        "unit": (1 / PIXEL_MAX, 0.0),
        "symmetric": (2 / PIXEL_MAX, -1.0),
        "zscore": (1 / deviation, -mean / deviation),
    }[kind]
    return keras.layers.Rescaling(factor, offset, name="scaling")


@keras.saving.register_keras_serializable("digitrec")
class ImageScaling(keras.Layer):
    """Scales each image by its own pixels: (N, 28, 28, 1) in and out.

    A blank image has no range to divide by: it comes out as 0.

    Args:
        kind: "minmax", to 0..1, or "zscore", to mean 0 and deviation 1.
    """

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind

    def call(self, images: Any) -> Any:
        pixels = (1, 2, 3)
        if self.kind == "minmax":
            low = ops.min(images, axis=pixels, keepdims=True)
            return (images - low) / ops.maximum(
                ops.max(images, axis=pixels, keepdims=True) - low, 1.0
            )
        centred = images - ops.mean(images, axis=pixels, keepdims=True)
        variance = ops.mean(ops.square(centred), axis=pixels, keepdims=True)
        return centred / ops.sqrt(ops.maximum(variance, 1.0))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kind": self.kind}
