"""The stages of a training: which side, which augmentation, from which epoch on."""

import keras
import numpy as np
import pytest
from keras import ops

from digitrec import networks
from digitrec.errors import OptionError
from digitrec.training.recipe import Recipe
from digitrec.training.trained import InStages, Stage, Trained, stages

PIXELS = np.random.default_rng(0).integers(0, 256, (4, 28, 28, 1)).astype(np.uint8)


@pytest.mark.parametrize(
    ("knobs", "plan"),
    [
        ({}, [(0, 28, True)]),
        ({"clean_epochs": 2}, [(0, 28, True), (8, 28, False)]),
        ({"clean_epochs": 20}, [(0, 28, False)]),
        ({"early_side": 14}, [(0, 14, True), (5, 28, True)]),
        ({"early_side": 14, "early_share": 1.0}, [(0, 14, True)]),
        ({"early_side": 14, "early_share": 0.0}, [(0, 28, True)]),
        (
            {"early_side": 20, "early_share": 0.3, "clean_epochs": 1},
            [(0, 20, True), (3, 28, True), (9, 28, False)],
        ),
        (
            {"early_side": 20, "early_share": 0.9, "clean_epochs": 4},
            [(0, 20, True), (6, 28, False)],
        ),
    ],
)
def test_stages_follow_from_the_recipe(knobs, plan):
    assert stages(Recipe(epochs=10, **knobs)) == [Stage(*stage) for stage in plan]


class Seen(keras.layers.Layer):
    """A network's first layer that notes the sides it saw."""

    def __init__(self):
        super().__init__()
        self.sides = []

    def call(self, pixels):
        self.sides.append(pixels.shape[1])
        return pixels


class Brighter(keras.layers.Layer):
    """An augmentation that anyone can see: one more on each pixel."""

    def call(self, pixels, training=False):
        return pixels + 1.0 if training else pixels


def network(first):
    inputs = keras.Input((28, 28, 1))
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(first(inputs)))


def test_each_stage_gives_the_network_what_it_says():
    seen = Seen()
    plan = [Stage(0, 14, True), Stage(1, 28, True), Stage(2, 28, False)]
    model = Trained(network(seen), [Brighter()], plan)
    means = []
    for stage in plan:
        model.stage = stage
        seen.sides.clear()
        means.append(float(np.mean(model(PIXELS, training=True))))
        assert set(seen.sides) == {stage.side}
    plain = PIXELS.mean()
    assert means == pytest.approx([plain + 1, plain + 1, plain], abs=0.6)
    assert means[1:] == pytest.approx([plain + 1, plain], abs=1e-3)
    assert float(np.mean(model(PIXELS))) == pytest.approx(plain, abs=1e-3)


def test_smaller_digits_train_the_same_weights():
    whole = networks.build("compact_cnn")
    model = Trained(whole, [], [Stage(0, 20, True), Stage(1, 28, True)])
    assert {id(one) for one in model.trainable_variables} == {
        id(one) for one in whole.trainable_variables
    }
    assert model(PIXELS, training=True).shape == (4, 10)


@pytest.mark.parametrize("name", ["simple_cnn", "simple_cnn_sequential", "lenet5"])
def test_a_network_of_one_size_is_told_so(name):
    with pytest.raises(OptionError, match=f"early_side: expected 28, .* {name} takes; received 14"):
        Trained(networks.build(name), [], [Stage(0, 14, True)])


def test_a_new_stage_compiles_the_step_anew():
    plan = [Stage(0, 28, True), Stage(3, 28, False)]
    model = Trained(network(Seen()), [], plan)
    model.compile("sgd", "mse")
    model.make_train_function()
    callback = InStages()
    callback.set_model(model)
    step = model.train_function
    callback.on_epoch_begin(2)
    assert (model.stage, model.train_function) == (plan[0], step)
    callback.on_epoch_begin(3)
    assert model.stage == plan[1]
    assert model.train_function is not step


def test_the_easiest_digits_do_not_count_in_training_alone():
    """Losses -log 0.9, -log 0.2, -log 0.5, -log 0.6; the two largest of them count."""
    logits = np.log([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5], [0.6, 0.4]]).astype(np.float32)
    targets, weights = np.array([[1, 0]] * 4, np.float32), np.array([1, 0.6, 1, 1], np.float32)
    model = Trained(network(Seen()), [], [Stage(0, 28, True)], easy=0.5)
    model.compile("sgd", keras.losses.CategoricalCrossentropy(from_logits=True))
    found = [
        float(model.compute_loss(None, targets, ops.convert_to_tensor(logits), weights, training))
        for training in (True, False)
    ]
    losses = -logits[:, 0] * weights
    assert found == pytest.approx([(losses[1] + losses[2]) / 2, losses.mean()], rel=1e-5)


def test_the_easiest_digits_have_no_gradient():
    keras.utils.set_random_seed(0)
    dense = keras.layers.Dense(2)
    inputs = keras.Input((28, 28, 1))
    plain = keras.Model(inputs, dense(keras.layers.GlobalAveragePooling2D()(inputs)))
    dense.kernel.assign([[1.0, -1.0]])
    model = Trained(plain, [], [Stage(0, 28, True)], easy=0.5)
    model.compile(keras.optimizers.SGD(1.0), keras.losses.CategoricalCrossentropy(from_logits=True))
    images = np.zeros((2, 28, 28, 1), np.float32)
    images[1] = 2.0  # the blank one has even odds, this one is easily told
    model.train_on_batch(images, np.array([[1.0, 0.0]] * 2, np.float32), np.ones(2, np.float32))
    np.testing.assert_allclose(dense.kernel, [[1, -1]], atol=1e-6)  # the hard one is blank
    np.testing.assert_allclose(dense.bias, [0.5, -0.5], atol=1e-6)
