"""Large networks of keras.applications, for pictures in colour, as networks of digits.

Each takes digits as all others here do: they are enlarged, made grey pictures of three channels,
and prepared as the backbone was when it learnt ImageNet. `--head-epochs` trains its logits first.
"""

import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras import applications, layers

from digitrec.errors import ModelError, OptionError, expect_one_of
from digitrec.networks import PRETRAINED
from digitrec.networks.blocks import SHAPE, logits_out
from digitrec.networks.scaling import scaling as scaling_layer

SIDE = 32
"""The smallest that the backbones take."""

CONNECT_SECONDS = 5.0
"""Until the place of the weights answers, so that being offline is noticed quickly."""

MOBILENET_WIDTHS = (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)
"""Those of which there are ImageNet weights."""

IMAGENET_MEAN = (103.939, 116.779, 123.68)
"""Of ImageNet's pixels 0 to 255: blue, green, red."""


def vgg16(
    *,
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.2,
    pretrained: str = "none",
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """VGG16 (Simonyan, Zisserman, "Very Deep Convolutional Networks", 2015).

    (28, 28, 1) -> (32, 32, 3) less ImageNet's mean -> thirteen convolutions and five poolings
    (1, 1, 512) -> dropout -> logits. 14.7 million parameters, 313 million multiply-adds. Not
    measured here: it wants a GPU, and ImageNet's weights.

    Raises:
        OptionError: another width than 1, another scaling than the default.
        ModelError: the ImageNet weights cannot be had.
    """
    _expect_whole(width)
    centred = layers.Rescaling(1.0, [-mean for mean in IMAGENET_MEAN], dtype="float32")
    return _network("vgg16", applications.VGG16, centred, classes, dropout, pretrained, scaling)


def mobilenet_v2(
    *,
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.2,
    pretrained: str = "none",
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """MobileNetV2 (Sandler et al., "Inverted Residuals and Linear Bottlenecks", 2018).

    (28, 28, 1) -> (32, 32, 3) of -1 to 1 -> a convolution, seventeen inverted residuals, another
    (1, 1, 1280) -> dropout -> logits. 2.3 million parameters, 6 million multiply-adds. Not measured
    here with ImageNet's weights, which it wants.

    Raises:
        OptionError: a width without ImageNet weights, another scaling than the default.
        ModelError: the ImageNet weights cannot be had.
    """
    if pretrained == "imagenet" and width not in MOBILENET_WIDTHS:
        allowed = ", ".join(map(str, MOBILENET_WIDTHS))
        raise OptionError(
            f"width: expected one of {allowed} with ImageNet weights; received {width}"
        )
    return _network(
        "mobilenet_v2", applications.MobileNetV2, _symmetric(), classes, dropout, pretrained,
        scaling, alpha=width,
    )  # fmt: skip


def resnet50_v2(
    *,
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.2,
    pretrained: str = "none",
    scaling: keras.Layer | None = None,
) -> keras.Model:
    """ResNet50V2 (He et al., "Identity Mappings in Deep Residual Networks", 2016).

    (28, 28, 1) -> (32, 32, 3) of -1 to 1 -> a convolution, sixteen residual blocks (1, 1, 2048) ->
    dropout -> logits. 23.6 million parameters, 71 million multiply-adds. Not measured here: it
    wants a GPU, and ImageNet's weights.

    Raises:
        OptionError: another width than 1, another scaling than the default.
        ModelError: the ImageNet weights cannot be had.
    """
    _expect_whole(width)
    return _network(
        "resnet50_v2", applications.ResNet50V2, _symmetric(), classes, dropout, pretrained, scaling
    )


def in_colour(pixels: Any) -> Any:
    """Grey digits (N, 28, 28, 1) as pictures (N, 32, 32, 3) of the same grey, 0 to 255."""
    larger = layers.Resizing(SIDE, SIDE, dtype="float32")(pixels)
    return layers.Concatenate(dtype="float32")([larger, larger, larger])


def _symmetric() -> keras.Layer:
    return layers.Rescaling(1 / 127.5, -1.0, dtype="float32")


def _network(
    name: str,
    backbone: Callable[..., keras.Model],
    preparation: keras.Layer,
    classes: int,
    dropout: float,
    pretrained: str,
    scaling: keras.Layer | None,
    **options: Any,
) -> keras.Model:
    """A backbone between the preparation of its pictures and new logits."""
    expect_one_of("pretrained", pretrained, PRETRAINED)
    _expect_own_scaling(scaling)
    inputs = keras.Input(SHAPE, name="pixels")
    options |= {"include_top": False, "pooling": "avg"}
    options["input_tensor"] = preparation(in_colour(inputs))
    if pretrained == "none":
        features = backbone(weights=None, **options).output
    else:
        with _weights_fetched(name):
            features = backbone(weights=pretrained, **options).output
    logits = logits_out(features, classes, dropout=dropout)
    return keras.Model(inputs, logits, name=name)


@contextmanager
def _weights_fetched(name: str) -> Iterator[None]:
    """Let Keras fetch weights inside the block, which says on one line that it could not."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(CONNECT_SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # weights of larger pictures are what we want
            yield
    except Exception as error:  # Keras raises nothing more special
        reason = " ".join(str(error).split())
        raise ModelError(
            f"pretrained: expected ImageNet's weights of {name}, which cannot be had ({reason}); "
            "--pretrained none begins without them, and once fetched they stay in Keras's cache"
        ) from error
    finally:
        socket.setdefaulttimeout(before)


def _expect_whole(width: float) -> None:
    if width != 1.0:
        raise OptionError(f"width: expected 1 of a backbone of one size; received {width}")


def _expect_own_scaling(scaling: keras.Layer | None) -> None:
    """A backbone prepares its pictures as it was taught: no scaling can take that place."""
    if scaling is None:
        return
    given, usual = scaling.get_config(), scaling_layer().get_config()
    if any(given.get(name) != usual[name] for name in ("scale", "offset")):
        raise OptionError("scaling: expected unit, for a backbone has its own; received another")
