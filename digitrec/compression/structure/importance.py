"""How important each filter of a layer is, in three ways."""

from functools import partial

import keras
import numpy as np
from numpy.typing import NDArray

from digitrec.compression.slopes import slopes
from digitrec.compression.structure.filters import Scores
from digitrec.datasets.digits import Part
from digitrec.errors import OptionError
from digitrec.networks.uses import uses

Numbers = NDArray[np.floating]


def by_sizes() -> Scores:
    """The sum of a filter's weights without their sign.

    Li et al., "Pruning Filters for Efficient ConvNets", 2017.
    """
    return lambda layer: _a_filter(np.abs(np.asarray(layer.kernel)))


def by_gradients(network: keras.Model, train: Part) -> Scores:
    """The square of what the loss would change by without a filter, to first order.

    Molchanov et al., "Importance Estimation for Neural Network Pruning", 2019.

    Args:
        network: any.
        train: digits that the loss is taken over.
    """
    layers = [use.layer for use in uses(network) if hasattr(use.layer, "kernel")]
    found = slopes(network, [layer.kernel for layer in layers], train)
    by_layer = {id(layer): slope for layer, slope in zip(layers, found, strict=True)}
    return lambda layer: np.square(_a_filter(np.asarray(layer.kernel) * by_layer[id(layer)]))


def by_norms(network: keras.Model) -> Scores:
    """The gain that batch normalisation gives a filter's answer.

    Liu et al., "Learning Efficient Convolutional Networks through Network Slimming", 2017.

    Raises:
        OptionError: a filter's answer is not normalised.
    """
    found = uses(network)
    makers = {use.output: use.layer for use in found}
    norms = {
        id(makers[use.inputs[0]]): use.layer
        for use in found
        if isinstance(use.layer, keras.layers.BatchNormalization) and use.inputs[0] in makers
    }
    return partial(_gain, norms)


def _gain(norms: dict[int, keras.layers.BatchNormalization], layer: keras.layers.Layer) -> Numbers:
    norm = norms.get(id(layer))
    if norm is None or not norm.scale:
        raise OptionError(
            f"filters: expected batch normalisation, with gains, behind {layer.name}, to know its "
            "filters by; received none"
        )
    return np.abs(np.asarray(norm.gamma))


def _a_filter(weights: Numbers) -> Numbers:
    return weights.reshape(-1, weights.shape[-1]).sum(axis=0)
