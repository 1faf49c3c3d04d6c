"""Batches of digits and one-hot targets, in an order that follows from (seed, epoch)."""

import math
import time
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.corruptions import corrupt_some
from digitrec.datasets.digits import Labels, Part
from digitrec.errors import expect_one_of
from digitrec.training.classic import classic_batch, classic_generator
from digitrec.training.knobs import named
from digitrec.training.mixing import mix
from digitrec.training.recipe import Recipe

Batch = tuple[NDArray[Any], NDArray[np.float32], NDArray[np.float32]]

EMPHASIS = 2.0
"""How much a digit of an emphasised class counts beside another's 1."""

BACKGROUND_WEIGHT = 0.6
"""How much an image of no digit counts beside a digit's 1. As much as a digit, it would make the
network doubt rare forms of digits more often than it misreads them."""


AHEAD = 4
"""Batches that are made while a step runs."""


class Batches(keras.utils.PyDataset):
    """Gives images (B, 28, 28, 1), targets (B, classes) and weights (B,), while a step runs.

    Args:
        part: the digits; the label `classes` is background, which belongs to all classes alike.
        classes: how many there are.
        batch_size: digits a batch; the last may be smaller.
    """

    def __init__(self, part: Part, classes: int, batch_size: int) -> None:
        super().__init__()
        self.part = part
        self.classes = classes
        uniform = np.full((1, classes), 1 / classes, np.float32)
        self.targets = np.concatenate([np.eye(classes, dtype=np.float32), uniform])
        self.weights = np.append(np.ones(classes, np.float32), np.float32(BACKGROUND_WEIGHT))
        self.batch_size = batch_size

    def __len__(self) -> int:
        return math.ceil(len(self.part) / self.batch_size)

    def __getitem__(self, number: int) -> Batch:
        first = number * self.batch_size
        return self._batch(np.arange(first, min(first + self.batch_size, len(self.part))), number)

    def _batch(self, chosen: NDArray[np.integer], number: int) -> Batch:
        labels = self.part.labels[chosen]
        images = self.part.images[chosen][..., None]
        return images, self.targets[labels], self.weights[labels]


class TrainingBatches(Batches):
    """The same for training: in an order, and mixed, as follows from (seed, epoch).

    Args:
        part: the digits.
        classes: how many there are.
        recipe: the seed, the size of a batch, how digits are weighted and mixed.
        emphasised: numbers of the classes that count EMPHASIS times.

    Attributes:
        ready: by epoch and number, when a batch was made, in terms of time.monotonic().
    """

    def __init__(
        self, part: Part, classes: int, recipe: Recipe, emphasised: Sequence[int] = ()
    ) -> None:
        super().__init__(part, classes, recipe.batch_size)
        self.recipe = recipe
        self.ready: dict[tuple[int, int], float] = {}
        self.begin(0)
        if recipe.class_weights == "balanced":
            self.weights[:classes] = balanced(part.labels, classes)
        self.weights[list(emphasised)] *= EMPHASIS

    def begin(self, epoch: int) -> None:
        """Go to an epoch, numbered from 0."""
        self.epoch = epoch
        self._order = np.random.default_rng((self.recipe.seed, epoch)).permutation(len(self.part))

    def __getitem__(self, number: int) -> Batch:
        epoch = self.epoch
        batch = super().__getitem__(number)
        self.ready.setdefault((epoch, number), time.monotonic())
        return batch

    def _batch(self, chosen: NDArray[np.integer], number: int) -> Batch:
        batch = super()._batch(self._order[chosen], number)
        if self.epoch >= self.recipe.epochs - self.recipe.clean_epochs:
            return batch
        random = np.random.default_rng((self.recipe.seed, self.epoch, number))
        return self._changed(self._corrupted(batch, random), random)

    def _corrupted(self, batch: Batch, random: np.random.Generator) -> Batch:
        if not self.recipe.corrupted:
            return batch
        images, targets, weights = batch
        changed = corrupt_some(images[..., 0], self.recipe.corrupted, random)
        return changed[..., None], targets, weights

    def _changed(self, batch: Batch, random: np.random.Generator) -> Batch:
        return mix(batch, self.recipe.mixup, self.recipe.cutmix, random)


class ClassicBatches(TrainingBatches):
    """Batches whose images ImageDataGenerator has changed; the same for one (seed, epoch)."""

    def __init__(
        self, part: Part, classes: int, recipe: Recipe, emphasised: Sequence[int] = ()
    ) -> None:
        super().__init__(part, classes, recipe, emphasised)
        self.generator = classic_generator(recipe)

    def _changed(self, batch: Batch, random: np.random.Generator) -> Batch:
        images, targets, weights = batch
        return super()._changed(
            (classic_batch(self.generator, images, random), targets, weights), random
        )


def fed(batches: Batches) -> Any:
    """What Keras is to take batches from: for TensorFlow, a data set that is not tuned as it runs.

    Of a PyDataset Keras makes one that is, and in TensorFlow 2.21 the end of an epoch then may wait
    until the sleeping tuner looks up, which has taken from two to eight seconds.
    """
    if keras.backend.backend() != "tensorflow":
        return batches
    import tensorflow as tf

    as_it_is = tf.data.Options()
    as_it_is.autotune.enabled = False
    return (
        tf.data.Dataset.from_generator(
            lambda: (batches[number] for number in range(len(batches))),
            output_signature=tuple(
                tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in batches[0]
            ),
        )
        .apply(tf.data.experimental.assert_cardinality(len(batches)))
        .prefetch(AHEAD)
        .with_options(as_it_is)
    )


def training_batches(
    part: Part, classes: int, recipe: Recipe, emphasised: Sequence[int] = ()
) -> TrainingBatches:
    """The batches that a recipe trains on."""
    kind = ClassicBatches if recipe.augment == "classic" else TrainingBatches
    return kind(part, classes, recipe, emphasised)


def emphasised(recipe: Recipe, classes: Sequence[str]) -> list[int]:
    """The numbers of the classes that the recipe emphasises.

    Raises:
        OptionError: there is no such class.
    """
    names = named(recipe.emphasis or "")
    return [classes.index(expect_one_of("emphasis", name, classes)) for name in names]


def balanced(labels: Labels, classes: int) -> NDArray[np.float32]:
    """(classes,): weights by which every class counts alike, 1 in the mean over the digits."""
    counts = np.bincount(labels[labels < classes], minlength=classes)
    return (counts.sum() / (classes * np.maximum(counts, 1))).astype(np.float32)
