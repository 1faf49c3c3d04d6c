"""The course of the learning rate, from the first step to the last."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import keras
from keras import ops

from digitrec.training.recipe import Recipe

PLATEAU_PATIENCE = 2

ONE_CYCLE_RISE = 0.3
"""Share of a one-cycle's steps in which the rate rises."""

ONE_CYCLE_START, ONE_CYCLE_END = 1 / 25, 1e-4 / 25
"""The rate at a one-cycle's ends, as a share of the highest."""


@dataclass(frozen=True)
class Span:
    """What a course is worked out from, in steps.

    Attributes:
        total: of the whole training.
        rising: of the warm-up.
        decay: factor of each fall.
        decay_steps: between two falls.
        cycles: how often a cosine runs from the top down.
    """

    total: int
    rising: int
    decay: float
    decay_steps: float
    cycles: int


def _constant(after: Any, _: Span) -> Any:
    return ops.ones_like(after)


def _step(after: Any, span: Span) -> Any:
    return span.decay ** ops.floor(after / span.decay_steps)


def _exponential(after: Any, span: Span) -> Any:
    return span.decay ** (after / span.decay_steps)


def _cosine(after: Any, span: Span) -> Any:
    along = ops.minimum(after / (span.total - span.rising), 1.0) * span.cycles
    done = ops.minimum(ops.floor(along), span.cycles - 1.0)
    return (1 + ops.cos(math.pi * (along - done))) / 2


def _one_cycle(after: Any, span: Span) -> Any:
    along = ops.minimum(after / span.total, 1.0)
    up = _between(ONE_CYCLE_START, 1.0, along / ONE_CYCLE_RISE)
    down = _between(1.0, ONE_CYCLE_END, (along - ONE_CYCLE_RISE) / (1 - ONE_CYCLE_RISE))
    return ops.where(along < ONE_CYCLE_RISE, up, down)


def _between(start: float, end: float, along: Any) -> Any:
    """Half a cosine from `start` to `end` as `along` goes from 0 to 1."""
    return end + (start - end) * (1 + ops.cos(math.pi * along)) / 2


SHARES: Mapping[str, Callable[[Any, Span], Any]] = {
    "constant": _constant,
    "plateau": _constant,
    "step": _step,
    "exponential": _exponential,
    "cosine": _cosine,
    "one_cycle": _one_cycle,
}
"""What share of the highest rate is left so many steps after the warm-up."""


@keras.saving.register_keras_serializable("digitrec")
class Course(keras.optimizers.schedules.LearningRateSchedule):
    """The learning rate at each step: a rise in a line from 0, then one of SHARES.

    "cosine" falls to 0 along half a cosine, again and again if there are more cycles (Loshchilov
    and Hutter, "SGDR", 2017); "one_cycle", whose rise is its own, goes up for three tenths of
    the steps and down far below where it began (Smith and Topin, "Super-Convergence", 2018).
    """

    def __init__(self, kind: str, highest: float, **span: Any) -> None:
        self.kind, self.highest, self.span = kind, highest, Span(**span)

    def __call__(self, step: Any) -> Any:
        step = ops.cast(step, "float32")
        after = ops.maximum(step - self.span.rising, 0.0)
        risen = ops.minimum(step / max(self.span.rising, 1), 1.0) if self.span.rising else 1.0
        return self.highest * risen * SHARES[self.kind](after, self.span)

    def get_config(self) -> dict[str, Any]:
        return {"kind": self.kind, "highest": self.highest, **asdict(self.span)}


def learning_rate(recipe: Recipe, steps_an_epoch: int) -> Any:
    """The recipe's rate as a Course, or a number where a callback is to lower it."""
    if recipe.schedule == "plateau":
        return recipe.learning_rate
    total = recipe.epochs * steps_an_epoch
    own_rise = recipe.schedule == "one_cycle"
    return Course(
        recipe.schedule,
        recipe.learning_rate,
        total=total,
        rising=0 if own_rise else min(round(recipe.warmup * steps_an_epoch), total - 1),
        decay=recipe.decay,
        decay_steps=recipe.decay_epochs * steps_an_epoch,
        cycles=1 + recipe.restarts,
    )


def cosine_ends(recipe: Recipe) -> list[int]:
    """The epochs, counted from 1, with which the cosines end; for keep "snapshots"."""
    warmup, cosines = round(recipe.warmup), 1 + recipe.restarts
    length = (recipe.epochs - warmup) // cosines
    return [warmup + length * number for number in range(1, cosines + 1)]


class Plateau(keras.callbacks.ReduceLROnPlateau):
    """Lowers the rate when the validation loss no longer falls.

    What it has seen is not forgotten when a training is resumed: `best` and `wait` may be set.
    """

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Goes on from what it knows."""


def plateau(recipe: Recipe) -> list[Plateau]:
    """The callback of the schedule "plateau", if that is the recipe's."""
    if recipe.schedule != "plateau":
        return []
    return [Plateau(factor=recipe.decay, patience=PLATEAU_PATIENCE)]
