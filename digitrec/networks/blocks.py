"""What networks are made of."""

from typing import Any

import keras
from keras import layers

from digitrec.errors import OptionError, expect_one_of
from digitrec.networks import CONVOLUTIONS, NORMALIZATIONS
from digitrec.networks.activations import Activation, activate
from digitrec.networks.dropout import DropConnectConv2D, DropConnectDense, drop
from digitrec.networks.grouped import GroupedConv2D
from digitrec.networks.initializers import PerMap
from digitrec.networks.scaling import scaling as scaling_layer

SHAPE = (28, 28, 1)

GROUPS = 8
"""Of channels that are normalised together, at most."""


def pixels_in(scaling: keras.Layer | None) -> tuple[Any, Any]:
    """The network's input, raw pixels (N, 28, 28, 1), and the same scaled (default: 0 to 1)."""
    inputs = keras.Input(SHAPE, name="pixels")
    return inputs, (scaling or scaling_layer())(inputs)


def logits_out(
    x: Any, classes: int, *, dropout: float, dropout_kind: str = "units", **options: Any
) -> Any:
    """Dropout and one logit a class, (N, classes), in float32 whatever the precision.

    Dropout of the kind "connect" drops the logits' weights.
    """
    options = {**options, "dtype": "float32", "name": "logits"}
    x = drop(x, dropout, dropout_kind)
    if dropout and dropout_kind == "connect":
        return DropConnectDense(classes, dropout, **options)(x)
    return layers.Dense(classes, **options)(x)


def conv(
    x: Any,
    filters: int,
    size: int = 3,
    *,
    strides: int = 1,
    padding: str = "same",
    kind: str = "plain",
    normalization: str = "batch",
    activation: Activation = "relu",
    activity_l1: float = 0.0,
    **options: Any,
) -> Any:
    """Convolution, normalisation, activation: (N, H, W, C) to (N, H', W', filters).

    With a normalisation the convolution has no bias: the normalisation brings its own.

    Args:
        x: the maps.
        filters: of the convolution.
        size: side of the kernel.
        strides: from one place to the next, in pixels.
        padding: "same" or "valid".
        kind: one of CONVOLUTIONS; see `convolution`.
        normalization: one of NORMALIZATIONS; see `normalize`.
        activation: see activations.activate.
        activity_l1: weight of the sum of what comes out, without its sign, in the loss.
        options: the other ones of `convolution`.

    Raises:
        OptionError: a name or a value that is not allowed.
    """
    shape: dict[str, Any] = {"strides": strides, "padding": padding, "kind": kind}
    x = convolution(x, filters, size, use_bias=normalization == "none", **shape, **options)
    x = activate(normalize(x, normalization), activation)
    # In float32, as a sum over all maps and a part of the loss has to be.
    return layers.ActivityRegularization(l1=activity_l1, dtype="float32")(x) if activity_l1 else x


def convolution(
    x: Any,
    filters: int,
    size: int = 3,
    *,
    kind: str = "plain",
    strides: int = 1,
    groups: int = 4,
    dilation: int = 2,
    **options: Any,
) -> Any:
    """A linear convolution of one of CONVOLUTIONS: (N, H, W, C) to (N, H', W', filters).

    Args:
        x: the maps.
        filters: of the convolution.
        size: side of the kernel.
        kind: "plain"; "separable", a map by itself, then 1x1 (Chollet, "Xception", 2017); "grouped"
            (Xie et al., "ResNeXt", 2017); "dilated" (Yu, Koltun, "Multi-Scale Context Aggregation",
            2016); "factorised", 1 x size, then size x 1 (Szegedy, "Rethinking Inception", 2016).
        strides: from one place to the next, in pixels.
        groups: of "grouped": so many, or the next lower number that divides C and `filters`.
        dilation: of "dilated": pixels from one place of the kernel to the next.
        options: of Conv2D; and `drop_connect`, the share of weights that training leaves out.

    Raises:
        OptionError: there is no such kind, or it cannot have strides.
    """
    expect_one_of("convolution", kind, CONVOLUTIONS)
    if kind == "dilated" and strides > 1:
        raise OptionError(f"strides of a dilated convolution: expected 1; received {strides}")
    if kind == "separable":
        own = {name: options[name] for name in options if name not in ("use_bias", "drop_connect")}
        alone = depthwise(size, strides=strides, use_bias=False, **own)(x)
        return _convolved(alone, filters, 1, **options)
    if kind == "factorised":
        return _factorised(x, filters, size, strides, **options)
    if kind == "grouped":
        options["groups"] = _divisor(groups, x.shape[-1], filters)
    if kind == "dilated":
        options["dilation_rate"] = dilation
    return _convolved(x, filters, size, strides=strides, **options)


def normalize(x: Any, kind: str) -> Any:
    """Maps (N, H, W, C) with mean 0 and deviation 1, then a gain and an offset a channel.

    Args:
        x: the maps.
        kind: over what, one of NORMALIZATIONS. "batch", a channel of all digits (Ioffe, Szegedy,
            "Batch Normalization", 2015); "group", up to GROUPS groups of channels of one digit
            (Wu, He, "Group Normalization", 2018); "layer", the channels of one place (Ba, Kiros,
            Hinton, "Layer Normalization", 2016); "none" leaves the maps.

    Raises:
        OptionError: there is no such kind.
    """
    expect_one_of("normalization", kind, NORMALIZATIONS)
    if kind == "batch":
        return layers.BatchNormalization()(x)
    if kind == "group":
        return layers.GroupNormalization(_divisor(GROUPS, x.shape[-1]))(x)
    return layers.LayerNormalization()(x) if kind == "layer" else x


def wide(filters: int, width: float) -> int:
    """The number of filters at a relative `width`, at least one."""
    return max(1, round(filters * width))


def _convolved(
    x: Any, filters: int, size: int | tuple[int, int], *, drop_connect: float = 0.0, **options: Any
) -> Any:
    if drop_connect:
        return DropConnectConv2D(filters, size, drop_connect, **options)(x)
    kind = GroupedConv2D if "groups" in options else layers.Conv2D
    return kind(filters, size, **options)(x)


def _factorised(x: Any, filters: int, size: int, strides: int, **options: Any) -> Any:
    """A row of the kernel, then a column; only the second has a bias."""
    first = {**options, "use_bias": False}
    x = _convolved(x, filters, (1, size), strides=(1, strides), **first)
    return _convolved(x, filters, (size, 1), strides=(strides, 1), **options)


def depthwise(size: int, *, strides: int = 1, **options: Any) -> keras.Layer:
    """A layer that convolves each map by itself: (N, H, W, C) to (N, H', W', C).

    Args:
        size: side of the kernels.
        strides: from one place to the next, in pixels.
        options: as Conv2D calls them. Keras counts what feeds a unit C times too large here, with
            which He's and LeCun's deviations come out too small: see PerMap.
    """
    renamed = {name.replace("kernel_", "depthwise_"): value for name, value in options.items()}
    renamed["depthwise_initializer"] = PerMap(renamed.get("depthwise_initializer", "he_normal"))
    return layers.DepthwiseConv2D(size, strides=strides, **{"padding": "same", **renamed})


def _divisor(most: int, *numbers: int) -> int:
    """The largest number up to `most` that divides all of the `numbers`."""
    return next(n for n in range(most, 0, -1) if not any(number % n for number in numbers))
