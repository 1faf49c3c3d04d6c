"""What networks are made of."""

from typing import Any

import keras
from keras import layers

from digitrec.errors import expect_one_of
from digitrec.networks import NORMALIZATIONS
from digitrec.networks.scaling import scaling as scaling_layer

SHAPE = (28, 28, 1)


def pixels_in(scaling: keras.Layer | None) -> tuple[Any, Any]:
    """The network's input, raw pixels (N, 28, 28, 1), and the same scaled (default: 0 to 1)."""
    inputs = keras.Input(SHAPE, name="pixels")
    return inputs, (scaling or scaling_layer())(inputs)


def logits_out(x: Any, classes: int, *, dropout: float, **options: Any) -> Any:
    """Dropout and one logit a class, (N, classes), in float32 whatever the precision."""
    if dropout:
        x = layers.Dropout(dropout)(x)
    return layers.Dense(classes, dtype="float32", name="logits", **options)(x)


def conv(
    x: Any,
    filters: int,
    size: int = 3,
    *,
    strides: int = 1,
    padding: str = "same",
    normalization: str = "batch",
    activation: str = "relu",
    **options: Any,
) -> Any:
    """Convolution of `size` x `size`, normalisation (one of NORMALIZATIONS), activation.

    With batch normalisation the convolution has no bias: the normalisation brings its own.
    """
    expect_one_of("normalization", normalization, NORMALIZATIONS)
    plain = normalization == "none"
    x = layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=plain, **options)(x)
    if not plain:
        x = layers.BatchNormalization()(x)
    return layers.Activation(activation)(x)


def wide(filters: int, width: float) -> int:
    """The number of filters at a relative `width`, at least one."""
    return max(1, round(filters * width))
