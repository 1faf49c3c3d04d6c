"""The course of the learning rate, and the optimiser that follows it."""

from typing import Any

import keras
from keras import optimizers

from digitrec.training.recipe import Recipe

MOMENTUM = 0.9
PLATEAU_FACTOR = 0.5
PLATEAU_PATIENCE = 2


def learning_rate(recipe: Recipe, steps_an_epoch: int) -> Any:
    """A rate, or a Keras schedule of it.

    "cosine" rises in a line over the warm-up's epochs and falls to 0 along half a cosine
    (Loshchilov and Hutter, SGDR, 2017); "plateau" starts constant and is lowered by a callback.
    """
    if recipe.schedule != "cosine":
        return recipe.learning_rate
    total = recipe.epochs * steps_an_epoch
    rising = min(round(recipe.warmup * steps_an_epoch), total - 1)
    if not rising:
        return optimizers.schedules.CosineDecay(recipe.learning_rate, total)
    return optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        decay_steps=total - rising,
        warmup_target=recipe.learning_rate,
        warmup_steps=rising,
    )


def optimizer(recipe: Recipe, steps_an_epoch: int) -> keras.Optimizer:
    """The recipe's optimiser, with its learning rate and its average of the weights.

    The average moves by 1 - `ema` a step (Polyak and Juditsky 1992, exponentially weighted).
    """
    rate = learning_rate(recipe, steps_an_epoch)
    average = {"use_ema": True, "ema_momentum": recipe.ema} if recipe.ema else {}
    match recipe.optimizer:
        case "adamw":
            return optimizers.AdamW(rate, weight_decay=recipe.weight_decay, **average)
        case "adam":
            return optimizers.Adam(rate, **average)
        case "sgd":
            return optimizers.SGD(rate, momentum=MOMENTUM, nesterov=True, **average)
        case _:
            return optimizers.RMSprop(rate, **average)


def plateau(recipe: Recipe) -> list[keras.callbacks.Callback]:
    """The callback that lowers the rate when the validation loss no longer falls, if asked for."""
    if recipe.schedule != "plateau":
        return []
    return [keras.callbacks.ReduceLROnPlateau(factor=PLATEAU_FACTOR, patience=PLATEAU_PATIENCE)]
