"""Learning more of a digit than its name: heads beside the logits, on one trunk, in training only.

    digitrec train --tasks thickness,slant,even --task-weight 0.1

Caruana, "Multitask Learning", 1997: what a picture says besides its class shapes features that the
class needs too. The saved network has its logits alone.
"""

from dataclasses import dataclass
from typing import Any

import keras
from keras import layers, ops

from digitrec.datasets import measures
from digitrec.errors import OptionError
from digitrec.reading.form import DIGIT_NAMES, SIDE
from digitrec.training.knobs import named
from digitrec.training.recipe import Recipe
from digitrec.training.teaching import Taught
from digitrec.training.trained import Trained, at_side

MEASURED = {"thickness": (2.53, 0.71), "slant": (0.13, 0.28)}
"""Mean and deviation of MNIST's training digits, by which the measures are standardised."""


@dataclass(frozen=True)
class Tasks:
    """What is learnt beside the digit.

    Attributes:
        names: of TASKS.
        weight: how much the loss of each counts beside that of the digit.
        head: gives (N, names) of the features before the logits.
        trunks: the network up to these features, by the side of the digits in pixels.
    """

    names: tuple[str, ...]
    weight: float
    head: keras.Layer
    trunks: dict[int, keras.Model]

    def measured(self, pixels: Any) -> dict[str, Any]:
        """The standardised measures among the tasks, (N,), of pictures (N, 28, 28, 1)."""
        images = pixels[..., 0]
        found = {"thickness": measures.thickness, "slant": measures.slant}
        return {
            name: (found[name](images, ops) - MEASURED[name][0]) / MEASURED[name][1]
            for name in self.names
            if name in MEASURED
        }

    def loss(self, answers: Any, measured: dict[str, Any], targets: Any) -> Any:
        """The sum of the tasks' losses, a digit each, (N,).

        A measure's is the squared error, and counts only as far as the picture is a digit; that of
        "even" and "is_digit" is the binary cross-entropy.

        Args:
            answers: the head's, (N, names).
            measured: what `measured` gave.
            targets: (N, classes), the shares of the classes; mixed pictures have several.
        """
        losses = [
            self._one(name, answers[:, number], measured, targets)
            for number, name in enumerate(self.names)
        ]
        return sum(losses[1:], losses[0])

    def _one(self, name: str, answer: Any, measured: dict[str, Any], targets: Any) -> Any:
        if name in measured:
            return ops.square(answer - measured[name]) * digit_share(targets)
        wanted = ops.sum(targets[:, ::2], axis=1) if name == "even" else digit_share(targets)
        return ops.binary_crossentropy(wanted, ops.sigmoid(answer))


def digit_share(targets: Any) -> Any:
    """How much of each picture is a digit, (N,): background's target is the same for all classes.

    Args:
        targets: (N, classes). Of two classes none is ever background.
    """
    classes = targets.shape[1]
    least = ops.min(targets, axis=1)
    return 1.0 - classes * least if classes > 2 else ops.ones_like(least)


class Tasked(Trained):
    """A network behind its augmentation whose features also have to tell other things of a digit.

    Measures are taken of the very pictures that the network is shown, which augmentation has made
    thicker and slanted.

    Args:
        given: what Trained, or Taught, takes: network, augmentation, plan and perhaps a lesson.
        tasks: what else is learnt.
        options: of Trained.
    """

    def __init__(self, *given: Any, tasks: Tasks, **options: Any) -> None:
        super().__init__(*given, **options | {"beside": [tasks.head]})
        self.tasks = tasks

    def changed(self, pixels: Any) -> Any:
        """As the network is shown them; they are measured on the way."""
        pixels = super().changed(pixels)
        self.measured = self.tasks.measured(pixels)
        return pixels

    def answer(self, pixels: Any, side: int) -> Any:
        """The logits; the other heads answer on the way."""
        features = self.tasks.trunks[side](pixels, training=True)
        self.answers = self.tasks.head(ops.cast(features, "float32"))
        return self.network.get_layer("logits")(features, training=True)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The digits' loss; in training with those of the tasks."""
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training:
            return loss
        others = self.tasks.loss(self.answers, self.measured, y)
        counted = self.counted(y, y_pred, sample_weight)
        return loss + self.tasks.weight * ops.mean(others * counted)


class TaughtTasked(Tasked, Taught):
    """A network that learns from teachers, and other things of a digit as well."""


def tasks_for(network: keras.Model, recipe: Recipe) -> Tasks:
    """The recipe's tasks, on the features that a network's logits are computed from."""
    names = tuple(dict.fromkeys(named(recipe.tasks or "")))
    logits = network.get_layer("logits")
    trunk = keras.Model(network.input, logits.input, name=network.name)
    trunks = {SIDE: trunk}
    if recipe.early_side != SIDE:
        trunks[recipe.early_side] = at_side(trunk, recipe.early_side)
    # Named so, the head is no map from features to features for the optimiser Muon.
    head = layers.Dense(len(names), dtype="float32", name="task_logits")
    head.build(logits.input.shape)
    return Tasks(names, recipe.task_weight, head, trunks)


def expect_possible(recipe: Recipe, classes: tuple[str, ...]) -> None:
    """Raise OptionError when the recipe's tasks have no answers for these classes."""
    names = named(recipe.tasks or "")
    if "even" in names and classes != DIGIT_NAMES:
        raise OptionError("tasks: expected no even with other classes than the ten digits")
    if "is_digit" in names and not recipe.background:
        raise OptionError("tasks: expected is_digit with a --background above 0; received 0")
