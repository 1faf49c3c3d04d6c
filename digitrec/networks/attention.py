"""Attention: features that weigh each other."""

from typing import Any

import keras
from keras import layers, ops

from digitrec.errors import expect_one_of
from digitrec.networks import ATTENTIONS


def attend(x: Any, kind: str, reduction: int = 16, **options: Any) -> Any:
    """The maps (N, H, W, C), weighed by an attention of one of ATTENTIONS; "none" leaves them.

    Args:
        x: the maps.
        kind: "none", "squeeze_excite" or "cbam".
        reduction: how many channels share one of the hidden units.
        options: of the convolutions, such as kernel_initializer.

    Raises:
        OptionError: there is no such kind.
    """
    expect_one_of("attention", kind, ATTENTIONS)
    if kind == "none":
        return x
    kinds = {"squeeze_excite": squeeze_excite, "cbam": cbam}
    return kinds[kind](x, reduction, **options)


def squeeze_excite(x: Any, reduction: int = 16, **options: Any) -> Any:
    """Each map of (N, H, W, C) times a gate of 0 to 1, which the means of all maps decide.

    Hu, Shen, Sun, "Squeeze-and-Excitation Networks" (2018). About 2 C^2 / reduction parameters.
    """
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    for layer in _perceptron(x.shape[-1], reduction, options):
        gate = layer(gate)
    return layers.Multiply()([x, layers.Activation("sigmoid")(gate)])


def cbam(x: Any, reduction: int = 16, size: int = 7, **options: Any) -> Any:
    """Maps (N, H, W, C) times a gate for each map, then times a gate for each place.

    Woo et al., "CBAM: Convolutional Block Attention Module" (2018). The means and the maxima of
    the maps, through one and the same perceptron, decide on the maps; the mean and the maximum of
    the channels, through a convolution of `size` x `size`, on the places.
    """
    perceptron = _perceptron(x.shape[-1], reduction, options)
    answers = []
    for pooled in (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D):
        answer = pooled(keepdims=True)(x)
        for layer in perceptron:
            answer = layer(answer)
        answers.append(answer)
    x = layers.Multiply()([x, layers.Activation("sigmoid")(layers.Add()(answers))])
    gate = layers.Conv2D(1, size, padding="same", activation="sigmoid", **options)
    return layers.Multiply()([x, gate(AcrossChannels()(x))])


@keras.saving.register_keras_serializable("digitrec")
class AcrossChannels(keras.Layer):
    """The mean and the maximum of the channels at each place: (N, H, W, C) to (N, H, W, 2)."""

    def call(self, maps: Any) -> Any:
        both = [ops.mean(maps, axis=-1, keepdims=True), ops.max(maps, axis=-1, keepdims=True)]
        return ops.concatenate(both, axis=-1)


def _perceptron(channels: int, reduction: int, options: dict[str, Any]) -> list[keras.Layer]:
    """From (N, 1, 1, channels) to the same, through a hidden layer that is narrower.

    Dense layers, written as convolutions: of more than two axes TFLite makes of a Dense three
    operations instead of one.
    """
    hidden = max(1, channels // reduction)
    return [
        layers.Conv2D(hidden, 1, activation="relu", **options),
        layers.Conv2D(channels, 1, **options),
    ]
