"""A grouped convolution: Conv2D's answers and gradients, whichever way they are computed."""

import keras
import numpy as np
import pytest

from digitrec.networks.grouped import GroupedConv2D


@pytest.fixture
def maps():
    return np.random.default_rng(0).normal(size=(2, 5, 5, 8)).astype("float32")


def answers(layer, maps, training):
    return keras.ops.convert_to_numpy(layer(maps, training=training))


@pytest.mark.parametrize("strides", [1, 2])
def test_in_training_and_after_it_answers_as_conv2d(maps, strides):
    options = {"groups": 4, "strides": strides, "padding": "same", "activation": "relu"}
    ours, keras_own = GroupedConv2D(12, 3, **options), keras.layers.Conv2D(12, 3, **options)
    keras_own.build(maps.shape)
    ours.build(maps.shape)
    keras_own.bias.assign(np.arange(12) - 6.0)
    ours.set_weights(keras_own.get_weights())
    expected = answers(keras_own, maps, False)
    np.testing.assert_allclose(answers(ours, maps, True), expected, atol=1e-5)
    np.testing.assert_array_equal(answers(ours, maps, False), expected)


def test_each_group_sees_its_own_maps_alone(maps):
    layer = GroupedConv2D(4, 1, groups=2, use_bias=False)
    changed = maps.copy()
    changed[..., 4:] += 1
    before, after = answers(layer, maps, True), answers(layer, changed, True)
    np.testing.assert_array_equal(before[..., :2], after[..., :2])
    assert not np.allclose(before[..., 2:], after[..., 2:])


def test_a_step_of_sgd_is_conv2ds(maps):
    trained = []
    for kind in (GroupedConv2D, keras.layers.Conv2D):
        keras.utils.set_random_seed(0)
        network = keras.Sequential([keras.Input((5, 5, 8)), kind(4, 3, groups=2)])
        network.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=False)
        network.train_on_batch(maps, np.ones((2, 3, 3, 4), "float32"))
        trained.append(network.get_weights())
    for ours, theirs in zip(*trained, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
