"""The optimisers by name, and which weights of theirs are validated."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
from keras import ops, optimizers

from digitrec.training.recipe import Recipe
from digitrec.training.schedules import learning_rate

MOMENTUM = 0.9

NEVER_ORTHOGONAL = ("logits", "depthwise")
"""Parts of the names of kernels that are no map from features to features."""


@keras.saving.register_keras_serializable("digitrec")
class Muon(optimizers.Muon):
    """Keras's Muon, for the kernels of convolutions too.

    The momentum of a kernel is made orthogonal before the step (Jordan et al., "Muon", 2024), that
    of a convolution (height, width, in, out) as a matrix (height * width * in, out), as the
    authors do; Keras gives all that is not 2-D to AdamW, without a word. Biases, gains and the
    logits' kernel are AdamW's here as well.
    """

    def _should_use_adamw(self, variable: Any) -> bool:
        excluded = any(re.search(name, variable.path) for name in self.exclude_layers)
        return excluded or len(variable.shape) not in (2, 4)

    def _muon_update_step(self, gradient: Any, variable: Any, lr: Any, m: Any) -> None:
        self.assign(m, self.momentum * m + gradient)
        ahead = gradient + self.momentum * m if self.nesterov else m
        matrix = ops.reshape(ahead, (-1, variable.shape[-1]))
        step = self.lr_adjust(lr * self.zeropower_via_newtonschulz5(matrix, self.ns_steps))
        self.assign_sub(variable, ops.reshape(step, variable.shape))


@keras.saving.register_keras_serializable("digitrec")
class ScheduleFreeAdamW(optimizers.ScheduleFreeAdamW):
    """Keras's ScheduleFreeAdamW with its step as Defazio et al. have it (2024, Algorithm 1).

    Keras 3.15 reads z after it has moved, where TensorFlow is the backend, and decays the average
    instead of z. Here z and the average x move by

        z' = z - rate (g / sqrt(v) + decay y)
        x' = x + (z' - x) / step
        y' = (1 - beta) z' + beta x'

    and y is what the network is trained at.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        index = self._get_variable_index(variable)
        z, v = self._momentums[index], self._velocities[index]
        step = ops.cast(self.iterations + 1, variable.dtype)
        rate = ops.cast(learning_rate, variable.dtype)
        old_y, old_z = ops.convert_to_tensor(variable), ops.convert_to_tensor(z)
        new_v = v + (ops.square(gradient) - v) * (1 - self.beta_2)
        deviation = ops.sqrt(new_v / (1 - ops.power(self.beta_2, step))) + self.epsilon
        new_z = old_z - rate * (gradient / deviation + (self.weight_decay or 0.0) * old_y)
        x = self.average(old_y, old_z)
        x = x + (new_z - x) / step
        self.assign(v, new_v)
        self.assign(z, new_z)
        self.assign(variable, (1 - self.beta_1) * new_z + self.beta_1 * x)

    def average(self, y: Any, z: Any) -> Any:
        """x, of which y is the share beta beside z."""
        return (y - (1 - self.beta_1) * z) / self.beta_1

    def averages(self, weights: Sequence[Any]) -> list[Any]:
        """x for each of the weights that are being trained."""
        return [
            self.average(weight, self._momentums[self._get_variable_index(weight)])
            for weight in weights
        ]

    def _apply_weight_decay(self, variables: Any) -> None:
        """It is a part of the step."""


def _muon(rate: Any, weight_decay: float, **shared: Any) -> keras.Optimizer:
    return Muon(
        rate,
        weight_decay=weight_decay,
        adam_weight_decay=weight_decay,
        exclude_layers=list(NEVER_ORTHOGONAL),
        **shared,
    )


def _adam(rate: Any, _: float, **shared: Any) -> keras.Optimizer:
    return optimizers.Adam(rate, **shared)


def _adamw(rate: Any, weight_decay: float, **shared: Any) -> keras.Optimizer:
    return optimizers.AdamW(rate, weight_decay=weight_decay, **shared)


def _sgd(rate: Any, weight_decay: float, **shared: Any) -> keras.Optimizer:
    return optimizers.SGD(
        rate, momentum=MOMENTUM, nesterov=True, weight_decay=weight_decay, **shared
    )


def _rmsprop(rate: Any, weight_decay: float, **shared: Any) -> keras.Optimizer:
    return optimizers.RMSprop(rate, weight_decay=weight_decay, **shared)


def _lion(rate: Any, weight_decay: float, **shared: Any) -> keras.Optimizer:
    return optimizers.Lion(rate, weight_decay=weight_decay, **shared)


def _schedule_free(rate: Any, weight_decay: float, **shared: Any) -> keras.Optimizer:
    return ScheduleFreeAdamW(rate, weight_decay=weight_decay, **shared)


MAKERS: Mapping[str, Callable[..., keras.Optimizer]] = {
    "adam": _adam,
    "adamw": _adamw,
    "sgd": _sgd,
    "rmsprop": _rmsprop,
    "lion": _lion,
    "muon": _muon,
    "schedule_free_adamw": _schedule_free,
}


def optimizer(recipe: Recipe, steps_an_epoch: int) -> keras.Optimizer:
    """The recipe's optimiser, with its learning rate, clipping and average of the weights.

    Weight decay is decoupled from the gradient (Loshchilov and Hutter 2019); "adam" has none. The
    average moves by 1 - `ema` a step (Polyak and Juditsky 1992, exponentially weighted).
    """
    shared: dict[str, Any] = {"global_clipnorm": recipe.clip or None}
    if recipe.ema:
        shared |= {"use_ema": True, "ema_momentum": recipe.ema}
    rate = learning_rate(recipe, steps_an_epoch)
    return MAKERS[recipe.optimizer](rate, recipe.weight_decay, **shared)


def averaging(recipe: Recipe) -> list[keras.callbacks.Callback]:
    """The callbacks that put averaged weights in for validation, if the recipe has such."""
    if recipe.ema:
        return [keras.callbacks.SwapEMAWeights()]
    if recipe.optimizer == "schedule_free_adamw":
        return [ScheduleFreeWeights()]
    return []


class ScheduleFreeWeights(keras.callbacks.Callback):
    """Puts ScheduleFreeAdamW's average in the network for validation; Keras leaves it out."""

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        optimizer = getattr(self.model.optimizer, "inner_optimizer", self.model.optimizer)
        weights = self.model.trainable_variables
        self.trained = [ops.convert_to_numpy(weight) for weight in weights]
        for weight, average in zip(weights, optimizer.averages(weights), strict=True):
            weight.assign(average)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        for weight, trained in zip(self.model.trainable_variables, self.trained, strict=True):
            weight.assign(trained)
