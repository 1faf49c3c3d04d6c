"""float16 by a loss that is scaled: the scale falls when a gradient overflows, and recovers."""

import keras
import numpy as np
import pytest

from digitrec.datasets.digits import Part
from digitrec.training import device
from digitrec.training.fit import trainable, untrained
from digitrec.training.recipe import Recipe

RECIPE = Recipe(
    network="lenet5",
    augment="none",
    precision="mixed_float16",
    schedule="constant",
    warmup=0.0,
    learning_rate=1e-3,
)
STEPS_TO_GROW = 3
FAR_TOO_MUCH = 2.0**40


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    part = Part(np.zeros((8, 28, 28), np.uint8), np.zeros(8, int))
    where = device.find("cpu")
    model = trainable(untrained(RECIPE, 10, part, where), RECIPE, 10, where)
    model.optimizer.dynamic_growth_steps = STEPS_TO_GROW
    model.optimizer.build(model.trainable_variables)
    return model


@pytest.fixture
def step(model):
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (16, 28, 28, 1)).astype(np.uint8)
    targets = np.eye(10, dtype=np.float32)[random.integers(0, 10, 16)]

    def once():
        """The scale before a step and after it, and whether the weights changed."""
        before, scale = model.network.get_weights(), float(model.optimizer.dynamic_scale)
        loss = model.train_on_batch(images, targets)[0]
        assert np.isfinite(loss)
        pairs = zip(before, model.network.get_weights(), strict=True)
        changed = any(not np.array_equal(old, new) for old, new in pairs)
        return scale, float(model.optimizer.dynamic_scale), changed

    return once


def test_a_gradient_that_overflows_halves_the_scale_and_leaves_the_weights(model, step):
    model.optimizer.dynamic_scale.assign(FAR_TOO_MUCH)
    assert step() == (FAR_TOO_MUCH, FAR_TOO_MUCH / 2, False)


def test_the_scale_falls_until_the_network_learns_and_then_recovers(model, step):
    model.optimizer.dynamic_scale.assign(FAR_TOO_MUCH)
    fallen = next(scale for scale, _, changed in iter(step, None) if changed)
    assert 1 <= fallen < FAR_TOO_MUCH
    assert step() == (fallen, fallen, True)  # the second good step
    assert step() == (fallen, 2 * fallen, True)  # the third: STEPS_TO_GROW


def test_no_layer_computes_its_logits_in_less_than_float32(model):
    logits = model(np.zeros((1, 28, 28, 1), np.float32))
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"
