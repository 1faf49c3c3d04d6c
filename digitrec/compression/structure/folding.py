"""Batch normalisation as part of the convolution before it."""

from collections import Counter

import keras
import numpy as np

from digitrec.compression.structure.rebuild import Piece, copied, rebuilt
from digitrec.compression.weights.formed import KERNELED
from digitrec.networks.uses import uses


def folded(network: keras.Model) -> keras.Model:
    """The same answers, without the batch normalisations that follow a convolution or dense layer.

    A channel's weights are multiplied by gamma / sqrt(variance + epsilon), its bias takes up the
    rest (Jacob et al., "Quantization and Training of Neural Networks ...", 2018, section 3.2).

    Args:
        network: any; a layer that is called several times, or whose answer others take as well,
            keeps its normalisation.
    """
    pairs = _foldable(network)
    gone = {id(norm) for norm in pairs.values()}

    def replace(layer: keras.Layer) -> list[Piece]:
        if id(layer) in gone:
            return []
        return [_with(layer, pairs[id(layer)])] if id(layer) in pairs else copied(layer)

    return rebuilt(network, replace)


def _foldable(network: keras.Model) -> dict[int, keras.layers.BatchNormalization]:
    """The normalisation that can become part of a layer, by the layer's id."""
    found = uses(network)
    called = Counter(id(use.layer) for use in found)
    taken = Counter(name for use in found for name in use.inputs)
    makers = {use.output: use.layer for use in found}
    pairs = {}
    for use in found:
        layer = makers.get(use.inputs[0]) if use.inputs else None
        if (
            isinstance(use.layer, keras.layers.BatchNormalization)
            and isinstance(layer, KERNELED)
            and layer.activation is keras.activations.linear
            and taken[use.inputs[0]] == called[id(layer)] == called[id(use.layer)] == 1
        ):
            pairs[id(layer)] = use.layer
    return pairs


def _with(layer: keras.Layer, norm: keras.layers.BatchNormalization) -> Piece:
    mean, variance = (np.asarray(one) for one in (norm.moving_mean, norm.moving_variance))
    factor = (np.asarray(norm.gamma) if norm.scale else 1.0) / np.sqrt(variance + norm.epsilon)
    offset = np.asarray(norm.beta) if norm.center else 0.0
    kernel, bias = np.asarray(layer.kernel), np.asarray(layer.bias) if layer.use_bias else 0.0
    depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
    shape = (1, 1, *kernel.shape[2:]) if depthwise else (-1,)
    own = type(layer).from_config({**layer.get_config(), "use_bias": True})
    return Piece(own, [kernel * factor.reshape(shape), (bias - mean) * factor + offset])
