"""Gradients on the TensorFlow backend."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf


def of_sum(function: Callable[[Any], Any], x: np.ndarray, *variables: Any) -> list[np.ndarray]:
    """Of the sum of function(x): with respect to x, then to each of the Keras variables."""
    x = tf.convert_to_tensor(x, "float32")
    values = [variable.value for variable in variables]
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(function(x))
    return [np.asarray(gradient) for gradient in tape.gradient(total, [x, *values])]


def finite_and_not_zero(gradients: list[np.ndarray]) -> bool:
    return all(np.isfinite(gradient).all() and gradient.any() for gradient in gradients)
