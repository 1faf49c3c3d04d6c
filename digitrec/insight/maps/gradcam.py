"""Grad-CAM and LayerCAM: the places of a layer's maps that speak for a class, over the digit."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import OptionError
from digitrec.insight.maps.layers import answers, layer_of
from digitrec.insight.maps.score import Map, score_of
from digitrec.reading.form import SIDE

if TYPE_CHECKING:
    import keras

LEAST_PLACES, FINE_PLACES = 2, 6
"""A side of the maps that Grad-CAM and LayerCAM look at when no layer is named."""

Axis = tuple[float, float]
"""Along one axis: the pixel in the middle of what the first place sees, and pixels to the next."""


def grad_cam(
    network: "keras.Model",
    images: NDArray[Any],
    targets: NDArray[np.integer],
    layer: str | None = None,
) -> Map:
    """Maps (N, 28, 28) of 0 and more, of what speaks for a class in the maps of a layer.

    Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks" (2017): each of the
    layer's maps counts as much as its mean gradient. That is meant for the last maps.

    Args:
        network: functional or sequential.
        images: (N, 28, 28) of 0 to 255.
        targets: (N,), the number of each one's class.
        layer: its name; None takes the last whose maps have at least LEAST_PLACES a side.

    Raises:
        OptionError: there is no such layer, it has no maps, or what comes after it needs more
            than its answer, as inside a residual block.
    """
    name = layer or last_maps(network, LEAST_PLACES)
    maps, slopes = _slopes(network, name, images, targets)
    weights = slopes.mean(axis=(1, 2), keepdims=True)
    return _over_pixels(np.maximum((maps * weights).sum(axis=-1), 0), centres(network, name))


def layer_cam(
    network: "keras.Model",
    images: NDArray[Any],
    targets: NDArray[np.integer],
    layer: str | None = None,
) -> Map:
    """The same with each place's own gradient, where it is above 0: good for finer maps too.

    Jiang et al., "LayerCAM: Exploring Hierarchical Class Activation Maps" (2021). The default is
    the last layer whose maps have at least FINE_PLACES a side.
    """
    name = layer or last_maps(network, FINE_PLACES)
    maps, slopes = _slopes(network, name, images, targets)
    return _over_pixels((maps * np.maximum(slopes, 0)).sum(axis=-1), centres(network, name))


def _slopes(
    network: "keras.Model", layer: str, images: NDArray[Any], targets: NDArray[np.integer]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What a layer answers, (N, H, W, C), and how the score would change by it."""
    from keras import ops

    from digitrec.training.gradients import input_gradients

    rest = _after(network, layer)
    (maps,) = answers(network, [layer], images)
    score = score_of(lambda values: rest(values, training=False), targets)
    return maps, ops.convert_to_numpy(input_gradients(score, maps))


def last_maps(network: "keras.Model", least: int) -> str:
    """The last layer of at least so many places a side that all of the answer comes through.

    Raises:
        OptionError: there is none.
    """
    for layer in reversed(network.layers):
        shape: Any = getattr(layer.output, "shape", ())
        if len(shape) == 4 and min(shape[1:3]) >= least and shape[-1] > 1:
            try:
                _after(network, layer.name)
            except OptionError:
                continue
            return str(layer.name)
    raise OptionError(
        f"{network.name}: expected a network with maps of features that all of its answer comes "
        "through, for Grad-CAM; received one without"
    )


def centres(network: "keras.Model", layer: str) -> tuple[Axis, Axis]:
    """Where the places of a layer's maps lie on the digit, in rows and in columns.

    The middle of what a place sees goes along with strides and padding. Where a layer on the way
    changes the sides otherwise, the maps are taken to cover all of the digit evenly.
    """
    from digitrec.networks.uses import uses

    known: dict[str, tuple[Axis, Axis]] = {}
    shapes: dict[str, Any] = {}
    found: tuple[Axis, Axis] | None = None
    for use in uses(network):
        given = next((name for name in use.inputs if name in known), None)
        start = known[given] if given else ((0.0, 1.0), (0.0, 1.0))
        before = shapes[given] if given else (SIDE, SIDE, 1)
        shapes[use.output] = use.shape
        if len(use.shape) == 3:
            known[use.output] = _moved(use.layer, start, before, use.shape)
        if use.layer.name == layer:
            found = known.get(use.output)
    return found or _evenly(network.get_layer(layer).output.shape[1:])


def _moved(layer: Any, start: tuple[Axis, Axis], before: Any, after: Any) -> tuple[Axis, Axis]:
    """The places after a layer with a window or a border; after others they are where they were."""
    size = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if size and len(before) == 3:
        moved = [_along(axis, start[axis], layer, size[axis], before[axis]) for axis in range(2)]
    elif type(layer).__name__ == "ZeroPadding2D":
        moved = [
            (first - border[0] * step, step)
            for (first, step), border in zip(start, layer.padding, strict=True)
        ]
    else:
        return start if tuple(before[:2]) == tuple(after[:2]) else _evenly(after)
    return moved[0], moved[1]


def _along(axis: int, start: Axis, layer: Any, size: int, side: int) -> Axis:
    """One axis after a layer with a window of `size`; there were `side` places before it."""
    first, step = start
    stride = layer.strides[axis]
    reach = (size - 1) * getattr(layer, "dilation_rate", (1, 1))[axis] + 1
    padded = max((-(-side // stride) - 1) * stride + reach - side, 0) // 2
    before = padded if layer.padding == "same" else 0
    return first + step * ((reach - 1) / 2 - before), step * stride


def _evenly(shape: Any) -> tuple[Axis, Axis]:
    steps = [SIDE / side for side in shape[:2]]
    return ((steps[0] - 1) / 2, steps[0]), ((steps[1] - 1) / 2, steps[1])


def _over_pixels(coarse: NDArray[np.floating], places: tuple[Axis, Axis]) -> Map:
    """Maps (N, H, W) as maps (N, 28, 28), with straight lines from place to place."""
    for axis, (first, step) in enumerate(places, 1):
        at = np.clip((np.arange(SIDE) - first) / step, 0, coarse.shape[axis] - 1)
        low = np.minimum(at.astype(int), max(coarse.shape[axis] - 2, 0))
        high = np.minimum(low + 1, coarse.shape[axis] - 1)
        share = (at - low).reshape((-1, 1) if axis == 1 else (-1,))
        coarse = coarse.take(low, axis) * (1 - share) + coarse.take(high, axis) * share
    return coarse.astype(np.float32)


def _after(network: "keras.Model", layer: str) -> "keras.Model":
    """What a network does with the maps of a layer. Raises OptionError."""
    import keras

    maps = layer_of(network, layer).output
    if len(maps.shape) != 4:
        raise OptionError(f"layer: expected one with maps; {layer} answers {tuple(maps.shape)}")
    try:
        return keras.Model(maps, network.outputs[0])
    except ValueError as error:
        raise OptionError(
            f"layer: expected one that all of the answer comes through; received {layer}"
        ) from error
