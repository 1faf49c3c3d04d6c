"""The default: small, quick, and accurate."""

import keras
from keras import layers

from digitrec.networks.blocks import conv_bn, logits_out, pixels_in, wide


def compact_cnn(
    *,
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.2,
    activation: str = "relu",
    initializer: str = "he_normal",
    regularizer: keras.Regularizer | None = None,
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """Five convolutions with batch normalisation, two of them with stride 2.

    (28, 28, 1) -> 16 5x5 /2 (14, 14) -> 24 valid (12, 12) -> 40 /2 (6, 6) -> 48 (6, 6) ->
    48 valid (4, 4) -> global maximum -> dropout -> logits. 51,706 parameters, 1.8 million
    multiply-adds. Nothing is computed at the full 28x28, where batch normalisation would cost most
    of a training step.
    """
    options = {"kernel_initializer": initializer, "kernel_regularizer": regularizer}
    inputs, x = pixels_in(scaling)
    for filters, size, strides, padding in (
        (16, 5, 2, "same"),
        (24, 3, 1, "valid"),
        (40, 3, 2, "same"),
        (48, 3, 1, "same"),
        (48, 3, 1, "valid"),
    ):
        x = conv_bn(
            x,
            wide(filters, width),
            size,
            strides=strides,
            padding=padding,
            activation=activation,
            **options,
        )
    x = layers.GlobalMaxPooling2D()(x)
    logits = logits_out(x, classes, dropout=dropout, **options)
    return keras.Model(inputs, logits, name="compact_cnn")
