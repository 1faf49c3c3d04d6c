"""A gate that lets only gradients above 0 back through it, for guided backpropagation."""

from typing import Any

import keras
from keras import ops


@ops.custom_gradient
def only_positive_back(values: Any) -> Any:
    """The values themselves, whose gradient is what comes back where that is above 0."""

    def back(*arguments: Any, upstream: Any = None) -> Any:
        # TensorFlow and JAX hand on what comes back by itself; PyTorch names it.
        return ops.relu(arguments[0] if upstream is None else upstream)

    return values, back


class PositiveGradients(keras.Layer):
    """Answers what it is given; (...,) to (...,). For a network in memory, not for files."""

    def call(self, values: Any) -> Any:
        return only_positive_back(values)
