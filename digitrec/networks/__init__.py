"""Architectures as plain functions that return a keras.Model.

Every network takes raw pixels 0 to 255, shape (N, 28, 28, 1), scales them inside, and gives one
logit a class. Keras is loaded when a network is first asked for.
"""

from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

from digitrec.errors import OptionError, expect_one_of

if TYPE_CHECKING:
    import keras

HOMES = {
    "compact_cnn": "digitrec.networks.compact",
    "deeper_cnn": "digitrec.networks.compact",
    "simple_cnn": "digitrec.networks.classic",
    "simple_cnn_sequential": "digitrec.networks.classic",
    "lenet5": "digitrec.networks.classic",
}
NAMES = tuple(HOMES)

SCALINGS = ("none", "unit", "symmetric", "zscore", "image_minmax", "image_zscore")
"""How pixels are scaled inside a network; see networks.scaling."""

NORMALIZATIONS = ("batch", "none")
"""What follows a convolution; a choice of the networks that have it."""


def build(name: str, **knobs: Any) -> "keras.Model":
    """Build the network `name` with its own arguments, such as classes, width or dropout.

    Raises:
        OptionError: there is no such network, or it has no such argument.
    """
    expect_one_of("network", name, NAMES)
    network = __getattr__(name)
    for knob in knobs:
        if knob not in signature(network).parameters:
            raise OptionError(f"{knob}: expected a network that has it; received {name}")
    return network(**knobs)


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module 'digitrec.networks' has no attribute '{name}'")
    return getattr(import_module(HOMES[name]), name)
