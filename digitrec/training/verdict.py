"""What a training's course says about it, in words, with one flag to try."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from digitrec.training.recipe import Recipe

LUCK = 0.1
"""Accuracy that is less of the way from chance to 1 than this is as good as guessing."""

FEWEST_EPOCHS = 3
"""Before that many, nothing learnt may only mean that it has hardly begun."""

MEMORISED_GAP = 0.015
"""Training accuracy this far above validation's: the network knows its digits by heart."""

RISE = 1.15
"""A validation loss this many times its lowest has turned and is rising."""

HARDLY_MOVED = 0.9
"""A loss that fell every epoch and still is this share of its first has been given tiny steps."""

ABOVE_GUESSING = 1.05
"""A loss this many times that of guessing is a network's first weights talking."""

WEAK_FIT = 0.95
"""Training accuracy under which a network has not even learnt the digits that it saw."""

STRONG_DROPOUT = 0.5

STILL_GAINING = 0.003
"""Validation accuracy won in the last epoch from which another epoch is worth its time."""


@dataclass(frozen=True)
class Verdict:
    """`words` for a person; `flag` to try next, or None when nothing needs to change."""

    words: str
    flag: str | None = None

    def __str__(self) -> str:
        return self.words if self.flag is None else f"{self.words}; try {self.flag}"


def judge(history: Mapping[str, Sequence[float]], classes: int, recipe: Recipe) -> Verdict:
    """Judge a course of loss, accuracy, val_loss and val_accuracy, one value an epoch."""
    best = max(history["val_accuracy"])
    if _guesses(best, classes):
        return _learnt_nothing(history, classes, recipe)
    if _diverged(history):
        return Verdict("the rate is too high: the loss went up again", _slower(recipe))
    if history["accuracy"][-1] - history["val_accuracy"][-1] > MEMORISED_GAP or _turned(history):
        return Verdict(
            "over-fitted: it knows the training digits better than new ones", _regularise(recipe)
        )
    if max(history["accuracy"]) < WEAK_FIT and best < WEAK_FIT:
        return Verdict("under-fitted: it has not learnt even the digits it saw", _longer(recipe))
    if _still_gaining(history):
        return Verdict("not finished: validation still improves", _longer(recipe))
    return Verdict("a good fit: training and validation agree")


def _learnt_nothing(
    history: Mapping[str, Sequence[float]], classes: int, recipe: Recipe
) -> Verdict:
    guessing = math.log(classes)
    if len(history["loss"]) < FEWEST_EPOCHS:
        return Verdict("too short to judge: nothing is learnt yet", _longer(recipe))
    if not _guesses(history["accuracy"][-1], classes):
        return Verdict(
            "the labels look shuffled: training digits are learnt by heart, new ones are guessed",
            "digitrec data show",
        )
    if _crawls(history["loss"], guessing):
        return Verdict("the rate is too low: the loss falls, but hardly", _faster(recipe))
    if max(history["loss"]) > RISE * guessing:
        return Verdict("the rate is too high: nothing is learnt", _slower(recipe))
    return Verdict(
        "the labels look shuffled, or the weights are where nothing can be learnt",
        "digitrec data show",
    )


def _guesses(accuracy: float, classes: int) -> bool:
    chance = 1 / classes
    return accuracy < chance + LUCK * (1 - chance)


def _crawls(loss: Sequence[float], guessing: float) -> bool:
    """Whether it fell in every epoch, by little, and guessing would still be better."""
    falls = all(later < earlier for earlier, later in pairwise(loss))
    return falls and loss[-1] > max(HARDLY_MOVED * loss[0], ABOVE_GUESSING * guessing)


def _diverged(history: Mapping[str, Sequence[float]]) -> bool:
    loss = history["loss"]
    return loss[-1] > RISE * min(loss) and history["accuracy"][-1] < max(history["accuracy"]) - 0.02


def _turned(history: Mapping[str, Sequence[float]]) -> bool:
    """Whether validation's loss rises from its lowest while the training loss still falls."""
    falling = history["loss"][-1] <= min(history["loss"])
    return falling and history["val_loss"][-1] > RISE * min(history["val_loss"])


def _still_gaining(history: Mapping[str, Sequence[float]]) -> bool:
    course = history["val_accuracy"]
    return len(course) > 1 and course[-1] - max(course[:-1]) > STILL_GAINING


def _slower(recipe: Recipe) -> str:
    return f"--learning-rate {recipe.learning_rate / 10:g}"


def _faster(recipe: Recipe) -> str:
    return f"--learning-rate {recipe.learning_rate * 10:g}"


def _longer(recipe: Recipe) -> str:
    return f"--epochs {2 * recipe.epochs}"


def _regularise(recipe: Recipe) -> str:
    if recipe.augment == "none":
        return "--augment full"
    if (recipe.dropout or 0.0) < STRONG_DROPOUT:
        return f"--dropout {STRONG_DROPOUT:g}"
    return f"--weight-decay {10 * recipe.weight_decay:g}"
