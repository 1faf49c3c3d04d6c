"""Activations that are plus or minus one, so that convolutions count bits."""

from typing import Any

import keras

from digitrec.compression.weights.forms import sign, straight


@keras.saving.register_keras_serializable("digitrec")
class Sign(keras.layers.Layer):
    """-1 below 0, else 1; the gradient is that of what lies between -1 and 1.

    Courbariaux et al., "Binarized Neural Networks", 2016.
    """

    def call(self, x: Any) -> Any:
        return straight(sign, keras.ops.clip(x, -1, 1))
