"""Networks without a convolution: what one is worth shows beside them."""

from typing import Any

import keras
from keras import layers

from digitrec.networks.activations import Activation, activate
from digitrec.networks.blocks import logits_out, pixels_in, wide


def linear(
    *,
    classes: int = 10,
    dropout: float = 0.0,
    initializer: str = "glorot_uniform",
    regularizer: keras.Regularizer | None = None,
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """One weight a pixel and class: softmax regression.

    (28, 28, 1) -> flatten 784 -> logits. 7,850 parameters, 7,840 multiply-adds; some 92 % of
    MNIST (LeCun et al. 1998 have 88 %, with squared errors).
    """
    options: dict[str, Any] = {"kernel_initializer": initializer, "kernel_regularizer": regularizer}
    inputs, x = pixels_in(scaling)
    logits = logits_out(layers.Flatten()(x), classes, dropout=dropout, **options)
    return keras.Model(inputs, logits, name="linear")


def mlp(
    *,
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.0,
    activation: Activation = "relu",
    initializer: str = "he_normal",
    regularizer: keras.Regularizer | None = None,
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """Two hidden layers, which see pixels as a list: where they lie is for the weights to learn.

    (28, 28, 1) -> flatten 784 -> dense 256 -> dense 128 -> logits. 235,146 parameters, 0.23
    million multiply-adds; 98 to 99 % of MNIST (Simard et al. 2003: 98.4 %, 99.3 % with elastic
    distortions and 800 units).
    """
    options: dict[str, Any] = {"kernel_initializer": initializer, "kernel_regularizer": regularizer}
    inputs, x = pixels_in(scaling)
    x = layers.Flatten()(x)
    for units in (256, 128):
        x = activate(layers.Dense(wide(units, width), **options)(x), activation)
    logits = logits_out(x, classes, dropout=dropout, **options)
    return keras.Model(inputs, logits, name="mlp")
