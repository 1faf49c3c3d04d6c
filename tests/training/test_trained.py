"""The stages of a training: which side, which augmentation, from which epoch on."""

import keras
import numpy as np
import pytest

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
