"""What Keras's initialisers leave to be done."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("digitrec")
class PerMap(keras.initializers.Initializer):
    """An initialiser for depthwise kernels, as if each map's had one channel to look at.

    Args:
        initializer: any of Keras's, by name or itself.
    """

    def __init__(self, initializer: Any) -> None:
        self.initializer = keras.initializers.get(initializer)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        """Values of a kernel's shape, (height, width, C, 1)."""
        height, width, maps, _ = shape
        values = self.initializer((height, width, 1, maps), dtype=dtype)
        return ops.transpose(values, (0, 1, 3, 2))

    def get_config(self) -> dict[str, Any]:
        return {"initializer": keras.initializers.serialize(self.initializer)}


@keras.saving.register_keras_serializable("digitrec")
class Scaled(keras.initializers.Initializer):
    """An initialiser whose values are multiplied by a factor.

    Args:
        initializer: any of Keras's, by name or itself.
        factor: such as 0.1, with which a residual branch begins small.
    """

    def __init__(self, initializer: Any, factor: float) -> None:
        self.initializer = keras.initializers.get(initializer)
        self.factor = factor

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        """Values of any shape."""
        return self.factor * self.initializer(shape, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        initializer = keras.initializers.serialize(self.initializer)
        return {"initializer": initializer, "factor": self.factor}
