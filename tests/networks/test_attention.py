"""Squeeze-excite and CBAM: shapes, parameters, and gates worked out by hand."""

import gradients
import keras
import numpy as np
import pytest

from digitrec.errors import OptionError
from digitrec.networks.attention import AcrossChannels, attend, cbam, squeeze_excite

KINDS = ("squeeze_excite", "cbam")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def model(attention, shape=(6, 6, 32), **options):
    x = keras.Input(shape)
    return keras.Model(x, attention(x, **options))


@pytest.fixture
def two_maps():
    """One digit's two maps of 2x2: the first with mean 1 and maximum 3, the second with 2 and 2."""
    maps = np.zeros((1, 2, 2, 2), "float32")
    maps[..., 0] = [[3, 1], [0, 0]]
    maps[..., 1] = 2
    return maps


def set_perceptron(network):
    """Through one hidden unit: relu(a + b - 1), answered with 1 and -1 times that."""
    first, second = [layer for layer in network.layers if "conv2d" in layer.name][:2]
    first.set_weights([np.ones((1, 1, 2, 1)), np.array([-1.0])])
    second.set_weights([np.array([[[[1.0, -1.0]]]]), np.zeros(2)])


def test_squeeze_excite_by_hand(two_maps):
    network = model(squeeze_excite, (2, 2, 2), reduction=2)
    set_perceptron(network)
    gates = sigmoid(np.array([2.0, -2.0]))  # 1 + 2 - 1 = 2
    np.testing.assert_allclose(network(two_maps), two_maps * gates, rtol=1e-5)


def test_cbam_by_hand(two_maps):
    network = model(cbam, (2, 2, 2), reduction=2, size=1)
    set_perceptron(network)
    of_places = network.layers[-2]
    of_places.set_weights([np.array([[[[0.5], [1.0]]]]), np.array([-1.0])])
    gates = sigmoid(np.array([6.0, -6.0]))  # of means 1 + 2 - 1, of maxima 3 + 2 - 1
    weighed = two_maps * gates
    places = sigmoid(0.5 * weighed.mean(axis=-1) + weighed.max(axis=-1) - 1)
    np.testing.assert_allclose(network(two_maps), weighed * places[..., None], rtol=1e-5)


def test_across_channels_is_the_mean_then_the_maximum(two_maps):
    found = np.asarray(AcrossChannels()(two_maps))
    np.testing.assert_array_equal(found[0, 0], [[2.5, 3], [1.5, 2]])


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("none", 0),
        ("squeeze_excite", 32 * 2 + 2 + 2 * 32 + 32),
        ("cbam", 32 * 2 + 2 + 2 * 32 + 32 + 7 * 7 * 2 + 1),
    ],
)
def test_parameters_and_shape(kind, parameters):
    network = model(attend, kind=kind)
    assert network.count_params() == parameters
    assert network.output_shape == (None, 6, 6, 32)


def test_fewer_channels_than_the_reduction_have_one_hidden_unit():
    assert model(attend, (6, 6, 4), kind="squeeze_excite").count_params() == 4 + 1 + 4 + 4


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_reach_every_weight(kind):
    network = model(attend, kind=kind, reduction=2)
    maps = np.random.default_rng(0).normal(size=(3, 6, 6, 32))
    found = gradients.of_sum(network, maps, *network.trainable_variables)
    assert gradients.finite_and_not_zero(found)


@pytest.mark.parametrize("kind", KINDS)
def test_options_reach_every_kernel(kind):
    network = model(attend, kind=kind, kernel_initializer="zeros")
    assert not any(np.any(weight) for weight in network.get_weights())


def test_unknown_kind_suggests_the_nearest():
    with pytest.raises(OptionError, match=r"attention: .* \(did you mean cbam\?\)"):
        model(attend, kind="cbm")
