"""Batches of digits and one-hot targets, in an order that follows from (seed, epoch)."""

import math
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Part
from digitrec.training.classic import classic_batch, classic_generator
from digitrec.training.recipe import Recipe

Batch = tuple[NDArray[Any], NDArray[np.float32], NDArray[np.float32]]

BACKGROUND_WEIGHT = 0.6
"""How much an image of no digit counts beside a digit's 1. As much as a digit, it would make the
network doubt rare forms of digits more often than it misreads them."""


class Batches(keras.utils.PyDataset):
    """Gives images (B, 28, 28, 1), targets (B, classes) and weights (B,), while a step runs.

    Args:
        part: the digits; the label `classes` is background, which belongs to all classes alike.
        classes: how many there are.
        batch_size: digits a batch; the last may be smaller.
        shuffle_seed: shuffles anew each epoch; None keeps the order.
    """

    def __init__(
        self, part: Part, classes: int, batch_size: int, shuffle_seed: int | None = None
    ) -> None:
        super().__init__()
        self.part = part
        self.classes = classes
        uniform = np.full((1, classes), 1 / classes, np.float32)
        self.targets = np.concatenate([np.eye(classes, dtype=np.float32), uniform])
        self.batch_size = batch_size
        self.shuffle_seed = shuffle_seed
        self.epoch = 0
        self._order = self._drawn_order()

    def __len__(self) -> int:
        return math.ceil(len(self.part) / self.batch_size)

    def __getitem__(self, number: int) -> Batch:
        chosen = self._order[number * self.batch_size : (number + 1) * self.batch_size]
        images = self._images(self.part.images[chosen][..., None], number)
        labels = self.part.labels[chosen]
        weights = np.where(labels < self.classes, 1.0, BACKGROUND_WEIGHT).astype(np.float32)
        return images, self.targets[labels], weights

    def on_epoch_end(self) -> None:
        self.epoch += 1
        self._order = self._drawn_order()

    def _images(self, images: NDArray[np.uint8], number: int) -> NDArray[Any]:
        return images

    def _drawn_order(self) -> NDArray[np.int64]:
        if self.shuffle_seed is None:
            return np.arange(len(self.part))
        return np.random.default_rng((self.shuffle_seed, self.epoch)).permutation(len(self.part))


class ClassicBatches(Batches):
    """Batches whose images ImageDataGenerator has changed; the same for one (seed, epoch)."""

    def __init__(self, part: Part, classes: int, recipe: Recipe) -> None:
        super().__init__(part, classes, recipe.batch_size, recipe.seed)
        self.generator = classic_generator(recipe)

    def _images(self, images: NDArray[np.uint8], number: int) -> NDArray[np.float32]:
        random = np.random.default_rng((self.shuffle_seed or 0, self.epoch, number))
        return classic_batch(self.generator, images, random)


def training_batches(part: Part, classes: int, recipe: Recipe) -> Batches:
    """The batches that a recipe trains on."""
    if recipe.augment == "classic":
        return ClassicBatches(part, classes, recipe)
    return Batches(part, classes, recipe.batch_size, recipe.seed)
