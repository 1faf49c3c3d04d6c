"""Learning from trained networks as well as from labels: knowledge distillation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from digitrec.training.trained import Stage, Trained


@dataclass(frozen=True)
class Lesson:
    """What is to be learnt besides the labels.

    Attributes:
        teachers: networks of the same shapes as the one that learns; they do not change.
        share: of the loss that is the comparison, 0 to 1; the rest is that with the labels.
        temperature: by which logits are divided before they are compared.
    """

    teachers: tuple[keras.Model, ...]
    share: float
    temperature: float

    def answer(self, pixels: Any) -> Any:
        """The teachers' mean answer (N, classes) to (N, 28, 28, 1), softened; sums to 1."""
        answers = [
            ops.softmax(teacher(pixels, training=False) / self.temperature)
            for teacher in self.teachers
        ]
        return ops.stop_gradient(sum(answers) / len(answers))


class Taught(Trained):
    """A network behind its augmentation, which is compared with teachers on what both see.

    A share of the loss is the cross-entropy between the teachers' mean answer and the network's,
    both softened by a temperature, times its square, which keeps the gradients' size (Hinton,
    Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network"). The teachers are shown
    the very images that the network is shown, changed alike (Beyer et al. 2022, "Knowledge
    distillation: A good teacher is patient and consistent").

    Args:
        network, augmentation, plan, options: as Trained has them.
        lesson: whom it learns from, and how much.
    """

    def __init__(
        self,
        network: keras.Model,
        augmentation: Sequence[keras.Layer],
        plan: Sequence[Stage],
        lesson: Lesson,
        **options: Any,
    ) -> None:
        super().__init__(network, augmentation, plan, **options)
        self.lesson = lesson

    def changed(self, pixels: Any) -> Any:
        """As the network is shown them; the teachers answer on the way."""
        pixels = super().changed(pixels)
        self.taught = self.lesson.answer(pixels)
        return pixels

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss with the labels; in training mixed with that of the comparison."""
        labelled = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training:
            return labelled
        lesson = self.lesson
        softened = y_pred / lesson.temperature
        compared = ops.categorical_crossentropy(self.taught, softened, from_logits=True)
        counted = self.counted(y, y_pred, sample_weight)
        compared = ops.mean(compared * counted) * lesson.temperature**2
        return (1 - lesson.share) * labelled + lesson.share * compared
