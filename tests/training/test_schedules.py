"""Learning rates at steps worked out by hand, and each optimiser's own traits."""

import keras
import pytest

from digitrec.training.recipe import OPTIMIZERS, Recipe
from digitrec.training.schedules import learning_rate, optimizer, plateau


def test_constant_is_constant():
    assert learning_rate(Recipe(schedule="constant", learning_rate=0.25), 10) == 0.25


@pytest.mark.parametrize(
    ("step", "share"),
    [(0, 0.0), (5, 0.5), (10, 1.0), (25, 0.5), (40, 0.0)],
)
def test_cosine_rises_for_an_epoch_and_falls_to_nothing(step, share):
    rate = learning_rate(Recipe(learning_rate=0.2, epochs=4, warmup=1.0), steps_an_epoch=10)
    assert float(rate(step)) == pytest.approx(0.2 * share, abs=1e-7)


def test_cosine_without_warmup_starts_at_the_top():
    rate = learning_rate(Recipe(learning_rate=0.2, epochs=4, warmup=0.0), steps_an_epoch=10)
    assert float(rate(0)) == pytest.approx(0.2)
    assert float(rate(20)) == pytest.approx(0.1)


def test_a_warmup_longer_than_the_training_is_cut():
    rate = learning_rate(Recipe(learning_rate=0.2, epochs=1, warmup=5.0), steps_an_epoch=10)
    assert float(rate(9)) == pytest.approx(0.2)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_has_its_name(name):
    assert type(optimizer(Recipe(optimizer=name), 10)).__name__.lower() == name


def test_optimizers_have_their_traits():
    sgd = optimizer(Recipe(optimizer="sgd"), 10)
    assert sgd.nesterov
    assert sgd.momentum == 0.9
    assert optimizer(Recipe(weight_decay=0.03), 10).weight_decay == 0.03


def test_plateau_is_a_callback_of_its_own():
    assert plateau(Recipe()) == []
    [callback] = plateau(Recipe(schedule="plateau"))
    assert isinstance(callback, keras.callbacks.ReduceLROnPlateau)
