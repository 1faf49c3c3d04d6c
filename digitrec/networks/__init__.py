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
    "linear": "digitrec.networks.plain",
    "mlp": "digitrec.networks.plain",
    "block_cnn": "digitrec.networks.block",
    "vgg_small": "digitrec.networks.vgg",
    "resnet_small": "digitrec.networks.resnet",
    "mobilenet_small": "digitrec.networks.mobilenet",
    "shufflenet_small": "digitrec.networks.shufflenet",
    "matuzas": "digitrec.networks.records",
    "an_m3": "digitrec.networks.records",
    "an_m5": "digitrec.networks.records",
    "tiny_690": "digitrec.networks.tiny",
    "tiny_3500": "digitrec.networks.tiny",
    "tiny_5500": "digitrec.networks.tiny",
    "tiny_10000": "digitrec.networks.tiny",
    "vgg16": "digitrec.networks.backbones",
    "mobilenet_v2": "digitrec.networks.backbones",
    "resnet50_v2": "digitrec.networks.backbones",
}
NAMES = tuple(HOMES)

BACKBONES = ("vgg16", "mobilenet_v2", "resnet50_v2")
"""Of NAMES, those that keras.applications has: large, for pictures in colour."""

SCALINGS = ("none", "unit", "symmetric", "zscore", "image_minmax", "image_zscore")
"""How pixels are scaled inside a network; see networks.scaling."""

ACTIVATIONS = (
    "relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "hard_silu", "tanh",
    "sigmoid", "softplus", "exponential", "linear",
)  # fmt: skip
"""Activations by name; see networks.activations."""

INITIALIZERS = (
    "zeros", "random_normal", "random_uniform", "truncated_normal", "glorot_normal",
    "glorot_uniform", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform", "orthogonal",
)  # fmt: skip
"""Keras's initialisers by name."""

NORMALIZATIONS = ("batch", "group", "layer", "none")
"""What follows a convolution; a choice of the networks that have it."""

CONVOLUTIONS = ("plain", "separable", "grouped", "dilated", "factorised")
"""Kinds of convolution; see networks.blocks."""

POOLINGS = ("max", "average", "gem", "gated", "strided")
"""How a side is halved; see networks.pooling."""

GLOBAL_POOLINGS = ("max", "average", "both", "gem", "pyramid", "flatten")
"""How a map of features becomes a vector; see networks.pooling."""

DROPOUTS = ("units", "spatial", "alpha", "connect")
"""What dropout drops; see networks.dropout."""

ATTENTIONS = ("none", "squeeze_excite", "cbam")
"""How features weigh each other; see networks.attention."""

CONNECTIONS = ("plain", "residual", "dense")
"""What a block hands on beside its own result; see networks.block."""

PRETRAINED = ("none", "imagenet")
"""What a backbone begins with."""


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
