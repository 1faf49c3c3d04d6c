"""The losses by name, of logits and targets (N, classes)."""

import keras

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
