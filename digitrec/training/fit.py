"""The training itself, from a recipe to a network with its best weights."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitrec import networks
from digitrec.datasets.digits import Digits, Part
from digitrec.networks.scaling import scaling
from digitrec.training import augmentation, device, run_folder, schedules
from digitrec.training.batches import Batches, training_batches
from digitrec.training.callbacks import SaveBest, StopOnNaN
from digitrec.training.device import Device
from digitrec.training.metrics import AccuracyOnDigits
from digitrec.training.recipe import Recipe
from digitrec.training.supplement import supplemented
from digitrec.training.teaching import Taught


@dataclass(frozen=True)
class Fitted:
    """What came out of a training.

    Attributes:
        network: the float32 network, with the weights of the best epoch, or the last.
        history: by name ("loss", "accuracy", "val_loss", "val_accuracy"), one value an epoch.
        count: digits that it was trained on.
        seconds: that the fit took.
        device: what it ran on.
    """

    network: keras.Model
    history: dict[str, list[float]]
    count: int
    seconds: float
    device: Device


def fit(
    digits: Digits,
    recipe: Recipe,
    folder: Path,
    *,
    teachers: Sequence[keras.Model] = (),
    verbose: int = 1,
) -> Fitted:
    """Train a network on digits.train, with the best epoch chosen on digits.validation.

    Args:
        digits: the data set; its test part is not read.
        recipe: every knob.
        folder: where a checkpoint of the best epoch is kept while it runs.
        teachers: networks to learn from besides the labels.
        verbose: as Keras has it: 0 silent, 1 a bar, 2 a line an epoch.

    Raises:
        TrainingError: the loss is not a number.
        OutputError: the checkpoint cannot be written.
    """
    keras.utils.set_random_seed(recipe.seed)
    where = device.find()
    train = limited(digits.train, recipe.limit)
    classes = len(digits.classes)
    network = build(recipe, classes, train, recipe.precision)
    batches = training_batches(supplemented(train, digits.classes, recipe), classes, recipe)
    xla = recipe.xla == "on" or (recipe.xla == "auto" and where.kind == "GPU")
    with computing_in(recipe.precision):
        trained = with_augmentation(network, recipe, teachers, portable=xla)
    compile_for(trained, recipe, len(batches), xla)
    checkpoint = folder / run_folder.CHECKPOINT
    begun = time.monotonic()
    history = trained.fit(
        batches,
        validation_data=Batches(digits.validation, classes, recipe.batch_size),
        epochs=recipe.epochs,
        callbacks=[*schedules.plateau(recipe), *watchers(recipe, network, checkpoint)],
        verbose=verbose,
    )
    seconds = time.monotonic() - begun
    checkpoint.unlink(missing_ok=True)
    plain = in_float32(network, recipe, classes, train)
    return Fitted(plain, history.history, len(train), seconds, where)


def build(recipe: Recipe, classes: int, train: Part, precision: str) -> keras.Model:
    """The recipe's network, untrained, for so many classes, computing in `precision`."""
    knobs: dict[str, Any] = {
        "dropout": recipe.dropout,
        "activation": recipe.activation,
        "initializer": recipe.initializer,
        "regularizer": keras.regularizers.L1L2(recipe.l1, recipe.l2)
        if recipe.l1 or recipe.l2
        else None,
    }
    given = {name: value for name, value in knobs.items() if value is not None}
    with computing_in(precision):
        return networks.build(
            recipe.network,
            classes=classes,
            width=recipe.width,
            scaling=scaling(recipe.scaling, *_pixel_statistics(recipe, train)),
            **given,
        )


def with_augmentation(
    network: keras.Model,
    recipe: Recipe,
    teachers: Sequence[keras.Model] = (),
    *,
    portable: bool = False,
) -> keras.Model:
    """The network behind its augmentation: this is compiled and trained, only the network is saved.

    Made under the recipe's precision, without which Keras would not scale a float16 loss.
    """
    layers = augmentation.layers_for(recipe, portable=portable)
    if teachers:
        return Taught(network, layers, teachers, recipe.teaching, recipe.temperature)
    return keras.Sequential([keras.Input(network.input_shape[1:]), *layers, network])


def compile_for(model: keras.Model, recipe: Recipe, steps_an_epoch: int, xla: bool) -> None:
    """Give a model the recipe's loss and optimiser."""
    model.compile(
        optimizer=schedules.optimizer(recipe, steps_an_epoch),
        loss=keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=recipe.label_smoothing
        ),
        metrics=[AccuracyOnDigits(name="accuracy")],
        jit_compile=xla,
    )


def watchers(
    recipe: Recipe, network: keras.Model, checkpoint: Path
) -> list[keras.callbacks.Callback]:
    """Stop on NaN, put the averaged weights in, stop early, keep the best and restore it."""
    averaged = [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)] if recipe.ema else []
    return [
        StopOnNaN(),
        *averaged,
        SaveBest(network, checkpoint),
        keras.callbacks.EarlyStopping(
            patience=recipe.patience or recipe.epochs,
            restore_best_weights=recipe.keep == "best",
        ),
    ]


def in_float32(network: keras.Model, recipe: Recipe, classes: int, train: Part) -> keras.Model:
    """The same network computing in float32, which every converter and device takes."""
    if recipe.precision == "float32":
        return network
    plain = build(recipe, classes, train, "float32")
    plain.set_weights(network.get_weights())
    return plain


def limited(part: Part, count: int | None) -> Part:
    """The first `count` digits, or all of them."""
    return part if count is None else part.take(np.arange(min(count, len(part))))


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Layers made inside the block compute in `precision`."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _pixel_statistics(recipe: Recipe, train: Part) -> tuple[float, ...]:
    """Mean and deviation of the training pixels, where the scaling wants them."""
    if recipe.scaling != "zscore":
        return ()
    pixels = np.asarray(train.images)
    return float(pixels.mean()), float(pixels.std())
