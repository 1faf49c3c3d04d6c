"""Gradients with respect to images, and compiled steps, which Keras leaves to its backends."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from digitrec.errors import OptionError


def input_gradients(score: Callable[[Any], Any], images: Any) -> Any:
    """What each image's score would change by, pixel by pixel.

    Args:
        score: of images (N, H, W, C) a tensor (N,), in which no image depends on another; it must
            not change anything, so a network is called with training=False.
        images: (N, H, W, C) floats.

    Returns:
        A tensor of the same shape.

    Raises:
        OptionError: the backend is neither TensorFlow nor JAX.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        return _by_tensorflow(score, ops.convert_to_tensor(images))
    if backend == "jax":
        return _by_jax(score, ops.convert_to_tensor(images))
    raise OptionError(f"expected Keras on TensorFlow or JAX, for gradients; received {backend}")


def _by_tensorflow(score: Callable[[Any], Any], images: Any) -> Any:
    import tensorflow as tf

    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(images)
        total = ops.sum(score(images))
    return tape.gradient(total, images)


def _by_jax(score: Callable[[Any], Any], images: Any) -> Any:
    import jax

    return jax.grad(lambda changed: ops.sum(score(changed)))(images)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of tensors that is compiled once, for batches of all sizes where it can be."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(function, reduce_retracing=True)
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    return function
