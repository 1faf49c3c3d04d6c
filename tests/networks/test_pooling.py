"""Pooling by hand, on arrays that fit on a line."""

import gradients
import keras
import numpy as np
import pytest

from digitrec.errors import OptionError
from digitrec.networks import GLOBAL_POOLINGS, POOLINGS
from digitrec.networks.pooling import (
    Between,
    GatedPool,
    GeM,
    SpatialPyramid,
    global_pool,
    pool,
)


def column(*rows):
    """One digit with one map of these rows."""
    return np.array(rows, "float32")[None, ..., None]


SQUARES = column([1, 2, 0, 0], [3, 4, 0, 8])
"""Two squares of 2x2."""


def pooled(layer, maps):
    return np.asarray(layer(maps)).ravel()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("max", [4, 8]),
        ("average", [2.5, 2]),
        ("gem", [25 ** (1 / 3), 128 ** (1 / 3)]),  # (1 + 8 + 27 + 64) / 4 and 512 / 4
        ("gated", [3.25, 5]),  # half of the maximum, half of the average
    ],
)
def test_halves_the_sides(kind, expected):
    found = np.asarray(pool(SQUARES, kind))
    assert found.shape == (1, 1, 2, 1)
    np.testing.assert_allclose(found.ravel(), expected, rtol=1e-5)


@pytest.mark.parametrize("kind", POOLINGS)
def test_odd_sides_are_rounded_up_and_channels_stay(kind):
    x = keras.Input((7, 5, 6))
    network = keras.Model(x, pool(x, kind))
    assert network.output_shape == (None, 4, 3, 6)
    assert network(np.ones((2, 7, 5, 6))).shape == (2, 4, 3, 6)


@pytest.mark.parametrize("kind", ["max", "average", "gem"])
def test_padding_is_not_pooled(kind):
    np.testing.assert_allclose(pooled(lambda x: pool(x, kind), column([2, 2, 2])), 2, rtol=1e-5)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("max", 0),
        ("average", 0),
        ("gem", 1),
        ("gated", 4 * 6),
        ("strided", 9 * 6 * 6 + 4 * 6),  # with batch normalisation's four a channel
    ],
)
def test_parameters(kind, parameters):
    x = keras.Input((8, 8, 6))
    assert keras.Model(x, pool(x, kind)).count_params() == parameters


@pytest.mark.parametrize("kind", POOLINGS)
def test_gradients_reach_values_and_weights(kind):
    x = keras.Input((5, 5, 3))
    network = keras.Model(x, pool(x, kind, normalization="none"))
    maps = np.random.default_rng(0).normal(size=(2, 5, 5, 3))
    found = gradients.of_sum(network, maps, *network.trainable_variables)
    assert gradients.finite_and_not_zero(found)


def test_gated_pool_with_a_gate_by_hand():
    layer = GatedPool()
    layer.build((None, 2, 4, 1))
    layer.gate.assign(np.array([[0.5, 0], [0, 0.25]])[..., None])
    gates = 1 / (1 + np.exp([-1.5, -2]))  # of 1 * 0.5 + 4 * 0.25, and 8 * 0.25
    np.testing.assert_allclose(pooled(layer, SQUARES), [2.5 + gates[0] * 1.5, 2 + gates[1] * 6])


@pytest.mark.parametrize(("power", "expected"), [(1.0, [2.5, 2]), (2.0, [7.5**0.5, 4])])
def test_gem_of_other_powers(power, expected):
    np.testing.assert_allclose(pooled(GeM(2, power), SQUARES), expected, rtol=1e-4)


@pytest.mark.parametrize("size", [None, 2])
@pytest.mark.parametrize("power", [1.0, 8.0])
@pytest.mark.parametrize("values", [0.0, -5.0, 1e4])
def test_gem_is_finite_at_its_limits(size, power, values):
    layer = GeM(size, power)
    maps = np.full((2, 4, 4, 3), values)
    maps[0, 0, 0] = 3.0
    assert np.isfinite(pooled(layer, maps)).all()
    assert all(np.isfinite(found).all() for found in gradients.of_sum(layer, maps, layer.p))


def test_gem_keeps_its_power_between_1_and_8():
    layer = GeM()
    network = keras.Sequential([keras.Input((2, 4, 1)), layer])
    network.compile(keras.optimizers.SGD(1e6), "mse")
    for target, end in ((0.0, 1.0), (100.0, 8.0)):
        network.train_on_batch(SQUARES, np.array([[target]]))
        assert float(layer.p) == end
    np.testing.assert_array_equal(Between(0, 1)(np.array([-1.0, 0.5, 2.0])), [0, 0.5, 1])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("max", [8]),
        ("average", [18 / 8]),
        ("both", [8, 18 / 8]),
        ("gem", [(612 / 8) ** (1 / 3)]),
        ("flatten", SQUARES.ravel()),
        # The whole, quarters, ninths, row by row; of two rows the second of three bins has both.
        ("pyramid", [8, *[2, 0, 4, 8], *[2, 2, 0], *[4, 4, 8], *[4, 4, 8]]),
    ],
)
def test_all_places_as_one_vector(kind, expected):
    np.testing.assert_allclose(pooled(lambda x: global_pool(x, kind), SQUARES), expected, rtol=1e-5)


@pytest.mark.parametrize("kind", GLOBAL_POOLINGS)
def test_global_gradients_reach_values_and_weights(kind):
    x = keras.Input((5, 5, 3))
    network = keras.Model(x, global_pool(x, kind))
    maps = np.random.default_rng(0).uniform(size=(2, 5, 5, 3))
    found = gradients.of_sum(network, maps, *network.trainable_variables)
    assert gradients.finite_and_not_zero(found)


def test_a_pyramid_is_as_long_for_every_size():
    x = keras.Input((None, None, 5))
    network = keras.Model(x, SpatialPyramid()(x))
    assert network.output_shape == (None, 14 * 5)
    for height, width in ((28, 28), (20, 20), (7, 3), (1, 2)):
        maps = np.random.default_rng(0).normal(size=(2, height, width, 5)).astype("float32")
        np.testing.assert_array_equal(network(maps), SpatialPyramid()(maps))
        assert network(maps).shape == (2, 70)


def test_channels_of_a_pyramids_bin_lie_together():
    maps = np.concatenate([SQUARES, SQUARES + 10], axis=-1)
    found = np.asarray(SpatialPyramid([1, 2])(maps))[0]
    np.testing.assert_array_equal(found, [8, 18, 2, 12, 0, 10, 4, 14, 8, 18])


@pytest.mark.parametrize("choose", [pool, global_pool])
def test_unknown_kind_suggests_the_nearest(choose):
    with pytest.raises(OptionError, match=r"pooling: .* \(did you mean gem\?\)"):
        choose(SQUARES, "gen")
