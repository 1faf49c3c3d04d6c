"""Convolutions' parameters and normalisations, worked out by hand."""

import gradients
import keras
import numpy as np
import pytest
from keras import layers

from digitrec.errors import OptionError
from digitrec.networks import CONVOLUTIONS, NORMALIZATIONS
from digitrec.networks.blocks import conv, convolution, logits_out, normalize, wide
from digitrec.networks.dropout import DropConnectConv2D, DropConnectDense

SHAPE = (8, 8, 12)


def model(block, *arguments, shape=SHAPE, **options):
    x = keras.Input(shape)
    return keras.Model(x, block(x, *arguments, **options))


def normal(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("plain", 25 * 12 * 16),
        ("separable", 25 * 12 + 12 * 16),
        ("grouped", 4 * (25 * 3 * 4)),  # four times from 3 channels to 4
        ("dilated", 25 * 12 * 16),
        ("factorised", 5 * 12 * 16 + 5 * 16 * 16),
    ],
)
def test_parameters(kind, parameters):
    with_bias = model(convolution, 16, 5, kind=kind, padding="same")
    assert with_bias.output_shape == (None, 8, 8, 16)
    assert with_bias.count_params() == parameters + 16
    network = model(conv, 16, 5, kind=kind)
    assert network.count_params() == parameters + 4 * 16


@pytest.mark.parametrize("kind", CONVOLUTIONS)
def test_gradients_reach_every_weight(kind):
    network = model(conv, 8, kind=kind, normalization="none", activation="linear")
    found = gradients.of_sum(network, normal(2, *SHAPE), *network.trainable_variables)
    assert gradients.finite_and_not_zero(found)


@pytest.mark.parametrize("kind", CONVOLUTIONS)
@pytest.mark.parametrize("drop_connect", [0.0, 0.5])
def test_initializer_and_regularizer_reach_every_kernel(kind, drop_connect):
    network = model(
        conv,
        8,
        kind=kind,
        normalization="none",
        drop_connect=drop_connect,
        kernel_initializer="zeros",
        kernel_regularizer=keras.regularizers.L2(0.1),
    )
    assert not any(np.any(weight) for weight in network.get_weights())
    kernels = [weight for weight in network.trainable_weights if len(weight.shape) == 4]
    assert len(network.losses) == len(kernels)
    dropped = [layer for layer in network.layers if isinstance(layer, DropConnectConv2D)]
    assert bool(dropped) == bool(drop_connect)


@pytest.mark.parametrize("kind", ["plain", "separable", "grouped", "factorised"])
@pytest.mark.parametrize(("padding", "side"), [("same", 4), ("valid", 3)])
def test_strides_and_padding(kind, padding, side):
    network = model(conv, 16, 3, kind=kind, strides=2, padding=padding)
    assert network.output_shape == (None, side, side, 16)


def test_factorised_is_the_product_of_a_row_and_a_column():
    network = model(convolution, 1, 3, kind="factorised", shape=(5, 5, 1), padding="same")
    row, column = np.array([1, 2, 3.0]), np.array([4, 5, 6.0])
    network.set_weights([row.reshape(1, 3, 1, 1), column.reshape(3, 1, 1, 1), np.zeros(1)])
    image = np.zeros((1, 5, 5, 1), "float32")
    image[0, 2, 2] = 1
    found = np.asarray(network(image))[0, 1:4, 1:4, 0]
    np.testing.assert_allclose(found, np.outer(column[::-1], row[::-1]))


def test_dilated_looks_two_pixels_away():
    network = model(convolution, 1, 3, kind="dilated", shape=(7, 7, 1), padding="same")
    network.set_weights([np.ones((3, 3, 1, 1)), np.zeros(1)])
    image = np.zeros((1, 7, 7, 1), "float32")
    image[0, 3, 3] = 1
    found = np.asarray(network(image))[0, ..., 0]
    assert sorted(zip(*np.nonzero(found), strict=True)) == [
        (y, x) for y in (1, 3, 5) for x in (1, 3, 5)
    ]


@pytest.mark.parametrize(("channels", "filters", "groups"), [(12, 16, 4), (9, 6, 3), (1, 8, 1)])
def test_groups_divide_what_comes_in_and_goes_out(channels, filters, groups):
    network = model(convolution, filters, kind="grouped", shape=(4, 4, channels))
    assert network.layers[-1].groups == groups


def test_a_dilated_convolution_has_no_strides():
    with pytest.raises(OptionError, match=r"strides of a dilated .*: expected 1; received 2"):
        model(conv, 8, kind="dilated", strides=2)


def test_activity_l1_is_the_mean_sum_of_what_comes_out():
    network = model(conv, 8, activity_l1=0.5, activation="relu")
    answer = np.asarray(network(normal(3, *SHAPE)))
    assert float(network.losses[0]) == pytest.approx(0.5 * answer.sum() / 3, rel=1e-4)


def over(values, axes):
    centred = values - values.mean(axis=axes, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=axes, keepdims=True) + 1e-3)


@pytest.mark.parametrize("kind", NORMALIZATIONS)
def test_normalize_by_hand(kind):
    maps = 5 + 3 * normal(6, 4, 4, 12)
    expected = {
        "batch": over(maps, (0, 1, 2)),
        # 6 is the largest number of groups up to 8 that divides 12.
        "group": over(maps.reshape(6, 4, 4, 6, 2), (1, 2, 4)).reshape(maps.shape),
        "layer": over(maps, (3,)),
        "none": maps,
    }
    network = model(normalize, kind, shape=(4, 4, 12))
    np.testing.assert_allclose(network(maps, training=True), expected[kind], atol=2e-3)
    assert len(network.trainable_weights) == (0 if kind == "none" else 2)


@pytest.mark.parametrize("kind", ["group", "layer", "none"])
def test_all_but_batch_normalisation_do_without_other_digits(kind):
    maps = normal(6, 4, 4, 12)
    network = model(normalize, kind, shape=(4, 4, 12))
    np.testing.assert_allclose(network(maps[:1], training=True), network(maps)[:1], atol=1e-5)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"kind": "seperable"}, "separable"),
        ({"normalization": "bath"}, "batch"),
        ({"activation": "rellu"}, "relu"),
    ],
)
def test_unknown_names_suggest_the_nearest(options, word):
    with pytest.raises(OptionError, match=rf"did you mean {word}\?"):
        model(conv, 8, **options)


@pytest.mark.parametrize(
    ("dropout", "kind", "expected"),
    [
        (0.0, "units", [layers.Dense]),
        (0.5, "units", [layers.Dropout, layers.Dense]),
        (0.5, "alpha", [layers.AlphaDropout, layers.Dense]),
        (0.5, "connect", [DropConnectDense]),
        (0.0, "connect", [layers.Dense]),
    ],
)
def test_logits_behind_each_kind_of_dropout(dropout, kind, expected):
    network = model(logits_out, 7, dropout=dropout, dropout_kind=kind, shape=(5,))
    assert [type(layer) for layer in network.layers[1:]] == expected
    assert network.output_shape == (None, 7)
    assert network.layers[-1].name == "logits"


def test_wide_is_at_least_one_filter():
    assert [wide(32, width) for width in (2, 0.5, 0.01)] == [64, 16, 1]
