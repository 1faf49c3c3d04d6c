"""Each optimiser's own traits, against steps worked out by hand."""

import keras
import numpy as np
import pytest

from digitrec.training.optimizers import Muon, ScheduleFreeWeights, averaging, optimizer
from digitrec.training.recipe import OPTIMIZERS, Recipe

STILL = Recipe(schedule="constant", warmup=0.0, learning_rate=0.1, weight_decay=0.0)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_has_its_name(name):
    made = type(optimizer(Recipe(optimizer=name), 10)).__name__
    assert made.lower() == name.replace("_", "")


def test_sgd_has_nesterov_momentum():
    sgd = optimizer(Recipe(optimizer="sgd"), 10)
    assert sgd.nesterov
    assert sgd.momentum == 0.9


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "adam"])
def test_decay_shrinks_weights_apart_from_the_gradient(name):
    """Without any gradient a weight loses learning rate x decay of itself in a step."""
    weight = stepped(STILL.changed(optimizer=name, weight_decay=0.5), np.ones((3, 3)), 0)
    np.testing.assert_allclose(weight, 0.95, rtol=1e-6)


def test_adam_has_no_decay():
    recipe = STILL.changed(optimizer="adam", weight_decay=0.5)
    np.testing.assert_array_equal(stepped(recipe, np.ones((3, 3)), 0), 1)


def test_clipping_bounds_the_norm_of_all_gradients_together():
    recipe = STILL.changed(optimizer="sgd", clip=1.0)
    moved = -stepped(recipe, np.zeros(2), [30.0, 40.0])
    np.testing.assert_allclose(moved, 0.1 * 1.9 * np.array([0.6, 0.8]), rtol=1e-5)


@pytest.mark.parametrize("shape", [(6, 4), (3, 3, 2, 4), (2, 2, 1, 9)])
def test_muon_makes_the_step_of_a_kernel_orthogonal(shape):
    """Its singular values, had they been 1 to 100, come out near each other."""
    random = np.random.default_rng(0)
    matrix = random.normal(size=(np.prod(shape[:-1]), shape[-1]))
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    gradient = left * np.geomspace(1, 20, min(matrix.shape)) @ right
    recipe = STILL.changed(optimizer="muon")
    step = -stepped(recipe, np.zeros(shape), gradient.reshape(shape)).reshape(matrix.shape)
    values = np.linalg.svd(step, compute_uv=False) / (0.1 * 0.2 * max(matrix.shape) ** 0.5)
    assert (values > 0.6).all()
    assert (values < 1.3).all()


def test_muon_leaves_biases_logits_and_depthwise_kernels_to_adamw():
    muon = optimizer(Recipe(optimizer="muon"), 10)
    assert isinstance(muon, Muon)
    named = {"conv/kernel": (3, 3, 2, 4), "bias": (4,), "logits/kernel": (4, 10)}
    named |= {"depthwise/kernel": (3, 3, 2, 1)}
    given = {name: muon._should_use_adamw(Named(name, shape)) for name, shape in named.items()}
    assert given == {
        "conv/kernel": False,
        "bias": True,
        "logits/kernel": True,
        "depthwise/kernel": True,
    }


class Named:
    """A variable as far as its kind is asked for."""

    def __init__(self, path, shape):
        self.path, self.shape = path, shape


def test_schedule_free_validates_the_average_and_trains_on():
    """After one step z = x = w - rate; after a second z moves on, and x is the mean of both."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    recipe = STILL.changed(optimizer="schedule_free_adamw")
    model.compile(optimizer(recipe, 10), "mse")
    weight = model.trainable_variables[0]
    weight.assign([[1.0]])
    model.optimizer.build([weight])
    for _ in range(2):
        model.optimizer.apply([keras.ops.ones((1, 1))], [weight])
    [callback] = averaging(recipe)
    assert isinstance(callback, ScheduleFreeWeights)
    callback.set_model(model)
    trained = float(weight[0, 0])
    callback.on_test_begin()
    assert float(weight[0, 0]) == pytest.approx((0.9 + 0.8) / 2, abs=1e-4)
    callback.on_test_end()
    assert float(weight[0, 0]) == trained != pytest.approx(0.85, abs=1e-3)


def stepped(recipe, start, gradient):
    """A weight after one step of the recipe's optimiser."""
    variable = keras.Variable(np.asarray(start, "float32"))
    made = optimizer(recipe, 10)
    made.build([variable])
    value = np.broadcast_to(np.asarray(gradient, "float32"), variable.shape)
    made.apply([keras.ops.convert_to_tensor(value)], [variable])
    return keras.ops.convert_to_numpy(variable)
