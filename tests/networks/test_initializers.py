"""The deviations that initialisers promise, on kernels large enough to measure them."""

import math

import keras
import numpy as np
import pytest

from digitrec.networks import INITIALIZERS
from digitrec.networks.blocks import depthwise
from digitrec.networks.initializers import PerMap, Scaled

SIZE, CHANNELS, FILTERS = 3, 128, 64
FAN_IN, FAN_OUT = SIZE * SIZE * CHANNELS, SIZE * SIZE * FILTERS
DEVIATIONS = {
    "zeros": 0.0,
    "random_normal": 0.05,
    "random_uniform": 0.05 / math.sqrt(3),  # from -0.05 to 0.05
    "truncated_normal": 0.05 * 0.8796,  # nothing beyond two deviations
    "glorot_normal": math.sqrt(2 / (FAN_IN + FAN_OUT)),
    "glorot_uniform": math.sqrt(2 / (FAN_IN + FAN_OUT)),
    "he_normal": math.sqrt(2 / FAN_IN),
    "he_uniform": math.sqrt(2 / FAN_IN),
    "lecun_normal": math.sqrt(1 / FAN_IN),
    "lecun_uniform": math.sqrt(1 / FAN_IN),
    "orthogonal": math.sqrt(1 / FAN_IN),  # columns of length 1
}


def kernel(name):
    keras.utils.set_random_seed(0)
    return np.asarray(keras.initializers.get(name)((SIZE, SIZE, CHANNELS, FILTERS)))


def test_every_initializer_is_measured():
    assert set(DEVIATIONS) == set(INITIALIZERS)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_mean_is_0_and_the_deviation_as_promised(name):
    values = kernel(name)
    assert values.std() == pytest.approx(DEVIATIONS[name], rel=0.02)
    assert abs(values.mean()) < 0.02 * max(DEVIATIONS[name], 1e-9) + 1e-12


@pytest.mark.parametrize("name", ["random_uniform", "glorot_uniform", "he_uniform"])
def test_uniform_ones_end_at_the_square_root_of_3_deviations(name):
    largest = abs(kernel(name)).max()
    assert largest == pytest.approx(math.sqrt(3) * DEVIATIONS[name], rel=0.01)


def test_the_columns_of_an_orthogonal_kernel_are_at_right_angles():
    columns = kernel("orthogonal").reshape(-1, FILTERS)
    np.testing.assert_allclose(columns.T @ columns, np.eye(FILTERS), atol=1e-5)


@pytest.mark.parametrize(("name", "variance"), [("he_normal", 2 / 9), ("lecun_uniform", 1 / 9)])
def test_a_depthwise_kernel_has_the_deviation_of_its_own_nine_pixels(name, variance):
    """Keras's own would count nine pixels of all 4,096 maps."""
    layer = depthwise(3, kernel_initializer=name)
    layer.build((None, 8, 8, 4096))
    kernel = keras.ops.convert_to_numpy(layer.kernel)
    assert kernel.shape == (3, 3, 4096, 1)
    assert kernel.var() == pytest.approx(variance, rel=0.05)
    halves = np.split(kernel[..., 0], 2, axis=-1)
    assert abs(np.corrcoef(*map(np.ravel, halves))[0, 1]) < 0.05


def test_an_initializer_per_map_survives_its_config():
    again = keras.initializers.deserialize(keras.initializers.serialize(PerMap("he_normal")))
    assert isinstance(again, PerMap)
    assert isinstance(again.initializer, keras.initializers.HeNormal)


def test_a_scaled_initializer_multiplies_and_survives_its_config():
    again = keras.initializers.deserialize(keras.initializers.serialize(Scaled("ones", 0.1)))
    np.testing.assert_allclose(again((2, 3)), np.full((2, 3), 0.1), rtol=1e-6)
    assert not np.any(Scaled("zeros", 0.1)((2, 3)))
