"""The training itself, from a recipe to a network with the weights to keep."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitrec import networks
from digitrec.datasets.digits import Digits, Part
from digitrec.networks.scaling import scaling
from digitrec.training import augmentation, device, optimizers, run_folder, schedules
from digitrec.training.batches import (
    Batches,
    TrainingBatches,
    emphasised,
    fed,
    training_batches,
)
from digitrec.training.callbacks import Feeding, Keeper, RememberPlateau, StopOnNaN
from digitrec.training.checkpoint import Checkpoint, Progress
from digitrec.training.device import Device
from digitrec.training.ensembles import of_snapshots
from digitrec.training.hardened import Hardened, adversary_for
from digitrec.training.losses import loss
from digitrec.training.metrics import AccuracyOnDigits
from digitrec.training.recipe import OF_THE_NETWORK, Recipe
from digitrec.training.statistics import renew_statistics
from digitrec.training.supplement import supplemented
from digitrec.training.tasks import Tasked, TaughtTasked, expect_possible, tasks_for
from digitrec.training.teaching import Lesson, Taught
from digitrec.training.trained import InStages, Trained, stages
from digitrec.training.transfer import Start, begin_with
from digitrec.training.whitening import whiten

VALIDATION_BATCH = 500
"""Digits a batch where nothing is learnt."""


@dataclass(frozen=True)
class Fitted:
    """What came out of a training.

    Attributes:
        network: the float32 network, with the weights that the recipe keeps.
        history: by name ("loss", "accuracy", "val_loss", "val_accuracy"), one value an epoch.
        count: digits that it was trained on.
        seconds: that the epochs took.
        waited: seconds of these in which a step waited for its batch.
        device: what it ran on.
    """

    network: keras.Model
    history: dict[str, list[float]]
    count: int
    seconds: float
    waited: float
    device: Device


def fit(
    digits: Digits,
    recipe: Recipe,
    folder: Path,
    *,
    where: Device | None = None,
    start: Start | None = None,
    teachers: Sequence[keras.Model] = (),
    watchers: Sequence[keras.callbacks.Callback] = (),
    network: keras.Model | None = None,
    verbose: int = 1,
) -> Fitted:
    """Train a network on digits.train, with the best epoch chosen on digits.validation.

    Args:
        digits: the data set, of the recipe's fold if it has folds; its test part is not read.
        recipe: every knob.
        folder: where a checkpoint is kept; one that is there is gone on from.
        where: what to train on (default: device.find()).
        start: a trained network to begin with (default: random weights).
        teachers: networks to learn from besides the labels.
        watchers: Keras's callbacks, such as TensorBoard.
        network: what is trained (default: the recipe's, untrained); it computes in float32.
        verbose: as Keras has it: 0 silent, 1 a bar, 2 a line an epoch.

    Raises:
        OptionError: the data has no such class as is to be emphasised, or no answers for the tasks;
            or the network has no such knob.
        TrainingError: the loss is not a number, or memory is out.
        ModelError: the checkpoint is damaged, or of another training; or the network to start
            with is another one.
        OutputError: the checkpoint cannot be written.
    """
    expect_possible(recipe, digits.classes)
    keras.utils.set_random_seed(recipe.seed)
    where = where or device.find()
    train, classes = limited(digits.train, recipe.limit), len(digits.classes)
    checkpoint = Checkpoint(folder / run_folder.CHECKPOINT, what_it_is(recipe, digits, train))
    with device.memory_errors_told(), device.scope(where):
        batches = batches_for(recipe, train, digits.classes)
        network = network or untrained(recipe, classes, train, where, start)
        model = trainable(network, recipe, len(batches), where, teachers)
        progress = checkpoint.load(model)
        callbacks = watching(recipe, model, batches, progress, checkpoint)
        if not progress.finished(recipe.epochs):
            model.fit(
                fed(batches),
                validation_data=fed(Batches(digits.validation, classes, VALIDATION_BATCH)),
                initial_epoch=progress.epochs,
                epochs=recipe.epochs,
                shuffle=False,  # of batches, by Keras's own dice; ours follow from (seed, epoch)
                callbacks=[*callbacks, *watchers],
                verbose=verbose,
            )
        plain = in_float32(kept(model, recipe, batches, progress), recipe, classes, train)
        if recipe.keep == "snapshots":
            plain = of_snapshots(plain, progress.kept)
    return Fitted(
        plain, progress.history, len(train), progress.seconds, progress.waited_for_data, where
    )


def batches_for(recipe: Recipe, train: Part, classes: tuple[str, ...]) -> TrainingBatches:
    """What the recipe trains on: these digits, what it adds to them, and how much each counts."""
    shown = supplemented(train, classes, recipe)
    return training_batches(shown, len(classes), recipe, emphasised(recipe, classes))


def kept(
    model: Trained, recipe: Recipe, batches: TrainingBatches, progress: Progress
) -> keras.Model:
    """The network with the weights that the recipe keeps; with snapshots, those of the last."""
    network = model.network
    network.set_weights(progress.kept[-len(network.weights) :])
    if recipe.keep == "swa":
        renew_statistics(model, batches)
    model.thaw()
    return network


def untrained(
    recipe: Recipe, classes: int, train: Part, where: Device, start: Start | None = None
) -> keras.Model:
    """The recipe's network as it begins."""
    network = build(recipe, classes, train, device.precision(recipe.precision, where))
    if recipe.first_layer == "whitened":
        whiten(network, train.images)
    if start is not None:
        begin_with(start, network)
    return network


def trainable(
    network: keras.Model,
    recipe: Recipe,
    steps_an_epoch: int,
    where: Device,
    teachers: Sequence[keras.Model] = (),
) -> Trained:
    """A network behind its augmentation, with the recipe's loss and optimiser."""
    alone = len(where.names) == 1
    xla = recipe.xla == "on" or (recipe.xla == "auto" and where.kind == "GPU" and alone)
    model = with_augmentation(network, recipe, teachers, portable=xla, steps=steps_an_epoch)
    compile_for(model, recipe, steps_an_epoch, xla)
    return model


def build(recipe: Recipe, classes: int, train: Part, precision: str) -> keras.Model:
    """The recipe's network, untrained, for so many classes, computing in `precision`."""
    given = {name: getattr(recipe, name) for name in OF_THE_NETWORK}
    given = {name: value for name, value in given.items() if value is not None}
    if recipe.width != 1:
        given["width"] = recipe.width
    if recipe.l1 or recipe.l2:
        given["regularizer"] = keras.regularizers.L1L2(recipe.l1, recipe.l2)
    with computing_in(precision):
        return networks.build(
            recipe.network,
            classes=classes,
            scaling=scaling(recipe.scaling, *_pixel_statistics(recipe, train)),
            **given,
        )


def with_augmentation(
    network: keras.Model,
    recipe: Recipe,
    teachers: Sequence[keras.Model] = (),
    *,
    portable: bool = False,
    steps: int = 1,
) -> Trained:
    """The network behind its augmentation: this is compiled and trained, only the network is saved.

    With `steps` an epoch, for an adversary that grows in them.
    Made under the network's precision, without which Keras would not scale a float16 loss.
    """
    with computing_in(network.dtype_policy):
        layers = augmentation.layers_for(recipe, portable=portable)
        given: list[Any] = [network, layers, stages(recipe)]
        options: dict[str, Any] = {"easy": recipe.hard_mining}
        if recipe.adversary != "none":
            given.append(adversary_for(recipe, teachers, steps))
            return Hardened(*given, **options)
        if teachers:
            given.append(Lesson(tuple(teachers), recipe.teaching, recipe.temperature))
        if recipe.tasks:
            kind = TaughtTasked if teachers else Tasked
            return kind(*given, tasks=tasks_for(network, recipe), **options)
        return Taught(*given, **options) if teachers else Trained(*given, **options)


def compile_for(model: Trained, recipe: Recipe, steps_an_epoch: int, xla: bool) -> None:
    """Give a model the recipe's loss and optimiser."""
    model.compile(
        optimizer=optimizers.optimizer(recipe, steps_an_epoch),
        loss=loss(recipe),
        metrics=[AccuracyOnDigits(name="accuracy")],
        steps_per_execution=recipe.steps_per_execution,
        jit_compile=xla,
    )
    # Built in the first step, ScheduleFreeAdamW's z would begin at zero and not at the weights.
    model.optimizer.build(model.trainable_variables)


def watching(
    recipe: Recipe,
    model: Trained,
    batches: TrainingBatches,
    progress: Progress,
    checkpoint: Checkpoint,
) -> list[keras.callbacks.Callback]:
    """The callbacks, in their order: Keeper sees averaged weights, and all that has happened."""
    lowering = schedules.plateau(recipe)
    return [
        InStages(),
        StopOnNaN(),
        Feeding(batches, progress),
        *lowering,
        *(RememberPlateau(callback, progress) for callback in lowering),
        Keeper(model.network, recipe, progress, partial(checkpoint.save, model, progress)),
        *optimizers.averaging(recipe),
    ]


def what_it_is(recipe: Recipe, digits: Digits, train: Part) -> dict[str, Any]:
    """What must be the same for a training to be gone on with."""
    labels = np.ascontiguousarray(train.labels)
    return {
        **recipe.as_dict(),
        "data": digits.name,
        "classes": list(digits.classes),
        "labels": hashlib.sha256(labels.tobytes()).hexdigest()[:16],
        "keras": keras.__version__,
    }


def in_float32(network: keras.Model, recipe: Recipe, classes: int, train: Part) -> keras.Model:
    """The same network computing in float32, which every converter and device takes."""
    if network.compute_dtype == "float32":
        return network
    plain = build(recipe, classes, train, "float32")
    plain.set_weights(network.get_weights())
    return plain


def limited(part: Part, count: int | None) -> Part:
    """The first `count` digits, or all of them."""
    return part if count is None else part.take(np.arange(min(count, len(part))))


@contextmanager
def computing_in(precision: str | keras.DTypePolicy) -> Iterator[None]:
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
