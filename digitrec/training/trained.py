"""What is trained: a network behind its augmentation, in one or several stages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from digitrec.errors import OptionError
from digitrec.reading.form import SIDE
from digitrec.training.losses import hardest
from digitrec.training.recipe import Recipe


@dataclass(frozen=True)
class Stage:
    """How digits look to the network from an epoch on, and what learns.

    Attributes:
        begins: the first epoch, from 0.
        side: of the digits, in pixels.
        augmented: whether they are changed at random.
        head_only: whether the logits learn alone, from features that stay as they are.
    """

    begins: int
    side: int
    augmented: bool
    head_only: bool = False


def stages(recipe: Recipe) -> list[Stage]:
    """The recipe's stages: only the logits learn; small digits, whole ones; no augmentation."""
    clean = max(recipe.epochs - recipe.clean_epochs, 0)
    whole = min(round(recipe.early_share * recipe.epochs), clean)
    small = whole if recipe.early_side < SIDE else 0
    begins = {0, small, clean, recipe.head_epochs}
    return [
        Stage(
            begin,
            recipe.early_side if begin < small else SIDE,
            begin < clean,
            begin < recipe.head_epochs,
        )
        for begin in sorted(begins)
        if begin < recipe.epochs
    ]


class Trained(keras.Model):
    """A network behind its augmentation: this is compiled and fitted, only `network` is saved.

    Where a stage has the logits learn alone, batch normalisation stays as it is in all of them,
    with the statistics that it came with: those of a few new digits would spoil the features.

    Args:
        network: takes (N, 28, 28, 1) and gives logits.
        augmentation: layers that act on the pixels, in training only.
        plan: the stages, in order; the first begins at 0.
        easy: share of each batch, its easiest digits, that does not count in training.
        beside: layers that learn with the network, and are not saved.

    Raises:
        OptionError: digits are to be trained on at another side, and the network cannot take it;
            or the logits are to learn alone, and Keras is not on TensorFlow.
    """

    def __init__(
        self,
        network: keras.Model,
        augmentation: Sequence[keras.Layer],
        plan: Sequence[Stage],
        easy: float = 0.0,
        beside: Sequence[keras.Layer] = (),
    ) -> None:
        super().__init__(name="trained", autocast=False)  # pixels stay exact for the augmentation
        self.network = network
        self.augmentation = list(augmentation)
        self.beside = list(beside)
        self.plan = tuple(plan)
        self.easy = easy
        self.smaller = {
            stage.side: at_side(network, stage.side) for stage in plan if stage.side != SIDE
        }
        self.stage = self.plan[0]
        self.fine_tuned = any(stage.head_only for stage in plan)
        if self.fine_tuned:
            _expect_tensorflow()
            for layer in network.layers:
                layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
        self.build((None, SIDE, SIDE, 1))

    def build(self, shape: Any) -> None:
        """Build what is not yet: a checkpoint is loaded before anything is trained."""
        for layer in self.augmentation:
            if not layer.built:
                layer.build(shape)

    def call(self, pixels: Any, training: bool = False) -> Any:
        """(N, 28, 28, 1) of 0 to 255 to logits (N, classes)."""
        if not training:
            return self.network(pixels, training=False)
        pixels = self.changed(ops.cast(pixels, "float32"))
        side = self.stage.side
        if side != SIDE:
            pixels = ops.image.resize(pixels, (side, side), antialias=True)
        return self.answer(pixels, side)

    def answer(self, pixels: Any, side: int) -> Any:
        """The logits (N, classes) in training to (N, side, side, 1)."""
        network = self.network if side == SIDE else self.smaller[side]
        return network(pixels, training=True)

    def enter(self, stage: Stage) -> None:
        """Go to a stage; the step has to be compiled anew where it is another than before."""
        self.stage = stage
        if not self.fine_tuned:
            return
        for layer in self.network.layers:
            if not isinstance(layer, keras.layers.BatchNormalization):
                layer.trainable = layer.name == "logits" or not stage.head_only

    def changed(self, pixels: Any) -> Any:
        """The images (N, 28, 28, 1) of 0 to 255 that the network is shown in training."""
        if self.stage.augmented:
            for layer in self.augmentation:
                pixels = layer(pixels, training=True)
        return pixels

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss with the labels, in training of the digits that count."""
        if training:
            sample_weight = self.counted(y, y_pred, sample_weight)
        return super().compute_loss(x, y, y_pred, sample_weight, training)

    def counted(self, targets: Any, logits: Any, weights: Any) -> Any:
        """The weights (N,) of a batch, without those of its easiest digits."""
        return weights * hardest(targets, logits, self.easy) if self.easy else weights

    def thaw(self) -> None:
        """Let all layers learn that were frozen, as those expect who go on with the network."""
        if self.fine_tuned:
            for layer in self.network.layers:
                layer.trainable = True


def at_side(network: keras.Model, side: int) -> keras.Model:
    """The same layers with the same weights for smaller digits."""
    try:
        return keras.models.clone_model(
            network,
            input_tensors=keras.Input((side, side, 1)),
            clone_function=lambda layer: layer,
        )
    except ValueError as error:
        raise OptionError(
            f"early_side: expected {SIDE}, or another that {network.name} takes; received {side}"
        ) from error


def _expect_tensorflow() -> None:
    if keras.backend.backend() != "tensorflow":
        raise OptionError(
            "head_epochs: expected 0, or TensorFlow, with which a part of a network can learn; "
            f"received {keras.backend.backend()}"
        )


class InStages(keras.callbacks.Callback):
    """Moves what is trained on to its next stage; its step is then compiled anew."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        stage = [stage for stage in self.model.plan if stage.begins <= epoch][-1]
        is_new = stage != self.model.stage
        self.model.enter(stage)
        if is_new:
            self.model.make_train_function(force=True)
