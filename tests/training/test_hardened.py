"""Training on digits that an adversary changes."""

import keras
import linear_model
import numpy as np
import pytest

from digitrec import datasets
from digitrec.datasets.split import some
from digitrec.errors import OptionError
from digitrec.training.attacks.ball import Ball
from digitrec.training.attacks.descent import pgd, still_right
from digitrec.training.fit import compile_for, fit, with_augmentation
from digitrec.training.hardened import Adversary, Hardened
from digitrec.training.presets import PRESETS
from digitrec.training.recipe import Recipe
from digitrec.training.trained import Stage

RECIPE = PRESETS["quick"].changed(network="linear", width=1.0, activation=None, augment="none")
KINDS = ("fgsm", "pgd", "trades")


def hardened(kind="pgd", growing=0, steps=4, radius=3.0):
    adversary = Adversary(kind, Ball("inf", radius / 255), steps, growing)
    model = Hardened(linear_model.network(), [], [Stage(0, 28, augmented=False)], adversary)
    model.compile(
        optimizer=keras.optimizers.SGD(0.0),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    return model


def batch():
    part = linear_model.digits(16)
    return part.images[..., None].astype(np.float32), np.eye(2, dtype=np.float32)[part.labels], part


def worst_loss(part, radius):
    """The mean cross-entropy when each digit has lost as much of its lead as it can lose."""
    network = linear_model.network()
    leads = linear_model.leads(network, part.images, part.labels)
    return np.log1p(np.exp(-(leads - linear_model.most_taken(network, radius, "inf")))).mean()


def test_the_loss_is_that_of_the_worst_digits():
    images, targets, part = batch()
    found = hardened("pgd").train_on_batch(images, targets, np.ones(len(images), np.float32))
    assert found == pytest.approx(worst_loss(part, 3.0), rel=0.02)
    assert worst_loss(part, 3.0) > 1.5 * worst_loss(part, 0.0)


def test_one_step_from_a_random_place_comes_near_the_worst():
    images, targets, part = batch()
    found = hardened("fgsm").train_on_batch(images, targets, np.ones(len(images), np.float32))
    assert worst_loss(part, 1.5) < found < worst_loss(part, 3.0)


def test_trades_counts_the_digits_and_how_much_answers_change():
    images, targets, part = batch()
    model = hardened("trades")
    found = model.train_on_batch(images, targets, np.ones(len(images), np.float32))
    network = linear_model.network()
    leads = linear_model.leads(network, part.images, part.labels)
    lost = linear_model.most_taken(network, 3.0, "inf")
    before, after = (1 / (1 + np.exp(-lead)) for lead in (leads, leads - lost))
    change = before * np.log(before / after) + (1 - before) * np.log((1 - before) / (1 - after))
    # From a random place the answer may also change towards surer ones, which is a smaller change.
    itself = worst_loss(part, 0.0)
    assert itself + 0.1 * change.mean() < found < itself + change.mean()


def test_the_ball_grows():
    images, targets, part = batch()
    model = hardened("pgd", growing=3)
    weights = np.ones(len(images), np.float32)
    losses = [float(model.train_on_batch(images, targets, weights)) for _ in range(4)]
    wanted = [worst_loss(part, radius) for radius in (1.0, 2.0, 3.0, 3.0)]
    assert losses == pytest.approx(wanted, rel=0.03)


def test_nothing_is_changed_outside_training():
    images, targets, part = batch()
    found = hardened().test_on_batch(images, targets, np.ones(len(images), np.float32))
    assert found == pytest.approx(worst_loss(part, 0.0), rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_every_adversary_trains_by_a_recipe(kind, tmp_path):
    digits = datasets.load("uci")
    recipe = RECIPE.changed(adversary=kind, epsilon=0.1, attack_steps=2, epochs=2, limit=400)
    found = fit(digits, recipe, tmp_path, verbose=0)
    assert found.history["val_accuracy"][-1] > 0.5


@pytest.mark.parametrize("beside", [{"tasks": "even"}, {"early_side": 20, "network": "block_cnn"}])
def test_what_does_not_go_with_an_adversary(beside):
    recipe = Recipe(adversary="pgd").changed(**{"network": "block_cnn", "width": 0.1, **beside})
    network = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
    with pytest.raises(OptionError, match="adversary: expected whole digits"):
        with_augmentation(network, recipe)


def test_no_teachers_beside_an_adversary():
    network = linear_model.network()
    with pytest.raises(OptionError, match="1 teachers"):
        with_augmentation(network, RECIPE.changed(adversary="fgsm"), [network])


def test_compiles_as_any_training():
    model = with_augmentation(linear_model.network(), RECIPE.changed(adversary="fgsm"), steps=10)
    compile_for(model, RECIPE, 10, xla=False)
    assert isinstance(model, Hardened)


@pytest.mark.slow
@pytest.mark.mnist
def test_an_adversary_in_training_makes_a_network_hard_to_fool(mnist, tmp_path):
    """Some 230 steps on 10,000 digits, and PGD-20 at 0.15: 76 % is kept, and without it 26 %."""
    recipe = PRESETS["robust"].changed(
        width=0.5, limit=10_000, epochs=3, epsilon=0.2, epsilon_epochs=0.5, attack_steps=1
    )
    left = {}
    for adversary in ("none", "fgsm"):
        found = fit(mnist, recipe.changed(adversary=adversary), tmp_path / adversary, verbose=0)
        part = some(mnist.validation, 200)
        images = pgd(found.network, part, Ball("inf", 0.15), steps=20)
        left[adversary] = still_right(found.network, images, part.labels).mean()
        assert found.history["val_accuracy"][-1] > 0.95
    assert left["fgsm"] > 0.6
    assert left["none"] < 0.4
