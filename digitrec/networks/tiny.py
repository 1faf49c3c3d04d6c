"""Networks of hundreds or thousands of weights, most of which are used several times.

    digitrec train --preset tiny --network tiny_5500 --teacher models/digitrec.keras

A unit looks at each map by itself (3x3), then at all maps together (1x1), and adds its answer to
what it was given. Its 1x1 kernel, which has most of the weights, serves several units one after the
other (as the layers of Savarese, Maire, "Learning Implicitly Recurrent CNNs Through Parameter
Sharing", 2019, do); the 3x3 kernels are each unit's own or shared as well. There is no batch
normalisation: four numbers a channel would be dear here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any

import keras
from keras import layers

from digitrec.networks.activations import Activation, activate
from digitrec.networks.blocks import depthwise, logits_out, pixels_in, wide

Network = Callable[..., keras.Model]


@dataclass(frozen=True)
class Stage:
    """Units on one side of the maps.

    Attributes:
        filters: maps.
        looks: 3x3 kernels a map, which the units use in turn.
        units: how often all maps are looked at together, by the same weights.
    """

    filters: int
    looks: int
    units: int


def tiny(
    name: str,
    stages: list[Stage],
    *,
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.0,
    activation: Activation = "relu",
    initializer: str = "he_normal",
    regularizer: keras.Regularizer | None = None,
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """A convolution with stride 2, stages with a pooling between them, the logits.

    A stage of as many filters as the one before goes on with its 1x1 kernel.
    """
    options: dict[str, Any] = {"kernel_initializer": initializer, "kernel_regularizer": regularizer}
    inputs, x = pixels_in(scaling)
    x = layers.Conv2D(wide(stages[0].filters, width), 3, strides=2, padding="same", **options)(x)
    x = activate(x, activation)
    mix: keras.Layer | None = None
    for number, stage in enumerate(stages):
        filters = wide(stage.filters, width)
        x = layers.MaxPooling2D()(x) if number else x
        if x.shape[-1] != filters:
            x, mix = activate(layers.Conv2D(filters, 1, **options)(x), activation), None
        mix = mix or layers.Conv2D(filters, 1, **options)
        looks = [depthwise(3, use_bias=False, **options) for _ in range(stage.looks)]
        for unit in range(stage.units):
            answer = mix(looks[unit % len(looks)](x))
            x = layers.Add()([x, activate(answer, activation)])
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(inputs, logits_out(x, classes, dropout=dropout, **options), name=name)


def _with_the_options_of(other: Callable[..., Any]) -> Callable[[Network], Network]:
    """Lets inspect.signature see what a function that hands its options on does take."""
    return partial(update_wrapper, wrapped=other, assigned=(), updated=())


@_with_the_options_of(tiny)
def tiny_690(**options: Any) -> keras.Model:
    """Thirteen maps all along; one 1x1 kernel, used six times.

    (28, 28, 1) -> 13 3x3 /2 (14, 14) -> 3 units -> max pool (7, 7) -> 3 more -> global
    maximum -> logits. 686 parameters, 0.2 million multiply-adds; 99.0 % of MNIST is its goal.

    Args:
        options: those of `tiny`.
    """
    return tiny("tiny_690", [Stage(13, 1, 3), Stage(13, 1, 3)], **options)


@_with_the_options_of(tiny)
def tiny_3500(**options: Any) -> keras.Model:
    """Eighteen maps, then thirty-four; each unit used twice or thrice.

    (28, 28, 1) -> 18 3x3 /2 (14, 14) -> 2 units of 18 -> max pool (7, 7) -> 1x1 to 34 -> 3 units ->
    global maximum -> logits. 3,482 parameters, 0.5 million multiply-adds; 99.4 % is its goal.

    Args:
        options: those of `tiny`.
    """
    return tiny("tiny_3500", [Stage(18, 1, 2), Stage(34, 2, 3)], **options)


@_with_the_options_of(tiny)
def tiny_5500(**options: Any) -> keras.Model:
    """Twenty-three maps, then forty-four; see tiny_3500.

    5,474 parameters, 0.7 million multiply-adds; 99.5 % is its goal.

    Args:
        options: those of `tiny`.
    """
    return tiny("tiny_5500", [Stage(23, 2, 2), Stage(44, 2, 3)], **options)


@_with_the_options_of(tiny)
def tiny_10000(**options: Any) -> keras.Model:
    """Thirty-three maps, then sixty-three; see tiny_3500.

    9,994 parameters, 1.4 million multiply-adds; 99.6 % is its goal.

    Args:
        options: those of `tiny`.
    """
    return tiny("tiny_10000", [Stage(33, 2, 2), Stage(63, 2, 3)], **options)
