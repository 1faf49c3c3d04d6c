"""What `digitrec tune` may choose: the knobs of a recipe, each with the values to try.

The span of a knob is what the laboratory found worth trying, not all that the recipe allows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any

from digitrec import networks
from digitrec.networks import (
    ATTENTIONS,
    CONNECTIONS,
    DROPOUTS,
    GLOBAL_POOLINGS,
    POOLINGS,
)
from digitrec.training.recipe import OF_THE_NETWORK, OPTIMIZERS, Recipe


@dataclass(frozen=True)
class Span:
    """Numbers from `low` to `high`, both included.

    Attributes:
        log: whether each factor, rather than each difference, is as likely.
        whole: whether they are whole numbers.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False


Dimension = Span | tuple[str | int, ...]
"""The values of one knob: a span of numbers, or some that have no order."""

Space = Mapping[str, Dimension]
"""By name of the knob."""

TRAINING: Space = {
    "learning_rate": Span(1e-4, 0.1, log=True),
    "weight_decay": Span(1e-5, 0.1, log=True),
    "optimizer": OPTIMIZERS,
    "batch_size": (64, 128, 256, 512),
    "dropout": Span(0.0, 0.5),
    "label_smoothing": Span(0.0, 0.2),
    "rotation": Span(0.0, 15.0),
    "translation": Span(0.0, 3.0),
    "shear": Span(0.0, 0.3),
    "zoom": Span(0.0, 0.2),
    "elastic": Span(0.0, 1.5),
    "looks": Span(0.0, 0.5),
}
"""How a network is trained."""

NETWORK: Space = {
    "width": Span(0.25, 2.0, log=True),
    "depth": Span(1, 4, whole=True),
    "kernel_size": (3, 5),
    # Not grouped ones: on a processor they take up to fifteen times as long to train.
    "convolution": ("plain", "separable", "dilated", "factorised"),
    "normalization": ("batch", "group", "layer"),
    "activation": ("relu", "leaky_relu", "prelu", "elu", "gelu", "silu", "hard_silu"),
    "pooling": POOLINGS,
    "global_pooling": GLOBAL_POOLINGS,
    "attention": ATTENTIONS,
    "connection": CONNECTIONS,
    "dropout": Span(0.0, 0.5),
    "dropout_kind": DROPOUTS,
}
"""What a network is made of; networks that lack some of these knobs are searched without them."""

SPACES: Mapping[str, Space] = {
    "training": TRAINING,
    "network": NETWORK,
    "both": {**TRAINING, **NETWORK},
}

BY_AUGMENTATION = {
    "none": ("rotation", "translation", "shear", "zoom", "elastic", "looks"),
    "classic": ("elastic", "looks"),
    "affine": ("elastic", "looks"),
    "full": (),
}
"""Knobs that do nothing with each kind of augmentation."""


def left_to_choose(space: Space, recipe: Recipe, fixed: Iterable[str]) -> dict[str, Dimension]:
    """The knobs of a space that are not fixed, and that change something in this recipe.

    Those of the network are looked for in its signature, for which Keras is loaded.
    """
    without = {*fixed, *BY_AUGMENTATION[recipe.augment]}
    taken = signature(getattr(networks, recipe.network)).parameters
    return {
        name: values
        for name, values in space.items()
        if name not in without and (name in taken or name not in ("width", *OF_THE_NETWORK))
    }


def sampled(trial: Any, space: Space) -> dict[str, Any]:
    """A value for each knob of a space, which a trial of Optuna chooses."""
    return {name: _value(trial, name, values) for name, values in space.items()}


def _value(trial: Any, name: str, values: Dimension) -> Any:
    if isinstance(values, tuple):
        return trial.suggest_categorical(name, values)
    if values.whole:
        return trial.suggest_int(name, int(values.low), int(values.high))
    return trial.suggest_float(name, values.low, values.high, log=values.log)
