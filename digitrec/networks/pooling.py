"""Pooling: how a side is halved, and how maps of features become a vector."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from digitrec.errors import expect_one_of
from digitrec.networks import GLOBAL_POOLINGS, POOLINGS
from digitrec.networks.blocks import conv

SMALLEST = 1e-4
LARGEST_POWER = 8.0
"""Float32 holds powers up to LARGEST_POWER of values from SMALLEST to 10,000."""

LEVELS = (1, 2, 3)
"""Bins a side at each level of the spatial pyramid: 14 in all."""


def pool(x: Any, kind: str, **options: Any) -> Any:
    """Maps (N, H, W, C) to (N, H/2, W/2, C), sides rounded up, by one of POOLINGS.

    Args:
        x: the maps.
        kind: "max" or "average" of 2x2; "gem", see GeM; "gated", see GatedPool; "strided", a
            convolution of 3x3 with stride 2 (Springenberg et al., "Striving for Simplicity", 2015).
        options: of that convolution, as blocks.conv has them; the others need none.

    Raises:
        OptionError: there is no such kind.
    """
    expect_one_of("pooling", kind, POOLINGS)
    if kind == "strided":
        return conv(x, x.shape[-1], 3, strides=2, **options)
    if kind == "max":
        return layers.MaxPooling2D(2, padding="same")(x)
    if kind == "average":
        return layers.AveragePooling2D(2, padding="same")(x)
    return (GeM(2) if kind == "gem" else GatedPool())(x)


def global_pool(x: Any, kind: str) -> Any:
    """Maps (N, H, W, C) to a vector for each digit, by one of GLOBAL_POOLINGS.

    Args:
        x: the maps.
        kind: "max" or "average" of each map, (N, C); "both" of these, (N, 2 C); "gem", see GeM,
            (N, C); "pyramid", see SpatialPyramid, (N, 14 C); "flatten", (N, H W C).

    Raises:
        OptionError: there is no such kind.
    """
    expect_one_of("global_pooling", kind, GLOBAL_POOLINGS)
    if kind == "both":
        return layers.Concatenate()([global_pool(x, "max"), global_pool(x, "average")])
    pooling = {
        "max": layers.GlobalMaxPooling2D,
        "average": layers.GlobalAveragePooling2D,
        "gem": GeM,
        "pyramid": SpatialPyramid,
        "flatten": layers.Flatten,
    }
    return pooling[kind]()(x)


@keras.saving.register_keras_serializable("digitrec")
class Between(keras.constraints.Constraint):
    """Holds weights between two values."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def __call__(self, weights: Any) -> Any:
        return ops.clip(weights, self.low, self.high)

    def get_config(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high}


@keras.saving.register_keras_serializable("digitrec")
class GeM(keras.Layer):
    """The generalised mean (mean of x^p)^(1/p), whose power p of 1 to 8 is learnt.

    Radenovic, Tolias, Chum, "Fine-tuning CNN Image Retrieval with No Human Annotation" (2018). The
    average is p = 1, and the larger p is, the nearer it comes to the maximum. Values under 0.0001,
    such as negative ones, count as 0.0001. It computes in float32.

    Args:
        size: side of the square that is pooled, (N, H, W, C) to (N, H/size, W/size, C), rounded
            up; without one all places are, to (N, C).
        power: what p begins with.
    """

    def __init__(self, size: int | None = None, power: float = 3.0, **options: Any) -> None:
        super().__init__(**options)
        self.size = size
        self.power = power

    def build(self, shape: Any) -> None:
        self.p = self.add_weight(
            shape=(),
            initializer=keras.initializers.Constant(self.power),
            constraint=Between(1.0, LARGEST_POWER),
            name="power",
            autocast=False,
        )

    def call(self, maps: Any) -> Any:
        powers = ops.power(ops.maximum(ops.cast(maps, "float32"), SMALLEST), self.p)
        if self.size is None:
            mean = ops.mean(powers, axis=(1, 2))
        else:
            mean = ops.average_pool(powers, self.size, self.size, padding="same")
        return ops.cast(ops.power(mean, 1 / self.p), self.compute_dtype)

    def compute_output_shape(self, shape: Any) -> tuple[int | None, ...]:
        if self.size is None:
            return shape[0], shape[-1]
        return shape[0], *(side and -(-side // self.size) for side in shape[1:3]), shape[-1]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size, "power": self.power}


@keras.saving.register_keras_serializable("digitrec")
class GatedPool(keras.Layer):
    """A mix of maximum and average of each 2x2, whose shares a learnt gate takes from the values.

    Lee, Gallagher, Tu, "Generalizing Pooling Functions in Convolutional Neural Networks" (2016):
    gate * max + (1 - gate) * average, gate = sigmoid(sum of weights * values), with four weights a
    channel. They begin at 0, half and half. (N, H, W, C) to (N, H/2, W/2, C), rounded up.
    """

    def build(self, shape: Any) -> None:
        # Of three axes: what has two or four is a kernel to the optimiser Muon.
        self.gate = self.add_weight(shape=(2, 2, shape[-1]), initializer="zeros", name="gate")

    def call(self, maps: Any) -> Any:
        kernel = ops.expand_dims(self.gate, -1)
        gate = ops.sigmoid(ops.depthwise_conv(maps, kernel, strides=2, padding="same"))
        highest = ops.max_pool(maps, 2, 2, padding="same")
        average = ops.average_pool(maps, 2, 2, padding="same")
        return average + gate * (highest - average)

    def compute_output_shape(self, shape: Any) -> tuple[int | None, ...]:
        return shape[0], *(side and -(-side // 2) for side in shape[1:3]), shape[-1]


@keras.saving.register_keras_serializable("digitrec")
class SpatialPyramid(keras.Layer):
    """The maxima of the maps' parts, as many whatever the maps' size: the whole, quarters, ninths.

    He, Zhang, Ren, Sun, "Spatial Pyramid Pooling in Deep Convolutional Networks" (2014). Bin i of
    n goes from floor(i H / n) to ceil((i + 1) H / n), so that none is empty, even of fewer pixels
    than bins. (N, H, W, C) to (N, C * sum of levels^2): level by level, in each row by row, the
    channels together. H and W may be unknown until it is called.

    Args:
        levels: bins a side, at each level.
    """

    def __init__(self, levels: Sequence[int] = LEVELS, **options: Any) -> None:
        super().__init__(**options)
        self.levels = tuple(levels)

    def call(self, maps: Any) -> Any:
        length = maps.shape[-1]
        pooled = [
            ops.reshape(_binned(_binned(maps, bins, 1), bins, 2), (-1, bins * bins * length))
            for bins in self.levels
        ]
        return ops.concatenate(pooled, axis=1)

    def compute_output_shape(self, shape: Any) -> tuple[int | None, ...]:
        return shape[0], shape[-1] * sum(bins * bins for bins in self.levels)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "levels": list(self.levels)}


def _binned(maps: Any, bins: int, axis: int) -> Any:
    """The maxima of `bins` parts of one axis of the maps."""
    side = ops.shape(maps)[axis]
    before = (slice(None),) * axis
    parts = [
        maps[(*before, slice(i * side // bins, -(-(i + 1) * side // bins)))] for i in range(bins)
    ]
    return ops.stack([ops.max(part, axis=axis) for part in parts], axis=axis)
