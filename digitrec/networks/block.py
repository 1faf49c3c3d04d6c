"""The network whose every building block is a knob: what the laboratory compares.

    digitrec train --network block_cnn --connection residual --attention squeeze_excite

A block is one convolution with its normalisation and activation, then its attention. A stage is
several blocks of as many filters; between two stages a pooling halves the sides. Dropout acts
before the logits; of the kind "spatial" on the maps at the end of each stage; of the kind "connect"
on the weights of the blocks and of the logits. Stochastic depth has its rate in the last stage, two
thirds and one third of it in those before (Huang et al., "Deep Networks with Stochastic Depth",
2016). The first convolution, of 5x5 with stride 2, has only normalisation, activation and
initialiser in common with the others.
"""

from dataclasses import dataclass, replace
from typing import Any

import keras
from keras import layers

from digitrec.errors import OptionError, expect_one_of
from digitrec.networks import CONNECTIONS, DROPOUTS
from digitrec.networks.activations import Activation
from digitrec.networks.attention import attend
from digitrec.networks.blocks import conv, logits_out, pixels_in, wide
from digitrec.networks.dropout import StochasticDepth, drop
from digitrec.networks.pooling import global_pool, pool

FILTERS = (32, 64, 96)
"""Of each stage, at width 1."""

REDUCTION = 8
"""Channels to a hidden unit of attention: the usual 16 would leave two units to 32 channels."""


@dataclass(frozen=True)
class Blocks:
    """What the blocks of a network have in common.

    Attributes:
        depth: blocks a stage.
        connection: one of CONNECTIONS.
        attention: one of ATTENTIONS.
        stochastic_depth: probability that training leaves a block out, 0 to below 1.
        inner: options of the convolution of each block, as blocks.conv has them.
        outer: options of those between the blocks, of 1x1.

    Raises:
        OptionError: a value that is not allowed, or stochastic depth without residuals.
    """

    depth: int
    connection: str
    attention: str
    stochastic_depth: float
    inner: dict[str, Any]
    outer: dict[str, Any]

    def __post_init__(self) -> None:
        expect_one_of("connection", self.connection, CONNECTIONS)
        if self.depth < 1:
            raise OptionError(f"depth: expected at least 1; received {self.depth}")
        if self.stochastic_depth and self.connection != "residual":
            raise OptionError(
                f"stochastic_depth: expected connection residual; received {self.connection}"
            )


def block_cnn(
    *,
    classes: int = 10,
    width: float = 1.0,
    depth: int = 2,
    kernel_size: int = 3,
    convolution: str = "plain",
    normalization: str = "batch",
    activation: Activation = "relu",
    pooling: str = "max",
    global_pooling: str = "average",
    attention: str = "none",
    connection: str = "plain",
    stochastic_depth: float = 0.0,
    dropout: float = 0.0,
    dropout_kind: str = "units",
    initializer: str = "he_normal",
    regularizer: keras.Regularizer | None = None,
    activity_l1: float = 0.0,
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """An ordinary small network; the module says what its knobs do.

    (28, 28, 1) -> 32 5x5 /2 valid (12, 12) -> 2 x 32 -> max pool (6, 6) -> 2 x 64 -> max pool
    (3, 3) -> 2 x 96 -> global average -> logits. 215,402 parameters, 6 million multiply-adds. After
    4 epochs of the default recipe expect 39 misses of MNIST's 10,000.

    Raises:
        OptionError: a value that is not allowed, or does not go with another.
    """
    of_maps, of_weights, of_logits = _places(dropout, dropout_kind)
    kernels = {"kernel_initializer": initializer, "kernel_regularizer": regularizer}
    outer: dict[str, Any] = {"normalization": normalization, "activation": activation, **kernels}
    own = {"size": kernel_size, "kind": convolution, "drop_connect": of_weights}
    inner = {**outer, **own, "activity_l1": activity_l1}
    blocks = Blocks(depth, connection, attention, stochastic_depth, inner, outer)
    inputs, x = pixels_in(scaling)
    x = stages(x, [wide(filters, width) for filters in FILTERS], pooling, of_maps, blocks)
    x = global_pool(x, global_pooling)
    logits = logits_out(x, classes, dropout=of_logits, dropout_kind=dropout_kind, **kernels)
    return keras.Model(inputs, logits, name="block_cnn")


def stages(x: Any, filters: list[int], pooling: str, dropout: float, blocks: Blocks) -> Any:
    """A convolution with stride 2, then the stages: (N, 28, 28, 1) to (N, 3, 3, filters[-1])."""
    x = conv(x, filters[0], 5, strides=2, padding="valid", **blocks.outer)
    for number, count in enumerate(filters):
        if number:
            x = pool(x, pooling, **blocks.outer)
        rate = blocks.stochastic_depth * (number + 1) / len(filters)
        x = STAGES[blocks.connection](x, count, replace(blocks, stochastic_depth=rate))
        x = drop(x, dropout, "spatial")
    return x


def plain_stage(x: Any, filters: int, blocks: Blocks) -> Any:
    """Blocks one after the other: (N, H, W, C) to (N, H, W, filters)."""
    for _ in range(blocks.depth):
        x = _block(x, filters, blocks)
    return x


def residual_stage(x: Any, filters: int, blocks: Blocks) -> Any:
    """Blocks that hand on the sum of their result and of what they were given.

    He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition" (2016): a 1x1 convolution
    where the number of channels changes. (N, H, W, C) to (N, H, W, filters).
    """
    for _ in range(blocks.depth):
        answer = _block(x, filters, blocks)
        if blocks.stochastic_depth:
            answer = StochasticDepth(blocks.stochastic_depth)(answer)
        if x.shape[-1] != filters:
            x = conv(x, filters, 1, **{**blocks.outer, "activation": "linear"})
        x = layers.Add()([x, answer])
    return x


def dense_stage(x: Any, filters: int, blocks: Blocks) -> Any:
    """Blocks that hand on their result beside what they were given, then a 1x1 convolution.

    Huang, Liu, van der Maaten, Weinberger, "Densely Connected Convolutional Networks" (2017). The
    blocks together add `filters` channels. (N, H, W, C) to (N, H, W, filters).
    """
    growth = max(1, round(filters / blocks.depth))
    for _ in range(blocks.depth):
        x = layers.Concatenate()([x, _block(x, growth, blocks)])
    return conv(x, filters, 1, **blocks.outer)


STAGES = {"plain": plain_stage, "residual": residual_stage, "dense": dense_stage}


def _places(rate: float, kind: str) -> tuple[float, float, float]:
    """The rates of dropout of the maps, of the blocks' weights and before the logits."""
    expect_one_of("dropout_kind", kind, DROPOUTS)
    if kind == "spatial":
        return rate, 0.0, 0.0
    return 0.0, rate if kind == "connect" else 0.0, rate


def _block(x: Any, filters: int, blocks: Blocks) -> Any:
    kernels = {name: blocks.outer[name] for name in ("kernel_initializer", "kernel_regularizer")}
    x = conv(x, filters, **blocks.inner)
    return attend(x, blocks.attention, REDUCTION, **kernels)
