"""Learning from trained networks as well as from labels: knowledge distillation."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


class Taught(keras.Model):
    """A network behind its augmentation, which is compared with teachers on what both see.

    A share of the loss is the cross-entropy between the teachers' mean answer and the network's,
    both softened by a temperature, times its square, which keeps the gradients' size (Hinton,
    Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network"). The teachers are shown
    the very images that the network is shown, changed alike (Beyer et al. 2022, "Knowledge
    distillation: A good teacher is patient and consistent").

    Args:
        network: takes (N, 28, 28, 1) and gives logits (N, classes); only this is to be saved.
        augmentation: layers that act on the pixels, in training only.
        teachers: networks of the same shapes; they do not change.
        share: of the loss that is the comparison, 0 to 1; the rest is that with the labels.
        temperature: by which logits are divided before they are compared.
    """

    def __init__(
        self,
        network: keras.Model,
        augmentation: Sequence[keras.Layer],
        teachers: Sequence[keras.Model],
        share: float,
        temperature: float,
    ) -> None:
        super().__init__(name="taught")
        self.network = network
        self.augmentation = list(augmentation)
        self.teachers = list(teachers)
        for teacher in self.teachers:
            teacher.trainable = False
        self.share = share
        self.temperature = temperature

    def build(self, shape: Any) -> None:
        """Build the augmentation; the networks are built."""
        for layer in self.augmentation:
            layer.build(shape)

    def call(self, pixels: Any, training: bool = False) -> Any:
        """(N, 28, 28, 1) of 0 to 255 to logits (N, classes)."""
        if not training:
            return self.network(pixels, training=False)
        pixels = ops.cast(pixels, "float32")
        for layer in self.augmentation:
            pixels = layer(pixels, training=True)
        self.taught = self._answer_of_teachers(pixels)
        return self.network(pixels, training=True)

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
        softened = y_pred / self.temperature
        compared = ops.categorical_crossentropy(self.taught, softened, from_logits=True)
        compared = ops.mean(compared * sample_weight) * self.temperature**2
        return (1 - self.share) * labelled + self.share * compared

    def _answer_of_teachers(self, pixels: Any) -> Any:
        answers = [
            ops.softmax(teacher(pixels, training=False) / self.temperature)
            for teacher in self.teachers
        ]
        return ops.stop_gradient(sum(answers) / len(answers))
