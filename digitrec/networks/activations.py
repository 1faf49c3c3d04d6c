"""Activations, by name or any other."""

from collections.abc import Callable
from typing import Any

import keras
from keras import layers

from digitrec.errors import expect_one_of
from digitrec.networks import ACTIVATIONS

Activation = str | Callable[[Any], Any]
"""One of ACTIVATIONS, any function of a tensor, or a Keras layer."""


MAPS = 4
"""Axes of a batch of maps, (N, H, W, C)."""


def activate(x: Any, activation: Activation) -> Any:
    """The values of `x`, of any shape, after an activation; see activation_layer."""
    return x if activation == "linear" else activation_layer(activation, len(x.shape))(x)


def activation_layer(activation: Activation, axes: int = MAPS) -> keras.Layer:
    """A new layer that applies an activation; the shape stays.

    Args:
        activation: one of ACTIVATIONS; or a function, which a file keeps by its name only
            (`keras.saving.register_keras_serializable`); or a Keras layer, of which each place
            gets its own copy. The PReLU (He et al., "Delving Deep into Rectifiers", 2015) learns
            one slope a map. The SELU (Klambauer et al., "Self-Normalizing Neural Networks", 2017)
            keeps mean 0 and deviation 1 only with initializer "lecun_normal", normalization "none"
            and dropout of the kind "alpha".
        axes: of what it is applied to, with the batch.

    Raises:
        OptionError: there is no activation of the name.
    """
    if isinstance(activation, keras.Layer):
        config = activation.get_config()
        config.pop("name")
        return type(activation).from_config(config)
    if not callable(activation):
        expect_one_of("activation", activation, ACTIVATIONS)
    if activation == "prelu":
        return layers.PReLU(shared_axes=list(range(1, axes - 1)) or None)
    return layers.Activation(activation)
