"""The networks: parameters, shapes, and that two ways of building one are the same."""

import keras
import numpy as np
import pytest

from digitrec import networks
from digitrec.errors import OptionError

PARAMETERS = {
    "compact_cnn": 121_866,
    "deeper_cnn": 168_126,
    "simple_cnn": 225_034,
    "simple_cnn_sequential": 225_034,
    "lenet5": 61_706,
}


@pytest.fixture(scope="module")
def pixels():
    return np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1)).astype("float32")


@pytest.mark.parametrize("name", networks.NAMES)
def test_parameters_are_counted(name):
    assert networks.build(name).count_params() == PARAMETERS[name]


@pytest.mark.parametrize("name", networks.NAMES)
def test_takes_pixels_and_gives_finite_logits(name, pixels):
    logits = networks.build(name)(pixels)
    assert logits.shape == (5, 10)
    assert np.isfinite(logits).all()
    assert not np.allclose(np.sum(logits, axis=1), 1)


@pytest.mark.parametrize("name", networks.NAMES)
def test_classes_width_activation_and_dropout_are_parameters(name, pixels):
    network = networks.build(name, classes=3, width=2.0, activation="gelu", dropout=0.3)
    assert network(pixels).shape == (5, 3)
    assert network.count_params() > PARAMETERS[name]
    assert [layer.rate for layer in network.layers if hasattr(layer, "rate")] == [0.3]


@pytest.mark.parametrize("name", networks.NAMES)
def test_initializer_and_regularizer_reach_the_kernels(name, pixels):
    network = networks.build(
        name, initializer="zeros", regularizer=keras.regularizers.L2(0.1), dropout=0.0
    )
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


@pytest.mark.parametrize("name", ["compact_cnn", "deeper_cnn"])
def test_without_normalization_convolutions_have_a_bias(name):
    plain = networks.build(name, normalization="none")
    kinds = {type(layer) for layer in plain.layers}
    assert keras.layers.BatchNormalization not in kinds
    assert all(layer.use_bias for layer in plain.layers if isinstance(layer, keras.layers.Conv2D))
    usual = networks.build(name, normalization="batch")
    convolutions = [layer for layer in usual.layers if isinstance(layer, keras.layers.Conv2D)]
    assert not any(layer.use_bias for layer in convolutions)
    filters = sum(layer.filters for layer in convolutions)
    assert usual.count_params() - plain.count_params() == 4 * filters - filters


def test_a_network_is_not_given_what_it_has_not():
    with pytest.raises(OptionError, match="normalization: expected a network that has it; rec"):
        networks.build("lenet5", normalization="none")
