"""The networks: parameters, shapes, and that two ways of building one are the same."""

import keras
import numpy as np
import pytest

from digitrec import networks
from digitrec.errors import OptionError
from digitrec.networks.mobilenet import inverted_residual
from digitrec.networks.resnet import residual
from digitrec.networks.shufflenet import shuffled
from digitrec.networks.uses import uses

PARAMETERS = {
    "compact_cnn": 121_866,
    "deeper_cnn": 168_126,
    "simple_cnn": 225_034,
    "simple_cnn_sequential": 225_034,
    "lenet5": 61_706,
    "linear": 7_850,
    "mlp": 235_146,
    "block_cnn": 215_402,
    "vgg_small": 274_274,
    "resnet_small": 394_306,
    "mobilenet_small": 69_242,
    "shufflenet_small": 31_426,
    "matuzas": 1_199_524,
    "an_m3": 1_126_280,
    "an_m5": 1_129_160,
    "tiny_690": 685,
    "tiny_3500": 3_482,
    "tiny_5500": 5_474,
    "tiny_10000": 9_994,
}

OWN = [name for name in networks.NAMES if name not in networks.BACKBONES]
WITH_LAYERS_BETWEEN = [name for name in OWN if name != "linear"]
SMALL = {"matuzas": 0.1, "an_m3": 0.1, "an_m5": 0.1}
"""Relative widths of what would be slow in the fast tests."""


def small(name, **knobs):
    """The network, narrower where it would be slow."""
    return networks.build(name, **({"width": SMALL[name]} if name in SMALL else {}), **knobs)


@pytest.fixture(scope="module")
def pixels():
    return np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1)).astype("float32")


@pytest.mark.parametrize("name", OWN)
def test_parameters_are_counted(name):
    assert networks.build(name).count_params() == PARAMETERS[name]


@pytest.mark.parametrize("name", OWN)
def test_takes_pixels_and_gives_finite_logits(name, pixels):
    logits = small(name)(pixels)
    assert logits.shape == (5, 10)
    assert np.isfinite(logits).all()
    assert not np.allclose(np.sum(logits, axis=1), 1)


@pytest.mark.parametrize("name", WITH_LAYERS_BETWEEN)
def test_classes_width_activation_and_dropout_are_parameters(name):
    network = networks.build(name, classes=3, width=1.2, activation="gelu", dropout=0.3)
    assert network.output_shape == (None, 3)
    assert network.count_params() > PARAMETERS[name]
    assert [layer.rate for layer in network.layers if hasattr(layer, "rate")] == [0.3]


@pytest.mark.parametrize("name", OWN)
def test_initializer_and_regularizer_reach_the_kernels(name):
    network = small(name, initializer="zeros", regularizer=keras.regularizers.L2(0.1), dropout=0.0)
    kernels = [weight for weight in network.trainable_weights if weight.path.endswith("kernel")]
    assert kernels
    assert not any(np.any(kernel) for kernel in kernels)
    assert len(network.losses) == len(kernels)


def test_sequential_and_functional_are_one_network(pixels):
    functional = networks.build("simple_cnn")
    sequential = networks.build("simple_cnn_sequential")
    sequential.set_weights(functional.get_weights())
    assert isinstance(sequential, keras.Sequential)
    assert not isinstance(functional, keras.Sequential)
    np.testing.assert_array_equal(sequential(pixels), functional(pixels))
    kinds = [[type(layer) for layer in model.layers] for model in (functional, sequential)]
    assert kinds[0][1:] == kinds[1]


def test_logits_stay_float32_in_low_precision(pixels):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = networks.build("compact_cnn")
    finally:
        keras.config.set_dtype_policy("float32")
    assert network.layers[2].compute_dtype == "bfloat16"
    assert keras.backend.standardize_dtype(network(pixels).dtype) == "float32"


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(OptionError, match=r"did you mean lenet5\?"):
        networks.build("lenet")


@pytest.mark.parametrize("name", ["compact_cnn", "deeper_cnn", "vgg_small", "resnet_small"])
def test_without_normalization_convolutions_have_a_bias(name):
    plain = networks.build(name, normalization="none")
    kinds = {type(layer) for layer in plain.layers}
    assert keras.layers.BatchNormalization not in kinds
    assert all(layer.use_bias for layer in plain.layers if isinstance(layer, keras.layers.Conv2D))
    usual = networks.build(name, normalization="batch")
    convolutions = [layer for layer in usual.layers if isinstance(layer, keras.layers.Conv2D)]
    assert not any(layer.use_bias for layer in convolutions)
    filters = sum(layer.output.shape[-1] for layer in convolutions)
    assert usual.count_params() - plain.count_params() == 4 * filters - filters


def test_a_network_is_not_given_what_it_has_not():
    with pytest.raises(OptionError, match="normalization: expected a network that has it; rec"):
        networks.build("lenet5", normalization="none")


def test_the_linear_network_refuses_what_it_has_not():
    with pytest.raises(OptionError, match="width: expected a network that has it; received linear"):
        networks.build("linear", width=2.0)


def test_a_shuffle_takes_the_first_of_each_group_then_the_second():
    maps = keras.ops.reshape(keras.ops.arange(8), (1, 1, 1, 8))
    assert np.ravel(shuffled(maps, 2)).tolist() == [0, 4, 1, 5, 2, 6, 3, 7]


def test_a_residual_block_of_zeros_hands_on_what_it_was_given():
    images = keras.Input((6, 6, 4))
    block = keras.Model(
        images, residual(images, 4, 1, activation="relu", kernel_initializer="zeros")
    )
    given = np.random.default_rng(0).random((2, 6, 6, 4), "float32")
    np.testing.assert_allclose(block(given), given, rtol=1e-6)


def test_an_inverted_residual_of_zeros_hands_on_what_it_was_given():
    images = keras.Input((6, 6, 4))
    options = {"normalization": "none", "activation": "relu6", "kernel_initializer": "zeros"}
    block = keras.Model(images, inverted_residual(images, 4, 1, **options))
    given = np.random.default_rng(0).random((2, 6, 6, 4), "float32")
    np.testing.assert_allclose(block(given), given, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "sides"),
    [("an_m3", [26, 24, 22, 20, 18, 16, 14, 12, 10, 8]), ("an_m5", [24, 20, 16, 12, 8])],
)
def test_the_records_of_an_shrink_by_their_kernels_alone(name, sides):
    network = networks.build(name, width=0.1)
    convolutions = [use for use in uses(network) if isinstance(use.layer, keras.layers.Conv2D)]
    assert [use.shape[0] for use in convolutions] == sides
    assert not network.get_layer("logits").use_bias


def test_the_record_of_matuzas_pools_after_its_second_and_third_block():
    network = networks.build("matuzas", width=0.1)
    convolutions = [
        use.shape[0]
        for use in uses(network)
        if isinstance(use.layer, keras.layers.Conv2D) and use.layer.kernel_size == (3, 3)
    ]
    assert convolutions == [28] * 6 + [14] * 3
    assert network.get_layer("logits").kernel.shape == (26, 10)
