"""Training on digits that are changed so that the network misreads them: adversarial training."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from digitrec.errors import OptionError
from digitrec.reading.form import SIDE
from digitrec.training.attacks.ball import Ball
from digitrec.training.attacks.descent import OVERSHOOT, against, moved
from digitrec.training.recipe import Recipe
from digitrec.training.trained import Stage, Trained

FAST_STEP = 1.25
"""Radii that "fgsm" steps from a random place (Wong et al. 2020)."""


class Adversary(keras.Layer):
    """Changes digits so that a network misreads them.

    Args:
        kind: "fgsm" takes one step from a random place (Wong, Rice and Kolter, "Fast is better than
            free: Revisiting adversarial training", 2020), "pgd" several (Madry et al., "Towards
            Deep Learning Models Resistant to Adversarial Attacks", 2018); both for the labels.
            "trades" takes several, away from what the network answers to the digit itself (Zhang et
            al., "Theoretically Principled Trade-off between Robustness and Accuracy", 2019).
        ball: what may become of a digit.
        steps: of "pgd" and "trades".
        growing: batches in which the ball grows to its size.
        weight: "trades": how much the difference to the answer to the digit itself counts.
        seed: of the places to begin at.
    """

    def __init__(
        self,
        kind: str,
        ball: Ball,
        steps: int,
        growing: int = 0,
        weight: float = 1.0,
        seed: int = 0,
    ) -> None:
        super().__init__(dtype="float32")
        self.kind = kind
        self.ball = ball
        self.strides = [FAST_STEP] if kind == "fgsm" else [OVERSHOOT / steps] * steps
        self.growing = growing
        self.weight = weight
        self.random = keras.random.SeedGenerator(seed)
        self.batches = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def attacked(self, network: keras.Model, shown: Any, targets: Any) -> Any:
        """Digits (N, 28, 28, 1), changed so that the answers are far from targets (N, classes).

        The network is seen as it is used, without dropout.
        """
        self.batches.assign_add(1.0)
        ball = self.ball
        if self.growing:
            ball = ball.times(ops.minimum(1.0, self.batches / self.growing))
        score = against(network, ops.stop_gradient(targets))
        images = ball.start(shown, self.random)
        for stride in self.strides:
            images = moved(score, images, shown, ball, stride)
        return ops.stop_gradient(images)


class Hardened(Trained):
    """A network behind its augmentation, which learns from digits that an adversary has changed.

    The accuracy that is shown in training is that on the digits themselves.

    Args:
        network, augmentation, plan, options: as Trained has them.
        adversary: who changes the digits.
    """

    def __init__(
        self,
        network: keras.Model,
        augmentation: Sequence[keras.Layer],
        plan: Sequence[Stage],
        adversary: Adversary,
        **options: Any,
    ) -> None:
        super().__init__(network, augmentation, plan, beside=[adversary], **options)
        self.adversary = adversary

    def changed(self, pixels: Any) -> Any:
        """As the network is shown them; the adversary begins there."""
        self.shown = super().changed(pixels)
        return self.shown

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss with the labels; in training of the digits as the adversary leaves them."""
        if not training:
            return super().compute_loss(x, y, y_pred, sample_weight, training)
        if self.adversary.kind != "trades":
            answers = self.answer_to_attacked(y)
            return super().compute_loss(x, y, answers, sample_weight, training)
        labelled = super().compute_loss(x, y, y_pred, sample_weight, training)
        itself = ops.softmax(y_pred)
        answers = ops.log_softmax(self.answer_to_attacked(itself))
        difference = ops.sum(itself * (ops.log_softmax(y_pred) - answers), axis=-1)
        return labelled + self.adversary.weight * ops.mean(difference * sample_weight)

    def answer_to_attacked(self, targets: Any) -> Any:
        """The logits (N, classes) to the batch, attacked to be far from targets (N, classes)."""
        return self.answer(self.adversary.attacked(self.network, self.shown, targets), SIDE)


def adversary_for(
    recipe: Recipe, teachers: Sequence[keras.Model], steps_an_epoch: int
) -> Adversary:
    """The recipe's adversary.

    Raises:
        OptionError: digits are also to be seen at another side, or there are tasks or teachers.
    """
    if recipe.early_side != SIDE or recipe.tasks or teachers:
        raise OptionError(
            f"adversary: expected whole digits ({SIDE} pixels), and no tasks or teachers; received "
            f"{recipe.early_side} pixels, {recipe.tasks or 'no'} tasks, {len(teachers)} teachers"
        )
    return Adversary(
        recipe.adversary,
        Ball("inf", recipe.epsilon),
        recipe.attack_steps,
        round(recipe.epsilon_epochs * steps_an_epoch),
        recipe.trades_weight,
        recipe.seed,
    )
