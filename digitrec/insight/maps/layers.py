"""What single layers hold and answer: the first one's filters, maps of features, attention."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import OptionError, expect_one_of
from digitrec.insight.maps.score import pixels
from digitrec.reading.form import SIDE

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Gate:
    """What attention multiplies maps by: 0 shuts, 1 lets through.

    Attributes:
        layer: the name of the layer that decides.
        values: (N, H, W, 1), a mask of the places; or (N, 1, 1, C), a share of each channel.
    """

    layer: str
    values: NDArray[np.float32]

    @property
    def of_places(self) -> bool:
        """Whether it is a mask of the places."""
        return self.values.shape[1:3] != (1, 1)


def layer_of(network: "keras.Model", name: str) -> "keras.Layer":
    """The layer of that name. Raises OptionError, which lists those that there are."""
    names = [layer.name for layer in network.layers]
    return network.get_layer(expect_one_of("layer", name, names))


def answers(
    network: "keras.Model", names: Sequence[str], images: NDArray[Any]
) -> list[NDArray[np.float32]]:
    """What each of the layers answers to digits (N, 28, 28). Raises OptionError."""
    import keras

    outputs = [layer_of(network, name).output for name in names]
    found = keras.Model(network.inputs[0], outputs)(pixels(images), training=False)
    return [keras.ops.convert_to_numpy(one) for one in keras.tree.flatten(found)]


def feature_maps(network: "keras.Model", layer: str, images: NDArray[Any]) -> NDArray[np.float32]:
    """The maps (N, H, W, C) that a layer answers. Raises OptionError: it answers none."""
    (maps,) = answers(network, [layer], images)
    if maps.ndim != 4:
        raise OptionError(f"layer: expected one with maps; {layer} answers {maps.shape[1:]}")
    return maps


def first_filters(network: "keras.Model") -> NDArray[np.float32]:
    """The first layer's filters (C, height, width): what each looks for.

    Of a convolution its kernels, the sum over its channels; of a layer that sees all pixels at
    once, one weight a pixel.

    Raises:
        OptionError: the network has no such layer.
    """
    for weights in _kernels(network):
        if weights.ndim == 4:
            return weights.sum(axis=2).transpose(2, 0, 1)
        if weights.ndim == 2 and len(weights) == SIDE * SIDE:
            return weights.T.reshape(-1, SIDE, SIDE)
        break
    raise OptionError(f"{network.name}: expected a first layer with filters; it has none")


def gates(network: "keras.Model", images: NDArray[Any]) -> list[Gate]:
    """The attention of a network to digits (N, 28, 28), in the network's order.

    It is what a product has for a factor that is narrower than the maps: a share of each channel
    (squeeze and excitation) or a mask of the places (CBAM).

    Raises:
        OptionError: the network has none.
    """
    import keras

    names = []
    for layer in network.layers:
        if isinstance(layer, keras.layers.Multiply):
            inputs = keras.tree.flatten(layer.input)
            size = max(int(np.prod(one.shape[1:])) for one in inputs)
            names += [
                one._keras_history.operation.name  # noqa: SLF001 - Keras has no public way
                for one in inputs
                if int(np.prod(one.shape[1:])) < size
            ]
    if not names:
        raise OptionError(f"{network.name}: expected a network with attention; it has none")
    return [
        Gate(name, one) for name, one in zip(names, answers(network, names, images), strict=True)
    ]


def _kernels(network: "keras.Model") -> Iterator[NDArray[np.float32]]:
    """The kernels of the layers in their order, those of networks inside it in their places."""
    import keras

    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _kernels(layer)
        elif (kernel := getattr(layer, "kernel", None)) is not None:
            yield keras.ops.convert_to_numpy(kernel)
