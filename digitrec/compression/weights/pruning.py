"""Pruning: the least important weights become 0, step by step, while the others go on learning."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from digitrec.compression.rounding import Kernel
from digitrec.compression.slopes import slopes
from digitrec.compression.weights.formed import (
    Formed,
    as_it_is,
    channels,
    formed,
    kerneled,
)
from digitrec.compression.weights.forms import Form, Mask
from digitrec.datasets.digits import Part

RAMP = 0.6
"""Share of the epochs within which all is pruned; the rest recovers."""

Importance = Callable[[keras.Model], list[Kernel]]
"""Of each weight of each layer that can be pruned, comparable between layers."""


def maskable(network: keras.Model) -> keras.Model:
    """A copy whose kernels can be pruned further than they are; what else they are, they stay."""

    def forms(layer: keras.Layer) -> list[Form]:
        kept = [form for form in as_it_is(layer) if not isinstance(form, Mask)]
        return [*kept, Mask(channels(layer))]

    return formed(network, forms)


class GradualPruning(keras.callbacks.Callback):
    """Prunes a maskable network, at first much, then ever less.

    A share of s (1 - (1 - t)^3) is 0 after a share t of the ramp (Zhu, Gupta, "To prune, or not to
    prune", 2017).

    Args:
        network: of `maskable`.
        sparsity: share of all its kernels' weights that is 0 in the end.
        epochs: of the training.
        importance: what is kept longest.
    """

    def __init__(
        self, network: keras.Model, sparsity: float, epochs: int, importance: Importance
    ) -> None:
        super().__init__()
        self.network, self.sparsity, self.importance = network, sparsity, importance
        self.ramp = max(1, round(RAMP * epochs))

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if epoch < self.ramp:
            prune(self.network, self.share(epoch), self.importance(self.network))

    def share(self, epoch: int) -> float:
        """What is 0 during an epoch, from 0."""
        left = 1 - min(1.0, (epoch + 1) / self.ramp)
        return self.sparsity * (1 - left**3)


def prune(network: keras.Model, share: float, importances: list[Kernel]) -> None:
    """Make the least important weights 0, so that such a share of all of them is.

    Args:
        network: of `maskable`.
        share: 0 to 1.
        importances: an array a kernel, in the layers' order.
    """
    scores = np.concatenate([one.ravel() for one in importances])
    count = round(share * scores.size)
    kept = np.ones(scores.size, bool)
    kept[np.argsort(scores, kind="stable")[:count]] = False
    ends = np.cumsum([one.size for one in importances])[:-1]
    for layer, mask in zip(kerneled(network), np.split(kept, ends), strict=True):
        layer.forms[-1].mask.assign(mask.reshape(layer.layer.kernel.shape))


def magnitude(network: keras.Model) -> list[Kernel]:
    """Each weight's square over the sum of those in its layer that are as large or larger.

    Lee et al., "Layer-adaptive Sparsity for the Magnitude-based Pruning", 2021 (LAMP): no layer is
    emptied, whatever the sizes of its weights are.
    """
    return [_adapted(np.square(_kernel(layer))) for layer in kerneled(network)]


def _adapted(squares: NDArray[np.floating]) -> NDArray[np.floating]:
    order = np.argsort(-squares, axis=None)
    sums = np.empty(squares.size)
    sums[order] = np.cumsum(squares.ravel()[order], dtype=np.float64)
    return squares / np.maximum(sums.reshape(squares.shape), 1e-30)


def gradient(network: keras.Model, train: Part) -> list[Kernel]:
    """The square of what the loss would change by without each weight, to first order.

    Molchanov et al., "Importance Estimation for Neural Network Pruning", 2019.
    """
    layers = kerneled(network)
    found = slopes(network, [layer.layer.kernel for layer in layers], train)
    return [
        np.where(kernel != 0, np.square(kernel * slope), -1.0)
        for kernel, slope in zip(map(_kernel, layers), found, strict=True)
    ]


def _kernel(layer: keras.Layer) -> Kernel:
    kernel = layer.formed_kernel() if isinstance(layer, Formed) else layer.kernel
    return ops.convert_to_numpy(kernel)
