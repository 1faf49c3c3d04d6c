"""The recipes of published records, as they were described; not reproduced here.

Without a GPU an epoch of them takes minutes (matuzas 13, an_m3 4 on two cores), of which they want
20 and 150: they are built, their shapes are tested, and they are trained for a moment only.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from digitrec.networks.activations import Activation, activate
from digitrec.networks.attention import squeeze_excite
from digitrec.networks.blocks import conv, logits_out, pixels_in, wide


def matuzas(
    *,
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.0,
    activation: Activation = "relu",
    initializer: str = "glorot_uniform",
    regularizer: keras.Regularizer | None = None,
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """Nine convolutions of 128 filters, each followed by squeeze and excitation.

    Matuzas, "MNIST-0.17" (2020): mean 99.75 % over 20 networks, 99.83 % over ensembles of 20, by a
    schedule fixed beforehand. Adam, batches of 32, 13 epochs at 1e-3, 3 at 1e-4, 3 at 1e-5, one
    without augmentation; L1 of 2.5e-4 (`--l1 2.5e-4`).

    (28, 28, 1) -> 3 x 128 3x3 (28, 28) -> 3 x 128 -> average pool (14, 14) -> 3 x 128 -> average
    pool (7, 7) -> global maximum and average 256 -> logits without bias. 1.2 million parameters,
    666 million multiply-adds.
    """
    kernels: dict[str, Any] = {"kernel_initializer": initializer, "kernel_regularizer": regularizer}
    inputs, x = pixels_in(scaling)
    for block in range(3):
        for _ in range(3):
            x = layers.Conv2D(wide(128, width), 3, padding="same", **kernels)(x)
            x = layers.BatchNormalization()(activate(x, activation))
            x = squeeze_excite(x, 32, **kernels)
        x = layers.AveragePooling2D(2)(x) if block else x
    pooled = [layers.GlobalMaxPooling2D()(x), layers.GlobalAveragePooling2D()(x)]
    x = layers.Concatenate()(pooled)
    logits = logits_out(x, classes, dropout=dropout, use_bias=False, **kernels)
    return keras.Model(inputs, logits, name="matuzas")


def an_m3(
    *,
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.0,
    activation: Activation = "relu",
    initializer: str = "glorot_uniform",
    regularizer: keras.Regularizer | None = None,
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """Ten 3x3 convolutions without padding or pooling, each of 16 filters more than the last.

    An, Lee, Park, Yang, So, "An Ensemble of Simple Convolutional Neural Network Models for MNIST
    Digit Recognition" (2020): 99.87 % by three such networks, chosen on the test digits. Adam, 1e-3
    falling by 0.98 an epoch, batches of 120, 150 epochs, turns and shifts of 20, EMA of 0.999.

    (28, 28, 1) -> 32 (26, 26) -> 48 -> 64 -> ... -> 176 (8, 8) -> flatten 11,264 -> logits without
    bias -> batch normalisation. 1.1 million parameters, 173 million multiply-adds.
    """
    options: dict[str, Any] = {"kernel_initializer": initializer, "kernel_regularizer": regularizer}
    filters = [wide(number, width) for number in range(32, 177, 16)]
    return _an("an_m3", filters, 3, classes, dropout, activation, scaling, **options)


def an_m5(
    *,
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.0,
    activation: Activation = "relu",
    initializer: str = "glorot_uniform",
    regularizer: keras.Regularizer | None = None,
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """The same with five 5x5 convolutions, each of 32 filters more than the last; see an_m3.

    (28, 28, 1) -> 32 (24, 24) -> 64 -> 96 -> 128 -> 160 (8, 8) -> flatten 10,240 -> logits without
    bias -> batch normalisation. 1.1 million parameters, 137 million multiply-adds. Not measured
    here.
    """
    options: dict[str, Any] = {"kernel_initializer": initializer, "kernel_regularizer": regularizer}
    filters = [wide(number, width) for number in range(32, 161, 32)]
    return _an("an_m5", filters, 5, classes, dropout, activation, scaling, **options)


def _an(
    name: str,
    filters: Sequence[int],
    size: int,
    classes: int,
    dropout: float,
    activation: Activation,
    scaling: keras.Layer | None,
    **options: Any,
) -> keras.Model:
    inputs, x = pixels_in(scaling)
    for count in filters:
        x = conv(x, count, size, padding="valid", activation=activation, **options)
    x = layers.Flatten()(x)
    x = logits_out(x, classes, dropout=dropout, use_bias=False, **options)
    logits = layers.BatchNormalization(dtype="float32", name="normalized_logits")(x)
    return keras.Model(inputs, logits, name=name)
