"""What a network costs: its weights, and the multiplications of one answer."""

import math

import keras

from digitrec.networks.uses import Use, uses


def parameters(network: keras.Model) -> int:
    """All weights, with the statistics of batch normalisation."""
    return int(network.count_params())


def multiply_adds(network: keras.Model) -> int:
    """Multiply-adds of the kernels for one digit; a layer counts as often as it is called.

    Of convolutions and dense layers alone, as papers count: not of normalisation, activation and
    pooling, and none for padding saved.
    """
    return sum(multiply_adds_of(use) for use in uses(network))


def multiply_adds_of(use: Use) -> int:
    """Multiply-adds of one call of a layer: each kernel's size at each place of each view."""
    places = math.prod(side or 1 for side in use.shape[:-1])
    kernels = (weight for weight in use.layer.weights if weight.name.endswith("kernel"))
    return use.views * sum(places * math.prod(kernel.shape) for kernel in kernels)
