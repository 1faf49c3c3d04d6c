"""What is trained: a network behind its augmentation, in one or several stages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from digitrec.errors import OptionError
from digitrec.reading.form import SIDE
from digitrec.training.recipe import Recipe


@dataclass(frozen=True)
class Stage:
    """How digits look to the network from an epoch on.

    Attributes:
        begins: the first epoch, from 0.
        side: of the digits, in pixels.
        augmented: whether they are changed at random.
    """

    begins: int
    side: int
    augmented: bool


def stages(recipe: Recipe) -> list[Stage]:
    """The recipe's stages: small digits, whole ones, ones without augmentation."""
    clean = max(recipe.epochs - recipe.clean_epochs, 0)
    whole = min(round(recipe.early_share * recipe.epochs), clean)
    small = whole if recipe.early_side < SIDE else 0
    found = [
        Stage(0, recipe.early_side, True),
        Stage(small, SIDE, True),
        Stage(clean, SIDE, False),
    ]
    ends = [small, clean, recipe.epochs]
    return [stage for stage, end in zip(found, ends, strict=True) if stage.begins < end]


class Trained(keras.Model):
    """A network behind its augmentation: this is compiled and fitted, only `network` is saved.

    Args:
        network: takes (N, 28, 28, 1) and gives logits.
        augmentation: layers that act on the pixels, in training only.
        plan: the stages, in order; the first begins at 0.

    Raises:
        OptionError: digits are to be trained on at another side, and the network cannot take it.
    """

    def __init__(
        self, network: keras.Model, augmentation: Sequence[keras.Layer], plan: Sequence[Stage]
    ) -> None:
        super().__init__(name="trained", autocast=False)  # pixels stay exact for the augmentation
        self.network = network
        self.augmentation = list(augmentation)
        self.plan = tuple(plan)
        self.smaller = {
            stage.side: _at_side(network, stage.side) for stage in plan if stage.side != SIDE
        }
        self.stage = self.plan[0]
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
        if side == SIDE:
            return self.network(pixels, training=True)
        small = ops.image.resize(pixels, (side, side), antialias=True)
        return self.smaller[side](small, training=True)

    def changed(self, pixels: Any) -> Any:
        """The images (N, 28, 28, 1) of 0 to 255 that the network is shown in training."""
        if self.stage.augmented:
            for layer in self.augmentation:
                pixels = layer(pixels, training=True)
        return pixels


def _at_side(network: keras.Model, side: int) -> keras.Model:
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


class InStages(keras.callbacks.Callback):
    """Moves what is trained on to its next stage; its step is then compiled anew."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        stage = [stage for stage in self.model.plan if stage.begins <= epoch][-1]
        if stage != self.model.stage:
            self.model.stage = stage
            self.model.make_train_function(force=True)
