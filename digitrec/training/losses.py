"""The losses by name, of logits and targets (N, classes), and which digits of a batch count."""

from typing import Any

import keras
from keras import ops

from digitrec.training.recipe import Recipe


def loss(recipe: Recipe) -> keras.losses.Loss:
    """The recipe's loss.

    "focal" counts a digit (1 - p) ** focal_gamma, where p is its class's probability, so that
    easy ones matter less (Lin et al., "Focal Loss for Dense Object Detection", 2017).
    """
    shared = {"from_logits": True, "label_smoothing": recipe.label_smoothing}
    if recipe.loss == "focal":
        return keras.losses.CategoricalFocalCrossentropy(
            alpha=1.0, gamma=recipe.focal_gamma, **shared
        )
    return keras.losses.CategoricalCrossentropy(**shared)


def hardest(targets: Any, logits: Any, easy: float) -> Any:
    """(N,): 0 for the easiest digits of a batch, alike for the others, 1 in the mean.

    Online hard example mining (Shrivastava et al., "Training Region-based Object Detectors with
    Online Hard Example Mining", 2016). The easiest have the least cross-entropy beyond what their
    targets, which may be uniform or mixed, would leave in any case.

    Args:
        targets: (N, classes), each of the sum 1.
        logits: (N, classes).
        easy: the share that does not count, 0 to 0.9.
    """
    logits = ops.cast(logits, "float32")
    left = ops.categorical_crossentropy(targets, targets)
    losses = ops.categorical_crossentropy(targets, logits, from_logits=True) - left
    count = ops.cast(ops.shape(losses)[0], "float32")
    dropped = ops.minimum(ops.floor(easy * count + 0.5), count - 1)
    ranks = ops.cast(ops.argsort(ops.argsort(losses)), "float32")
    return ops.cast(ranks >= dropped, "float32") * count / (count - dropped)
