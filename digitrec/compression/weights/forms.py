"""Forms of weights that training keeps to: a function of a kernel, as a layer.

A form is called with a kernel and returns the one that the layer then works with, of the same
shape. Several are called one after the other. Gradients go through rounding as if it were not there
(the straight-through estimator of Bengio, Leonard, Courville, "Estimating or Propagating Gradients
Through Stochastic Neurons", 2013).
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from digitrec.compression.rounding import Kernel, best_steps


class Form(keras.Layer):
    """What a kernel may be.

    Args:
        channels: the kernel's axes along which its outputs are.
    """

    replaces = False
    """Whether nothing is left for the kernel itself to learn."""

    def __init__(self, channels: Sequence[int] = (-1,)) -> None:
        super().__init__()
        self.channels = tuple(channels)

    def begin(self, kernel: Kernel) -> None:
        """Take on what suits a kernel that is there already."""

    def a_channel(self, shape: Sequence[int]) -> tuple[int, ...]:
        """The shape (1, ..., 1, C) of one number a channel of kernels of a shape."""
        kept = {axis % len(shape) for axis in self.channels}
        return tuple(side if axis in kept else 1 for axis, side in enumerate(shape))

    def of_a_channel(self, shape: Sequence[int]) -> tuple[int, ...]:
        """The axes of the weights of one channel."""
        kept = {axis % len(shape) for axis in self.channels}
        return tuple(axis for axis in range(len(shape)) if axis not in kept)


class Mask(Form):
    """Some weights are 0 and stay it; which, `mask` says by 0 and 1."""

    def build(self, shape: Sequence[int]) -> None:
        self.mask = self.add_weight(shape=shape, initializer="ones", trainable=False, name="mask")

    def begin(self, kernel: Kernel) -> None:
        self.mask.assign(kernel != 0)

    def call(self, kernel: Any) -> Any:
        return kernel * self.mask


class Codebook(Form):
    """Each weight is 0 or one of a few values; which one stays, the values are trained.

    Han, Mao, Dally, "Deep Compression", 2016. Of the kernel that comes in only zeros count.

    Args:
        values: how many, besides 0.
        channels: as Form has them.
    """

    replaces = True

    def __init__(self, values: int, channels: Sequence[int] = (-1,)) -> None:
        super().__init__(channels)
        self.values = values

    def build(self, shape: Sequence[int]) -> None:
        self.table = self.add_weight(shape=(self.values,), initializer="zeros", name="table")
        self.numbers = self.add_weight(
            shape=shape, initializer="zeros", dtype="int32", trainable=False, name="numbers"
        )

    def begin(self, kernel: Kernel) -> None:
        """Values by k-means over the weights that are not 0, whose number is 0."""
        table = _centres(kernel[kernel != 0], self.values)
        nearest = 1 + np.abs(kernel[..., None] - table).argmin(axis=-1)
        self.table.assign(table)
        self.numbers.assign(np.where(kernel == 0, 0, nearest))

    def call(self, kernel: Any) -> Any:
        return ops.take(ops.pad(self.table, [[1, 0]]), self.numbers)


def _centres(weights: Kernel, count: int) -> Kernel:
    """So many values that weights (N,) are near to; fewer, and copies, where fewer differ."""
    from sklearn.cluster import KMeans

    different = np.unique(weights)
    if len(different) <= count:
        return np.resize(different if len(different) else np.zeros(1), count).astype(np.float32)
    # Begun evenly over the range, which keeps the rare large ones.
    begun = np.linspace(weights.min(), weights.max(), count).reshape(-1, 1)
    found = KMeans(count, n_init=1, init=begun).fit(weights.reshape(-1, 1))
    return found.cluster_centers_[:, 0].astype(np.float32)


class Grid(Form):
    """Weights are a step times a whole number of so many bits, plus or minus; steps are trained.

    Esser et al., "Learned Step Size Quantization", 2020. With 2 bits they are ternary (Li, Zhang,
    Liu, "Ternary Weight Networks", 2016).

    What is trained of a step is the logarithm of how much it has grown: a step of 8 bits is about
    as small as a single move of an optimiser, which would throw it to and fro.

    Args:
        bits: 2 to 8; the numbers are -top to top, with top = 2^(bits - 1) - 1.
        channels: as Form has them; each has its step. None: all have one step.
    """

    def __init__(self, bits: int, channels: Sequence[int] = (-1,)) -> None:
        super().__init__(channels)
        self.bits, self.top = bits, 2 ** (bits - 1) - 1

    def build(self, shape: Sequence[int]) -> None:
        steps = self.a_channel(shape)
        self.begun = self.add_weight(shape=steps, initializer="ones", trainable=False, name="begun")
        # Of one dimension: what has more is a kernel to the optimiser Muon.
        self.growth = self.add_weight(
            shape=(int(np.prod(steps)),), initializer="zeros", name="growth"
        )
        weights = int(np.prod([shape[axis] for axis in self.of_a_channel(shape)]))
        self.slowness = float(np.sqrt(weights * self.top))

    def begin(self, kernel: Kernel) -> None:
        self.begun.assign(best_steps(kernel, self.top, self.of_a_channel(kernel.shape)))

    @property
    def step(self) -> Any:
        """The steps as they are, (1, ..., 1, C)."""
        growth = ops.reshape(_slower(self.growth, self.slowness), self.begun.shape)
        return ops.maximum(self.begun, keras.config.epsilon()) * ops.exp(growth)

    def call(self, kernel: Any) -> Any:
        step = self.step
        return straight(ops.round, ops.clip(kernel / step, -self.top, self.top)) * step


class Signs(Form):
    """Weights are plus or minus their channel's mean size.

    Rastegari et al., "XNOR-Net", 2016, section 3.1. Gradients of weights beyond 1 are left out, as
    in Courbariaux et al., "Binarized Neural Networks", 2016.
    """

    def call(self, kernel: Any) -> Any:
        axes = self.of_a_channel(kernel.shape)
        size = ops.stop_gradient(ops.mean(ops.abs(kernel), axis=axes, keepdims=True))
        return straight(sign, ops.clip(kernel, -1, 1)) * size


def sign(x: Any) -> Any:
    """-1 below 0, else 1."""
    return ops.where(x < 0, -1.0, 1.0)


def straight(function: Any, x: Any) -> Any:
    """function(x), with x's gradient."""
    return x + ops.stop_gradient(function(x) - x)


def _slower(x: Any, times: float) -> Any:
    """x, with its gradient divided."""
    return ops.stop_gradient(x - x / times) + x / times
