"""Activations, by name or any other."""

from collections.abc import Callable
from typing import Any

import keras
from keras import layers

from digitrec.errors import expect_one_of
from digitrec.networks import ACTIVATIONS

Activation = str | Callable[[Any], Any]
"""One of ACTIVATIONS, any function of a tensor, or a Keras layer."""


def activate(x: Any, activation: Activation) -> Any:
    """The values of `x`, of any shape, after an activation; the shape stays.

    Args:
        x: what a convolution or a dense layer answers.
        activation: one of ACTIVATIONS; or a function, which a file keeps by its name only
            (`keras.saving.register_keras_serializable`); or a Keras layer, of which each place
            gets its own copy. The PReLU (He et al., "Delving Deep into Rectifiers", 2015) learns
            one slope a map. The SELU (Klambauer et al., "Self-Normalizing Neural Networks", 2017)
            keeps mean 0 and deviation 1 only with initializer "lecun_normal", normalization "none"
            and dropout of the kind "alpha".

    Raises:
        OptionError: there is no activation of the name.
    """
    if isinstance(activation, keras.Layer):
        config = activation.get_config()
        config.pop("name")
        return type(activation).from_config(config)(x)
    if callable(activation):
        return layers.Activation(activation)(x)
    expect_one_of("activation", activation, ACTIVATIONS)
    if activation == "prelu":
        places = list(range(1, len(x.shape) - 1))
        return layers.PReLU(shared_axes=places or None)(x)
    return x if activation == "linear" else layers.Activation(activation)(x)
