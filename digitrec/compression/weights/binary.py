"""Maps that are plus or minus one, so that convolutions count bits."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from digitrec.compression.structure.rebuild import Piece, copied, rebuilt
from digitrec.compression.weights.formed import channels, formed
from digitrec.compression.weights.forms import Form, Grid, Signs, sign, straight
from digitrec.errors import OptionError
from digitrec.networks.uses import Use, uses

KEPT_BITS = 8
"""Of the weights that are not signs: the first layer's, the last's and what no signs come to."""


@keras.saving.register_keras_serializable("digitrec")
class Sign(keras.layers.Layer):
    """-1 below 0, else 1; the gradient is that of what lies between -1 and 1.

    Courbariaux et al., "Binarized Neural Networks", 2016.
    """

    def call(self, x: Any, training: bool = False) -> Any:
        if training:
            return straight(sign, ops.clip(x, -1, 1))
        return ops.sign(ops.sign(x) + 0.5)  # of operations that LiteRT has

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


def signed(network: keras.Model) -> keras.Model:
    """A copy whose activations between convolutions are signs, and whose convolutions of them too.

    Rastegari et al., "XNOR-Net", 2016. The first convolution sees pixels and the last layer sees
    whole numbers, as they do there.

    Raises:
        OptionError: no convolution follows an activation.
    """
    found = uses(network)
    chosen = {id(use.layer) for use in found if _is_activation(use.layer) and _reaches(found, use)}
    if not chosen:
        raise OptionError("xnor: expected a network of convolutions with activations between them")

    def replace(layer: keras.layers.Layer) -> list[Piece]:
        return [Piece(Sign(name=layer.name), [])] if id(layer) in chosen else copied(layer)

    return formed(rebuilt(network, replace), with_signs(network))


def with_signs(network: keras.Model) -> Any:
    """Forms that make the weights of all but the first and the last layer signs."""
    names = [use.layer.name for use in uses(network) if hasattr(use.layer, "kernel")]

    def forms(layer: keras.layers.Layer) -> Sequence[Form]:
        ends = layer.name in (names[0], names[-1])
        return [Grid(KEPT_BITS, channels(layer)) if ends else Signs(channels(layer))]

    return forms


def _is_activation(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, layers.Activation | layers.ReLU | layers.PReLU | layers.LeakyReLU)


def _reaches(found: Sequence[Use], use: Use) -> bool:
    """Whether only convolutions take an activation's answer, pooled perhaps."""
    takers = [other for other in found if use.output in other.inputs]
    passing = (layers.MaxPooling2D, layers.Dropout, layers.SpatialDropout2D)
    return bool(takers) and all(
        _reaches(found, taker) if isinstance(taker.layer, passing)
        else isinstance(taker.layer, layers.Conv2D)
        for taker in takers
    )  # fmt: skip
