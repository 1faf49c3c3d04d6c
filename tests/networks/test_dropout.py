"""What training drops: how much, in which pieces, and that nothing is dropped at inference."""

import gradients
import keras
import numpy as np
import pytest

from digitrec.errors import OptionError
from digitrec.networks.dropout import (
    DropConnectConv2D,
    DropConnectDense,
    StochasticDepth,
    drop,
)

MAPS = (4000, 2, 2, 3)


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(3)


def dropping(kind, rate, shape=MAPS[1:]):
    x = keras.Input(shape)
    return keras.Model(x, drop(x, rate, kind))


def connected(kind, rate=0.25, **options):
    """A DropConnect layer whose plain answer is 10 everywhere, from ten inputs of 1."""
    dense = kind is DropConnectDense
    layer = kind(4, rate, **options) if dense else kind(4, 1, rate, **options)
    layer.build((None, 10) if dense else (None, 3, 3, 10))
    layer.set_weights([np.ones_like(layer.kernel), *[np.zeros(4)] * layer.use_bias])
    return layer, np.ones((2, 10) if dense else (2, 3, 3, 10), "float32")


CONNECTED = (DropConnectDense, DropConnectConv2D)


@pytest.mark.parametrize("kind", ["units", "spatial"])
def test_a_share_is_0_and_the_rest_scaled_so_that_the_mean_stays(kind):
    found = np.asarray(dropping(kind, 0.25)(np.ones(MAPS, "float32"), training=True))
    assert set(np.unique(found)) == {np.float32(0), np.float32(1 / 0.75)}
    assert found.mean() == pytest.approx(1, abs=0.03)


def test_units_go_one_by_one_and_maps_as_a_whole():
    dropped = {
        kind: np.asarray(dropping(kind, 0.5)(np.ones(MAPS, "float32"), training=True)) == 0
        for kind in ("units", "spatial")
    }
    parts = {kind: values.mean(axis=(1, 2)) for kind, values in dropped.items()}
    assert set(np.unique(parts["spatial"])) == {0, 1}
    assert set(np.unique(parts["units"])) == {0, 0.25, 0.5, 0.75, 1}


def test_spatial_dropout_of_a_vector_drops_units():
    found = np.asarray(dropping("spatial", 0.5, (50,))(np.ones((100, 50)), training=True))
    assert (found == 0).mean() == pytest.approx(0.5, abs=0.05)


def test_alpha_keeps_mean_0_and_deviation_1():
    values = np.random.default_rng(0).normal(size=MAPS).astype("float32")
    found = np.asarray(dropping("alpha", 0.2)(values, training=True))
    assert found.mean() == pytest.approx(0, abs=0.03)
    assert found.std() == pytest.approx(1, abs=0.03)
    assert not np.any(found == 0)


@pytest.mark.parametrize("kind", ["units", "spatial", "alpha"])
def test_nothing_is_dropped_at_inference(kind):
    values = np.random.default_rng(0).normal(size=(5, 2, 2, 3)).astype("float32")
    np.testing.assert_array_equal(dropping(kind, 0.5)(values), values)


@pytest.mark.parametrize(("rate", "kind"), [(0.0, "units"), (0.5, "connect")])
def test_no_layer_where_there_is_nothing_to_drop(rate, kind):
    x = keras.Input((2, 2, 3))
    assert drop(x, rate, kind) is x


def test_unknown_kind_suggests_the_nearest():
    with pytest.raises(OptionError, match=r"dropout_kind: .* \(did you mean spatial\?\)"):
        dropping("spacial", 0.5)


def test_stochastic_depth_leaves_out_whole_digits_branches():
    found = np.asarray(StochasticDepth(0.25)(np.ones(MAPS, "float32"), training=True))
    kept = found.reshape(MAPS[0], -1)
    assert (kept == kept[:, :1]).all()
    assert set(np.unique(found)) == {np.float32(0), np.float32(1 / 0.75)}
    assert kept[:, 0].mean() == pytest.approx(1, abs=0.03)


def test_stochastic_depth_does_nothing_at_inference_and_remembers_its_rate():
    layer = StochasticDepth(0.25)
    values = np.ones((5, 2, 2, 3), "float32")
    np.testing.assert_array_equal(layer(values), values)
    assert StochasticDepth.from_config(layer.get_config()).rate == 0.25


@pytest.mark.parametrize("kind", CONNECTED)
def test_connect_drops_weights_and_keeps_the_mean(kind):
    layer, ones = connected(kind)
    np.testing.assert_array_equal(layer(ones), np.full_like(layer(ones), 10))
    steps = np.stack([layer(ones, training=True) for _ in range(200)])
    assert steps.mean() == pytest.approx(10, abs=0.3)
    # Of ten weights so many are kept, each as 1 / 0.75.
    kept = steps * 0.75
    np.testing.assert_allclose(kept, kept.round(), atol=1e-4)
    assert kept.var() == pytest.approx(10 * 0.25 * 0.75, rel=0.2)


@pytest.mark.parametrize("kind", CONNECTED)
def test_connect_uses_one_mask_for_the_batch(kind):
    layer, ones = connected(kind, rate=0.5)
    found = np.asarray(layer(ones, training=True)).reshape(-1, 4)
    assert (found == found[0]).all()


@pytest.mark.parametrize("kind", CONNECTED)
@pytest.mark.parametrize("options", [{}, {"activation": "tanh"}, {"use_bias": False}])
def test_connect_has_the_gradients_of_what_it_kept(kind, options):
    layer, ones = connected(kind, rate=0.5, **options)
    found = gradients.of_sum(
        lambda x: layer(x, training=True), ones * 0.1, *layer.trainable_variables
    )
    assert gradients.finite_and_not_zero(found)
    share = (found[1] == 0).mean()
    assert 0.2 < share < 0.8


@pytest.mark.parametrize("kind", CONNECTED)
def test_connect_is_made_again_from_its_configuration(kind):
    layer, ones = connected(kind, activation="relu")
    again = kind.from_config(layer.get_config())
    assert again.rate == 0.25
    again.build(ones.shape)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(ones), layer(ones))
