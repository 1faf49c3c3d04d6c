"""Training that is aware of 8 bits: maps are rounded as the converted file will round them.

Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference", 2018. The ranges stay in the network, and the converter takes them from there.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from digitrec.networks.uses import Use, functional, uses

BITS = 8
MOMENTUM = 0.99

PASSING = (
    layers.Flatten, layers.Reshape, layers.Permute, layers.MaxPooling2D, layers.AveragePooling2D,
    layers.GlobalMaxPooling2D, layers.Dropout, layers.SpatialDropout2D,
    layers.ActivityRegularization, layers.ZeroPadding2D,
)  # fmt: skip
"""Layers whose answers LiteRT keeps in the range of what they are given."""

FUSING = (layers.BatchNormalization, layers.ReLU, layers.Concatenate)
"""Layers that LiteRT makes one with those before them, or of one range with them."""
FUSED_ACTIVATIONS = (keras.activations.relu, keras.activations.relu6)


@keras.saving.register_keras_serializable("digitrec")
class Ranged(keras.layers.Layer):
    """A map rounded to 8 bits within a range, which follows the maps' in training.

    Args:
        momentum: of the range's moving average.
        options: of a layer.
    """

    def __init__(self, momentum: float = MOMENTUM, **options: Any) -> None:
        super().__init__(**options)
        self.momentum = momentum

    def build(self, shape: Any) -> None:
        for name in ("low", "high", "seen"):
            weight = self.add_weight(shape=(), initializer="zeros", trainable=False, name=name)
            setattr(self, name, weight)

    def call(self, x: Any, training: bool = False) -> Any:
        if training:
            self._follow(ops.cast(x, "float32"))
        # A range holds 0, which is what padding is, and is never empty.
        high = ops.maximum(self.high, self.low + 1e-3)
        return keras.quantizers.fake_quant_with_min_max_vars(x, self.low, high, BITS)

    def _follow(self, x: Any) -> None:
        stay = self.momentum * self.seen
        for limit, now in ((self.low, ops.minimum(ops.min(x), 0)), (self.high, ops.max(x))):
            limit.assign(stay * limit + (1 - stay) * ops.stop_gradient(now))
        self.seen.assign(ops.ones(()))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": self.momentum}


def ranged(network: keras.Model) -> keras.Model:
    """A copy of a network with a Ranged wherever LiteRT keeps a map in 8 bits.

    Args:
        network: any; a network inside it is left as it is, and converted by what it shows.
    """
    found = uses(network)
    if any(isinstance(use.layer, Ranged) for use in found):
        return network
    wanted = _wanted(found)
    calls: Counter[str] = Counter()

    def called(layer: keras.layers.Layer, *given: Any, **options: Any) -> Any:
        answer = layer(*given, **options)
        calls[layer.name] += 1
        return Ranged()(answer) if (layer.name, calls[layer.name]) in wanted else answer

    whole = functional(network)
    copy = keras.models.clone_model(whole, call_function=called)
    for layer in whole.layers:
        if layer.weights:
            copy.get_layer(layer.name).set_weights(layer.get_weights())
    return copy


def _wanted(found: Sequence[Use]) -> set[tuple[str, int]]:
    """The calls, by layer's name and number from 1, whose answers are kept in 8 bits."""
    calls: Counter[str] = Counter()
    wanted = set()
    for use in found:
        calls[use.layer.name] += 1
        takers = [other.layer for other in found if use.output in other.inputs]
        fused = bool(takers) and all(map(_fuses, takers))
        if not fused and not isinstance(use.layer, PASSING):
            wanted.add((use.layer.name, calls[use.layer.name]))
    return wanted


def _fuses(layer: keras.layers.Layer) -> bool:
    activation = getattr(layer, "activation", None)
    known = isinstance(layer, layers.Activation) and activation in FUSED_ACTIVATIONS
    return known or isinstance(layer, FUSING)
