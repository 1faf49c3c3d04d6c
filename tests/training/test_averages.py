"""What is kept: the mean of the last epochs, with statistics of its own, snapshots, the best."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from digitrec.datasets.digits import Part
from digitrec.training import device
from digitrec.training.batches import training_batches
from digitrec.training.callbacks import Keeper
from digitrec.training.checkpoint import Progress
from digitrec.training.fit import trainable, untrained
from digitrec.training.recipe import Recipe
from digitrec.training.statistics import renew_statistics

COURSE = [1.0, 2.0, 4.0, 9.0]
"""The one weight of a network after each epoch."""


class Stopped:
    """Stands in for the model, which is told to stop."""

    stop_training = False


def progress_of(recipe, losses=(0.4, 0.3, 0.2, 0.1)):
    """The progress of COURSE under a recipe, after each epoch."""
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    progress, found = Progress(), []
    keeper = Keeper(network, recipe, progress, save=lambda: None)
    keeper.set_model(Stopped())
    for epoch, (weight, loss) in enumerate(zip(COURSE, losses, strict=True)):
        keeper.on_epoch_begin(epoch)
        network.set_weights([np.full((1, 1), weight)])
        keeper.on_test_end()
        keeper.on_epoch_end(epoch, {"val_loss": loss})
        found.append(replace(progress))
    return found


@pytest.mark.parametrize(
    ("knobs", "losses", "expected"),
    [
        ({"keep": "swa", "swa_epochs": 2}, (4, 3, 2, 1), [1, 2, 4, (4 + 9) / 2]),
        ({"keep": "swa", "swa_epochs": 3}, (4, 3, 2, 1), [1, 2, 3, (2 + 4 + 9) / 3]),
        ({"keep": "swa", "swa_epochs": 99}, (4, 3, 2, 1), [1, 1.5, 7 / 3, 4]),
        ({"keep": "best"}, (4, 1, 2, 3), [1, 2, 2, 2]),
        ({"keep": "last"}, (4, 1, 2, 3), COURSE),
    ],
    ids=["two", "three", "all", "best", "last"],
)
def test_what_is_kept(knobs, losses, expected):
    recipe = Recipe(epochs=4, patience=0, **knobs)
    found = [float(progress.kept[0].item()) for progress in progress_of(recipe, losses)]
    assert found == pytest.approx(expected)


def test_snapshots_are_kept_where_cosines_end_however_the_loss_rises():
    recipe = Recipe(epochs=4, warmup=0.0, restarts=1, keep="snapshots", patience=1)
    found = progress_of(recipe, (1, 2, 3, 4))
    assert [[one.item() for one in progress.kept] for progress in found] == [[], [2], [2], [2, 9]]
    assert not any(progress.stopped for progress in found)


@pytest.fixture
def part():
    random = np.random.default_rng(0)
    return Part(random.integers(0, 256, (96, 28, 28)).astype(np.uint8), np.zeros(96, int))


def test_statistics_are_those_of_the_digits(part):
    """Three batches of 32: the mean over them of each batch's mean and variance."""
    recipe = Recipe(
        width=0.3, normalization="batch", augment="none", batch_size=32, precision="float32"
    )
    where = device.find("cpu")
    model = trainable(untrained(recipe, 10, part, where), recipe, 3, where)
    batches = training_batches(part, 10, recipe)
    renew_statistics(model, batches)
    first = next(
        layer
        for layer in model.network.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    )
    before = keras.Model(model.network.input, first.input)
    seen = np.stack([np.asarray(before(batches[number][0] * 1.0)) for number in range(3)])
    axes = (1, 2, 3)
    np.testing.assert_allclose(first.moving_mean, seen.mean(axis=axes).mean(axis=0), atol=1e-4)
    np.testing.assert_allclose(first.moving_variance, seen.var(axis=axes).mean(axis=0), rtol=1e-3)
    assert first.momentum == 0.99
