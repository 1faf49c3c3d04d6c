"""Inverted residuals, as small as a digit asks for."""

from typing import Any

import keras
from keras import layers

from digitrec.networks.activations import Activation, activate
from digitrec.networks.blocks import conv, depthwise, logits_out, normalize, pixels_in, wide

EXPANSION = 4
"""How many times more channels there are inside a block than between two."""


def mobilenet_small(
    *,
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.0,
    normalization: str = "batch",
    activation: Activation = "relu6",
    initializer: str = "he_normal",
    regularizer: keras.Regularizer | None = None,
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """Blocks that widen, look at each map by itself, and narrow without an activation.

    Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018).

    (28, 28, 1) -> 16 3x3 /2 (14, 14) -> 2 blocks of 16 -> 3 of 24, the first /2 (7, 7) -> 3 of 40,
    the first /2 (4, 4) -> 128 1x1 -> global average -> logits. 69,242 parameters, 2.6 million
    multiply-adds; some 99.5 % of MNIST.
    """
    kernels: dict[str, Any] = {"kernel_initializer": initializer, "kernel_regularizer": regularizer}
    options: dict[str, Any] = {"normalization": normalization, "activation": activation, **kernels}
    inputs, x = pixels_in(scaling)
    x = conv(x, wide(16, width), strides=2, **options)
    for filters, strides, count in ((16, 1, 2), (24, 2, 3), (40, 2, 3)):
        for number in range(count):
            first = strides if number == 0 else 1
            x = inverted_residual(x, wide(filters, width), first, **options)
    x = conv(x, wide(128, width), 1, **options)
    logits = logits_out(layers.GlobalAveragePooling2D()(x), classes, dropout=dropout, **kernels)
    return keras.Model(inputs, logits, name="mobilenet_small")


def inverted_residual(
    x: Any,
    filters: int,
    strides: int,
    *,
    normalization: str,
    activation: Activation,
    **kernels: Any,
) -> Any:
    """1x1 to EXPANSION times the channels, 3x3 of each alone, 1x1 to `filters`, and what was given.

    (N, H, W, C) to (N, H', W', filters).
    """
    inside = EXPANSION * x.shape[-1]
    options: dict[str, Any] = {"normalization": normalization, **kernels}
    answer = conv(x, inside, 1, activation=activation, **options)
    answer = depthwise(3, strides=strides, use_bias=normalization == "none", **kernels)(answer)
    answer = activate(normalize(answer, normalization), activation)
    answer = conv(answer, filters, 1, activation="linear", **options)
    same = strides == 1 and x.shape[-1] == filters
    return layers.Add()([x, answer]) if same else answer
